import type { Log } from '../control-plane/kernel/log.ts'

/** spdlog pattern: level, component, message; the message with its line breaks escaped, so that a line is an entry. */
export const LOG_FORMAT = '[%l][%n] %_'

const LINE = /^\[(\w+)\]\[(\S+)\] (.*)$/s
const LEVELS: Readonly<Record<string, keyof Log>> = {
  critical: 'error',
  error: 'error',
  warning: 'warn',
  info: 'info',
  debug: 'debug',
  trace: 'debug',
}

/** Passes one line of Envoy's standard error on. What is not in the format (a crash, a sanitizer) is a warning. */
export function logEnvoyLine(log: Log, line: string): void {
  if (line.trim() === '') return
  const [, level = '', component, message] = LINE.exec(line) ?? []
  if (component === undefined) log.warn('envoy.said', { message: line })
  else log[LEVELS[level] ?? 'warn']('envoy.said', { component, message })
}
