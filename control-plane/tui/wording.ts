/** Sentences that the plain lines and the screen share. */
import { printable } from './printable.ts'
import type { CallStatus, TunnelStatus } from './status.ts'

/** UTC, because the person's time zone is not known here. */
export const timeOf = (atMs: number): string => new Date(atMs).toISOString().slice(11, 19)

export function ageOf(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  if (seconds < 60) return `${seconds} s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return `${minutes} min`
  const hours = Math.floor(minutes / 60)
  return hours < 48 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} d`
}

export const durationOf = (ms: number | undefined): string =>
  ms === undefined ? '' : ms < 10_000 ? `${Math.round(ms)} ms` : ageOf(ms)

/** Where a tunnel leads. Of a fixed forward only the ssh client knows: what we call it is a guess. */
export const targetOf = (tunnel: TunnelStatus): string =>
  tunnel.mode === 'static' ? 'the target of your -R' : printable(tunnel.target)

/** What to do when nothing listens at the target. */
export function refusedHint(tunnel: TunnelStatus): string {
  return tunnel.mode === 'static'
    ? 'Nothing listens where this forward leads. Start your MCP server there, or change the -R'
    : `Nothing listens on ${targetOf(tunnel)}. Start your MCP server there, or end the command with port=3000 for another port`
}

export const callerOf = (call: CallStatus): string => printable(call.caller ?? 'nobody')
export const subjectOf = (call: CallStatus): string => printable(call.subject ?? '')
export const methodOf = (call: CallStatus): string => printable(call.method)
