import { pino } from 'pino'

import { LOG_LEVELS, type Log, type LogFields, type LogLevel } from '../kernel/log.ts'

/** One JSON object per line: `time`, `level`, `event`, fields. Secrets print as `[secret]` by themselves. */
export function jsonLog(stream: { write(line: string): void }, level: LogLevel = 'info'): Log {
  const logger = pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      messageKey: 'message',
    },
    stream,
  )
  const write =
    (name: 'error' | 'warn' | 'info' | 'debug') =>
    (event: string, fields: LogFields = {}): void => {
      if (logger.isLevelEnabled(name)) logger[name]({ event, ...fields })
    }
  return { error: write('error'), warn: write('warn'), info: write('info'), debug: write('debug') }
}

/** For a person at a terminal: `12:00:01 warn  envoy.restarting delayMs=200`. What is less urgent than `level` is left out. */
export function terminalLog(
  stream: { write(line: string): void },
  options: { readonly level: LogLevel; readonly nowMs: () => number },
): Log {
  const write =
    (level: LogLevel) =>
    (event: string, fields: LogFields = {}): void => {
      if (LOG_LEVELS.indexOf(level) > LOG_LEVELS.indexOf(options.level)) return
      const time = new Date(options.nowMs()).toISOString().slice(11, 19)
      const facts = Object.entries(fields).map(
        ([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
      )
      stream.write(`${time} ${level.padEnd(5)} ${[event, ...facts].join(' ')}\n`)
    }
  return { error: write('error'), warn: write('warn'), info: write('info'), debug: write('debug') }
}
