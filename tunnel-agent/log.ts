import { nowMs } from './clock.ts'
import { hyperlink, printable } from './printable.ts'

export type Level = 'info' | 'warn' | 'error'

/** Constant names for machines; the text is for people. */
export type LogEvent =
  | 'connected'
  | 'url'
  | 'line'
  | 'sign_in'
  | 'banner'
  | 'host_key'
  | 'identity'
  | 'offline'
  | 'lost'
  | 'retry'
  | 'standby'
  | 'refused'
  | 'ended'
  | 'server'
  | 'server_stderr'
  | 'target'

/** What `--quiet` still shows. */
const ALWAYS: ReadonlySet<LogEvent> = new Set(['url', 'sign_in', 'host_key'])

export type Fields = Readonly<Record<string, string | number | boolean | undefined>>

export interface Log {
  (level: Level, event: LogEvent, text: string, fields?: Fields): void
}

export interface LogOutput {
  readonly json: boolean
  readonly quiet: boolean
  /** Whether a terminal reads it, which makes a link of `fields.link`. */
  readonly links: boolean
  readonly out: (text: string) => void
  readonly err: (text: string) => void
}

/** JSON lines, all on one stream, or text with problems on the other. */
export const openLog =
  ({ json, quiet, links, out, err }: LogOutput): Log =>
  (level, event, text, fields = {}) => {
    if (quiet && level === 'info' && !ALWAYS.has(event)) return
    if (json) {
      const time = new Date(nowMs()).toISOString()
      return out(`${JSON.stringify({ time, level, event, text: printable(text), ...fields })}\n`)
    }
    const write = level === 'info' ? out : err
    const safe = `${printable(text)}\n`
    const { link } = fields
    write(links && typeof link === 'string' ? safe.replace(link, () => hyperlink(link)) : safe)
  }
