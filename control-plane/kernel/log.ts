/** From the least that can be said to the most; each level includes those before it. */
export const LOG_LEVELS = ['error', 'warn', 'info', 'debug'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

/** Facts beside an event. Values must be printable; secrets live in `Secret`, which prints as `[secret]`. */
export type LogFields = Readonly<Record<string, unknown>>

/**
 * Port for what operators read. `event` is a constant dotted name (`envoy.restarted`), nothing interpolated.
 * error: someone must act; warn: refused or degraded; info: start, stop, reload, audit; debug: per request.
 */
export interface Log {
  error(event: string, fields?: LogFields): void
  warn(event: string, fields?: LogFields): void
  info(event: string, fields?: LogFields): void
  debug(event: string, fields?: LogFields): void
}

export const silentLog: Log = { error: () => {}, warn: () => {}, info: () => {}, debug: () => {} }
