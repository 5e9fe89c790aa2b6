import { printable } from './printable.ts'
import type { StatusMessage, TunnelStatus } from './status.ts'
import { problemOf, targetOf } from './wording.ts'

export interface LogEntry {
  readonly atMs: number
  readonly text: string
  readonly tone: 'plain' | 'good' | 'warn' | 'bad'
}

/** What a message adds to the log of a screen, beside what is known of its tunnel already. */
export function logEntryOf(
  message: StatusMessage,
  before: TunnelStatus | undefined,
  nowMs: number,
): LogEntry | undefined {
  switch (message.kind) {
    case 'notice':
      return { atMs: message.atMs, text: printable(message.text), tone: 'warn' }
    case 'log':
      return { atMs: message.atMs, text: printable(message.text), tone: 'plain' }
    case 'gone':
      return before && { atMs: nowMs, text: `${printable(before.url)} is closed`, tone: 'warn' }
    case 'tunnel':
      return tunnelEntry(message.tunnel, before, nowMs)
    case 'ended':
    case 'smudged':
    case 'review':
    case 'reviewed':
    case 'call':
      return undefined
  }
}

function tunnelEntry(now: TunnelStatus, before: TunnelStatus | undefined, nowMs: number): LogEntry | undefined {
  if (!now.live) return undefined
  const url = printable(now.url)
  const problem = problemOf(now)
  const isNew = before?.live !== true
  if (problem !== undefined && (isNew || before.health !== now.health)) {
    return { atMs: nowMs, text: isNew ? `${url} is open. ${problem.what}` : problem.what, tone: 'bad' }
  }
  if (isNew) return { atMs: nowMs, text: `${url} is open and leads to ${targetOf(now)}`, tone: 'good' }
  if (before.target !== now.target) return { atMs: nowMs, text: `${url} leads to ${targetOf(now)} now`, tone: 'plain' }
  if (now.health === 'ok' && before.health !== 'ok') {
    return { atMs: nowMs, text: `${targetOf(now)} answers`, tone: 'good' }
  }
  if (before.connectors !== now.connectors) {
    return { atMs: nowMs, text: `${url} is served by ${now.connectors} connections now`, tone: 'plain' }
  }
  return undefined
}
