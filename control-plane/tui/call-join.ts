import type { AuditEvent, Settlement } from '../audit/event.ts'
import type { CallStatus } from './status.ts'

/** Calls whose end is awaited; a stream may stay open for hours, so the oldest are forgotten. */
const MAX_OPEN = 500

const VERDICTS: Readonly<Record<string, string>> = {
  allow: 'allowed',
  challenge: 'sign-in asked',
  refuse: 'denied',
  not_found: 'not found',
  offline: 'offline',
  answer: 'answered',
}

const SETTLEMENTS: Readonly<Record<Settlement['kind'], string>> = {
  approved: 'allowed',
  denied: 'denied',
  expired: 'not answered',
  gone: 'gone',
  crowded: 'denied',
}

/** Joins what was decided with how it ended. Each call gives one status, and a second one when it completes. */
export function callJoiner(): (event: AuditEvent) => CallStatus | undefined {
  const open = new Map<string, CallStatus>()
  return (event) => {
    if (event.kind === 'call.decided') {
      const status: CallStatus = {
        requestId: event.requestId,
        atMs: event.atMs,
        // A machine has no address.
        caller: event.caller && (event.caller.email || event.caller.clientId),
        method: event.method ?? event.httpMethod,
        subject: event.subject,
        verdict: VERDICTS[event.verdict] ?? event.verdict,
        durationMs: undefined,
      }
      open.set(event.requestId, status)
      const oldest = open.size > MAX_OPEN ? open.keys().next().value : undefined
      if (oldest !== undefined) open.delete(oldest)
      return status
    }
    if (event.kind === 'call.held' || event.kind === 'call.settled') {
      const decided = open.get(event.requestId)
      if (decided === undefined) return undefined
      const verdict = event.kind === 'call.held' ? 'waiting' : SETTLEMENTS[event.settlement.kind]
      const status = { ...decided, verdict }
      open.set(event.requestId, status)
      return status
    }
    if (event.kind === 'call.completed') {
      const decided = open.get(event.requestId)
      open.delete(event.requestId)
      if (decided === undefined) return undefined
      // Allowed, and then the tunnel or the server behind it did not answer: the caller saw this status.
      const failed = decided.verdict === VERDICTS['allow'] && event.httpStatus >= 500
      const verdict = failed ? `failed (${event.httpStatus})` : decided.verdict
      return { ...decided, verdict, durationMs: event.durationMs }
    }
    return undefined
  }
}
