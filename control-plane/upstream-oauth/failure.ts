import * as client from 'openid-client'

import { Fault, messageOf } from '../kernel/fault.ts'
import { OutboundError } from '../outbound/outbound.ts'
import type { ConnectProblem, RefreshOutcome } from '../upstream-connections/upstream-server.ts'

/** RFC 6749 §5.2: asking again with the same token is of no use. */
const ENDED: ReadonlySet<string> = new Set([
  'invalid_grant',
  'invalid_client',
  'unauthorized_client',
  'invalid_scope',
  'invalid_target',
  'unsupported_grant_type',
])

/** Characters: names in it come from strangers, and it is logged. */
const MAX_DETAIL = 300

/** Whether the server has forgotten us. */
export const isUnknownClient = (thrown: unknown): boolean =>
  (thrown instanceof client.ResponseBodyError &&
    (thrown.error === 'invalid_client' || thrown.error === 'unauthorized_client')) ||
  (thrown instanceof client.WWWAuthenticateChallengeError && thrown.status === 401)

/** What went wrong, as what a person can do about it. The library's errors hold tokens, so only codes go on. */
export function problemOf(thrown: unknown): ConnectProblem {
  const detail = detailOf(thrown).slice(0, MAX_DETAIL)
  if (thrown instanceof client.AuthorizationResponseError) {
    const isOurs = ['invalid_request', 'invalid_scope', 'unauthorized_client', 'invalid_target'].includes(thrown.error)
    const isDown = ['server_error', 'temporarily_unavailable'].includes(thrown.error)
    return { kind: isOurs ? 'misconfigured' : isDown ? 'unreachable' : 'declined', detail }
  }
  if (thrown instanceof client.ResponseBodyError) {
    return { kind: thrown.status >= 500 ? 'unreachable' : 'misconfigured', detail }
  }
  if (thrown instanceof client.WWWAuthenticateChallengeError) return { kind: 'misconfigured', detail }
  if (thrown instanceof Fault) {
    return { kind: thrown.code === 'upstream.untrusted' ? 'untrusted' : 'misconfigured', detail }
  }
  // Without a code it is what our own fetch has thrown.
  const isNetwork = !(thrown instanceof client.ClientError) || thrown.code === undefined
  const answer = thrown instanceof Error ? thrown.cause : undefined
  const isDown = answer instanceof Response && answer.status >= 500
  return { kind: isNetwork || isDown ? 'unreachable' : 'untrusted', detail }
}

export function refreshFailure(thrown: unknown): RefreshOutcome {
  const hasEnded = isUnknownClient(thrown) || (thrown instanceof client.ResponseBodyError && ENDED.has(thrown.error))
  return { kind: hasEnded ? 'ended' : 'failed', detail: detailOf(thrown).slice(0, MAX_DETAIL) }
}

function detailOf(thrown: unknown): string {
  if (thrown instanceof client.AuthorizationResponseError || thrown instanceof client.ResponseBodyError) {
    return `The authorization server answered "${thrown.error.slice(0, 60)}"`
  }
  if (thrown instanceof client.WWWAuthenticateChallengeError) return `It refused our credentials (${thrown.status})`
  if (thrown instanceof Fault || thrown instanceof OutboundError) return thrown.message
  const cause = thrown instanceof Error ? thrown.cause : undefined
  if (cause instanceof OutboundError) return cause.message
  return cause instanceof Error ? `${messageOf(thrown)}: ${cause.message}` : messageOf(thrown)
}
