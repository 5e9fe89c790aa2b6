import { sameText } from '../kernel/same-text.ts'
import type { AccessTokenClaims } from '../oauth/access-token.ts'

/** What is known of one of our access tokens. */
export interface AccessTokenDesk {
  /** Undefined for what we did not sign, has expired, was revoked, or belongs to an ended grant or user. */
  find(token: string): AccessTokenClaims | undefined
  /** From the next request on nobody accepts it. */
  revoke(claims: AccessTokenClaims): Promise<void>
}

export interface DeskAnswer {
  readonly status: number
  readonly body: unknown
}

/**
 * The library's revocation and introspection leave JWTs alone, since it cannot take one back. We can: they are checked
 * against Standing on each request. `clientId` is the client that has authenticated for this request.
 */
export async function answerStructuredToken(
  endpoint: 'revoke' | 'introspect',
  asked: { readonly token: string; readonly clientId: string; readonly desk: AccessTokenDesk },
): Promise<DeskAnswer> {
  const claims = asked.desk.find(asked.token)
  // Another client's token is no business of this one: it learns and changes nothing (RFC 7009 §2.1, RFC 7662 §2.2).
  const mine = claims !== undefined && sameText(claims.client_id, asked.clientId) ? claims : undefined
  if (endpoint === 'revoke') {
    if (mine !== undefined) await asked.desk.revoke(mine)
    return { status: 200, body: '' }
  }
  if (mine === undefined) return { status: 200, body: { active: false } }
  const { gid: _, ...published } = mine
  return { status: 200, body: { active: true, token_type: mine.cnf === undefined ? 'Bearer' : 'DPoP', ...published } }
}
