import { parseDuration } from '../kernel/duration.ts'
import { Fault } from '../kernel/fault.ts'
import { printable } from './printable.ts'
import type { Question } from './program.ts'

export interface AuditOptions {
  readonly since?: string
  readonly route?: string
  readonly user?: string
  readonly denied?: true
  readonly limit?: string
  readonly json?: true
}

/** The question to the running gateway. */
export function auditQuestion(options: AuditOptions, nowMs: number): Question {
  const query = new URLSearchParams({ since: String(sinceMs(options.since ?? '1h', nowMs)) })
  for (const name of ['route', 'user', 'limit'] as const) {
    const value = options[name]
    if (value !== undefined) query.set(name, value)
  }
  if (options.limit !== undefined && !/^[1-9]\d{0,4}$/.test(options.limit)) {
    throw new Fault('config.option', `"${options.limit}" is no limit`, { hint: 'from 1 to 99999' })
  }
  if (options.denied === true) query.set('denied', 'true')
  return { method: 'GET', path: `/audit?${query}` }
}

/** A duration before now. */
export function sinceMs(text: string, nowMs: number): number {
  const duration = parseDuration(text)
  if (duration !== undefined) return nowMs - duration
  throw new Fault('config.option', `"${text}" is no duration`, { hint: 'such as 30m, 1h or 7d' })
}

type Line = Readonly<Record<string, unknown>>

/** Oldest first, so that the newest is the last that one sees. */
export function auditText(answer: unknown, options: AuditOptions): string {
  const lines = (Array.isArray(answer) ? (answer as readonly Line[]) : []).toReversed()
  if (options.json === true) return lines.map((line) => `${JSON.stringify(line)}\n`).join('')
  if (lines.length === 0) return 'No calls\n'
  const rows = lines.map((line) => [
    textOf(line['time']).replace('T', ' ').slice(0, 19),
    textOf(line['verdict']),
    textOf(line['route']),
    textOf(line['email'] ?? line['client'] ?? 'nobody'),
    textOf(line['method'] ?? line['http_method']),
    textOf(line['tool'] ?? line['resource'] ?? line['prompt']),
    textOf(line['status']),
    line['ms'] === undefined ? '' : `${textOf(line['ms'])} ms`,
    textOf(line['rule'] ?? (line['reasons'] as readonly string[] | undefined)?.join(' ')),
  ])
  const widths = rows[0]?.map((_, index) => Math.max(...rows.map((row) => row[index]?.length ?? 0))) ?? []
  return rows
    .map(
      (row) =>
        `${row
          .map((cell, index) => cell.padEnd(widths[index] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('')
}

const textOf = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? printable(String(value)) : ''
