import type { AuditEvent, CallDecided, Settlement } from '../audit/event.ts'
import { printable } from './printable.ts'
import type { CallDetails, CallStatus } from './status.ts'

/** Calls whose end is awaited, of all terminals together; a stream may stay open for hours, so the oldest are forgotten. */
const MAX_OPEN = 2000

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

/** Joins what was decided with how it ended. Each call gives one status, and another one whenever more is known. */
export function callJoiner(): (event: AuditEvent) => CallStatus | undefined {
  const open = new Map<string, CallStatus>()
  const keep = (status: CallStatus): CallStatus => {
    open.set(status.requestId, status)
    return status
  }
  return (event) => {
    if (event.kind === 'call.decided') {
      const status = keep(decidedStatus(event))
      const oldest = open.size > MAX_OPEN ? open.keys().next().value : undefined
      if (oldest !== undefined) open.delete(oldest)
      return status
    }
    const decided = 'requestId' in event ? open.get(event.requestId) : undefined
    if (decided === undefined) return undefined
    switch (event.kind) {
      case 'call.held':
        return keep({ ...decided, verdict: 'waiting' })
      case 'call.settled':
        return keep({ ...decided, verdict: SETTLEMENTS[event.settlement.kind] })
      case 'call.inspected':
        if (event.isError === undefined) return undefined
        return keep({ ...decided, details: withDetails(decided, { isError: event.isError }) })
      case 'call.abandoned':
        open.delete(event.requestId)
        return { ...decided, verdict: 'gone', durationMs: 0 }
      case 'call.completed': {
        open.delete(event.requestId)
        const { httpStatus, durationMs, bytesIn, bytesOut, flags } = event
        // Allowed, and then the tunnel or the server behind it did not answer: the caller saw this status.
        const failed = decided.verdict === VERDICTS['allow'] && httpStatus >= 500
        const verdict = failed ? `failed (${httpStatus})` : decided.verdict
        const details = withDetails(decided, { bytesIn, bytesOut, flags })
        return { ...decided, verdict, httpStatus, durationMs, bytes: bytesIn + bytesOut, details }
      }
      case 'tunnel.up':
      case 'tunnel.down':
      case 'tool.appeared':
      case 'tool.changed':
      case 'tool.approved':
      case 'share.created':
      case 'share.revoked':
        return undefined
    }
  }
}

const withDetails = ({ details }: CallStatus, more: Partial<CallDetails>): CallDetails | undefined =>
  details && { ...details, ...more }

function decidedStatus(event: CallDecided): CallStatus {
  const { caller, rule, token } = event
  return {
    requestId: event.requestId,
    route: event.route,
    atMs: event.atMs,
    // A machine has no address.
    caller: caller && (caller.email || caller.clientId),
    client: clientOf(event),
    method: event.method ?? event.httpMethod,
    subject: event.subject,
    verdict: VERDICTS[event.verdict] ?? event.verdict,
    // Where the gateway's files lie is for its operator.
    rule: rule?.replace(/ .*\//, ' '),
    httpStatus: undefined,
    durationMs: undefined,
    bytes: undefined,
    details: {
      clientAddress: event.clientAddress,
      clientId: caller?.clientId ?? token?.clientId,
      path: event.path,
      session: event.session,
      scopes: caller?.scopes ?? [],
      reasons: token === undefined ? event.reasons : [token.problem, ...event.reasons],
      headers: event.headers ?? [],
      arguments: argumentsOf(event),
      isError: undefined,
      bytesIn: undefined,
      bytesOut: undefined,
      flags: '',
    },
  }
}

function argumentsOf({ arguments: kept }: CallDecided): string | undefined {
  if (kept === undefined) return undefined
  return kept.kind === 'hash' ? `not kept, only their hash: ${kept.sha256}` : JSON.stringify(kept.value)
}

/** Proven before claimed: an id that is a URL (CIMD) says who it is; a registered one is random. */
function clientOf({ caller, headers }: CallDecided): string | undefined {
  const id = caller?.clientId
  if (id !== undefined && URL.canParse(id)) {
    const { host } = new URL(id)
    if (host !== '') return host
  }
  const agent = headers?.find(([name]) => name === 'user-agent')?.[1]
  return (agent === undefined ? undefined : printable(agent).split(' ')[0]) || id
}
