import type { Message, RequestId } from '../mcp/message.ts'
import { errorCode } from '../mcp/refusal.ts'
import type { DpopProblem } from '../oauth/dpop.ts'
import { DEFAULT_SCOPE } from '../oauth/support.ts'
import { resourceMetadataUrl } from '../routes/addressing.ts'
import type { Hearing } from './hearing.ts'
import type { RefusePlain, Verdict } from './verdict.ts'

export const plain = (status: number, message: string): RefusePlain => ({ kind: 'refuse_plain', status, message })

export const idOf = (message: Message | undefined): RequestId | undefined =>
  message?.kind === 'request' ? message.id : undefined

export function challenge({ request, location }: Hearing, dpop?: DpopProblem): Verdict {
  const facts = { resourceMetadataUrl: resourceMetadataUrl(location.resource), scope: DEFAULT_SCOPE }
  if (!request.headers.has('authorization')) return { kind: 'challenge', challenge: facts }
  return { kind: 'challenge', challenge: { ...facts, error: 'invalid_token', ...(dpop && { dpop }) } }
}

/** Names every scope of the operation, so that one authorization is enough (MCP 2026-07-28, scope challenge handling). */
export function stepUp({ location }: Hearing, missing: readonly string[]): Verdict {
  const scope = [DEFAULT_SCOPE, ...missing].join(' ')
  const facts = { resourceMetadataUrl: resourceMetadataUrl(location.resource), scope }
  return { kind: 'challenge', challenge: { ...facts, error: 'insufficient_scope' } }
}

/** Says "access denied" and the request id, nothing more: which rule decided is not the caller's business. */
export function refuse({ request }: Hearing, message: Message | undefined): Verdict {
  if (message?.kind !== 'request') return plain(403, `Access denied (request ${request.id})`)
  const data = { code: 'access_denied', requestId: request.id }
  const error = { code: errorCode.accessDenied, message: 'Access denied', data }
  return { kind: 'refuse', status: 200, rpcId: message.id, error }
}

/** The same answer for another's, a forged and an ended session (MCP 2025-11-25, session management: 404). */
export function sessionNotFound(message: Message | undefined): Verdict {
  const outcome = 'not_found'
  if (message?.kind !== 'request') return { ...plain(404, 'Session not found'), outcome }
  const error = { code: errorCode.sessionNotFound, message: 'Session not found' }
  return { kind: 'refuse', status: 404, rpcId: message.id, error, outcome }
}

export function offline(hearing: Hearing, message: Message | undefined): Verdict {
  const { key } = hearing.route
  const sinceMs = hearing.world.presence.offlineSinceMs(key)
  const since = sinceMs === undefined ? '' : ` since ${new Date(sinceMs).toISOString()}`
  const text = `Tunnel offline${since}: "${key}" is not connected right now`
  return unavailable(hearing, message, { code: 'tunnel_offline', text })
}

export const targetRefused = (hearing: Hearing, message: Message | undefined, target: string): Verdict =>
  unavailable(hearing, message, {
    code: 'target_refused',
    text: `The tunnel is open, but nothing listens on "${target}" at its other end`,
  })

function unavailable(
  { request }: Hearing,
  message: Message | undefined,
  { code, text }: { readonly code: string; readonly text: string },
): Verdict {
  const outcome = 'offline'
  if (message?.kind !== 'request') return { ...plain(503, text), outcome }
  const error = { code: errorCode.tunnelOffline, message: text, data: { code, requestId: request.id } }
  return { kind: 'refuse', status: 200, rpcId: message.id, error, outcome }
}
