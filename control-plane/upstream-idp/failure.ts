import * as client from 'openid-client'

import type { RefreshOutcome, UpstreamProblem } from '../identity/identity-provider.ts'
import { Fault, messageOf, systemCodeOf } from '../kernel/fault.ts'
import { isRecord } from '../kernel/record.ts'

/** What the library throws, as what a person can do about it. Its causes hold tokens, so only codes and messages go on. */
export function problemOf(thrown: unknown): UpstreamProblem {
  if (thrown instanceof client.AuthorizationResponseError) {
    const detail = `The provider answered "${clip(thrown.error)}"`
    const kind =
      thrown.error === 'server_error' || thrown.error === 'temporarily_unavailable' ? 'unreachable' : 'declined'
    return { kind: OUR_FAULT.has(thrown.error) ? 'misconfigured' : kind, detail }
  }
  if (thrown instanceof client.ResponseBodyError) {
    const detail = `The token endpoint answered "${clip(thrown.error)}"`
    if (thrown.status >= 500) return { kind: 'unreachable', detail }
    return { kind: thrown.error === 'invalid_grant' ? 'ended' : 'misconfigured', detail }
  }
  if (thrown instanceof client.WWWAuthenticateChallengeError) {
    return { kind: 'misconfigured', detail: `The provider refused our credentials (${thrown.status})` }
  }
  const detail = detailOf(thrown)
  return { kind: isNetwork(thrown) ? 'unreachable' : (KIND_OF_CODE[systemCodeOf(thrown) ?? ''] ?? 'untrusted'), detail }
}

/** Whether a failed refresh says something of the person, or only of the network or of us. */
export function refreshFailure(thrown: unknown): RefreshOutcome {
  const error = thrown instanceof client.ResponseBodyError ? thrown.error : undefined
  const detail = error === undefined ? detailOf(thrown) : `The token endpoint answered "${clip(error)}"`
  const refused = thrown instanceof client.WWWAuthenticateChallengeError && thrown.status === 401
  return { kind: refused || (error !== undefined && PERSON_GONE.has(error)) ? 'ended' : 'failed', detail }
}

/** RFC 6749 §5.2 and OpenID Connect Core §3.1.2.6: the grant is over, or only the person themselves could renew it. */
const PERSON_GONE: ReadonlySet<string> = new Set([
  'invalid_grant',
  'access_denied',
  'interaction_required',
  'login_required',
  'consent_required',
  'account_selection_required',
])

/** The request itself was refused: no other person would fare better. */
const OUR_FAULT: ReadonlySet<string> = new Set([
  'invalid_request',
  'invalid_scope',
  'unauthorized_client',
  'unsupported_response_type',
])

const KIND_OF_CODE: Readonly<Record<string, UpstreamProblem['kind']>> = {
  OAUTH_JWT_TIMESTAMP_CHECK_FAILED: 'clocks_differ',
  OAUTH_TIMEOUT: 'unreachable',
  OAUTH_ABORT: 'unreachable',
  'idp.unreachable': 'unreachable',
  'idp.clocks_differ': 'clocks_differ',
  'idp.misconfigured': 'misconfigured',
}

function isNetwork(thrown: unknown): boolean {
  // Node's fetch throws "fetch failed" with the system's error as its cause.
  if (thrown instanceof TypeError && systemCodeOf(thrown) === undefined) return true
  if (thrown instanceof DOMException) return thrown.name === 'TimeoutError' || thrown.name === 'AbortError'
  const response = thrown instanceof Error ? thrown.cause : undefined
  return response instanceof Response && response.status >= 500
}

function detailOf(thrown: unknown): string {
  if (thrown instanceof Fault) return thrown.message
  const cause = thrown instanceof Error ? thrown.cause : undefined
  const reason = cause instanceof Error ? `: ${cause.message}` : ''
  const claim = isRecord(cause) || cause instanceof Error ? claimOf(cause) : ''
  return `${messageOf(thrown)}${reason}${claim}`
}

/** Which claim was wrong. The library keeps the value beside it, which is not for a log. */
function claimOf(cause: object): string {
  const inner: unknown = 'cause' in cause ? cause.cause : cause
  return isRecord(inner) && typeof inner['claim'] === 'string' ? ` ("${inner['claim']}")` : ''
}

/** An error code comes from outside: what is logged of it is short. */
const clip = (code: string): string => code.slice(0, 60)
