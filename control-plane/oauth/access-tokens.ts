import type { Standing } from '../identity/standing.ts'
import type { StandingFeed } from '../identity/standing-feed.ts'
import type { Clock } from '../kernel/clock.ts'
import { AccessTokenVerifier, type AccessTokenClaims } from './access-token.ts'

/** Port: single access tokens that were taken back, until they expire. */
export interface RevokedTokenStore {
  all(nowMs: number): Promise<readonly RevokedToken[]>
  add(token: RevokedToken): Promise<void>
}

export interface RevokedToken {
  readonly jti: string
  readonly expiresAtMs: number
}

/** Whether the token still stands: signed by us, not expired or taken back, its grant and user valid. */
export function findClaims(
  token: string,
  known: { readonly verifier: AccessTokenVerifier; readonly standing: Standing; readonly nowMs: number },
): AccessTokenClaims | undefined {
  const { standing, nowMs } = known
  const claims = known.verifier.verify(token, { keyOf: (kid) => standing.signingKey(kid), nowMs })
  if (claims === undefined || standing.isTokenRevoked(claims.jti)) return undefined
  const grant = standing.findGrant(claims.gid)
  if (grant === undefined || grant.userId !== claims.sub || grant.clientId !== claims.client_id) return undefined
  return standing.findUser(grant.userId) === undefined ? undefined : claims
}

/** Access tokens from the brain's side: what introspection says of them, and how one is taken back. */
export class AccessTokens {
  readonly #verifier = new AccessTokenVerifier()
  readonly #store: RevokedTokenStore
  readonly #standing: StandingFeed
  readonly #clock: Clock

  constructor(ports: { store: RevokedTokenStore; standing: StandingFeed; clock: Clock }) {
    this.#store = ports.store
    this.#standing = ports.standing
    this.#clock = ports.clock
  }

  async load(): Promise<void> {
    for (const token of await this.#store.all(this.#clock.nowMs())) {
      this.#standing.publish({ kind: 'token.revoked', ...token })
    }
  }

  find(token: string): AccessTokenClaims | undefined {
    const known = { verifier: this.#verifier, standing: this.#standing.copy, nowMs: this.#clock.nowMs() }
    return findClaims(token, known)
  }

  async revoke(claims: AccessTokenClaims): Promise<void> {
    const token = { jti: claims.jti, expiresAtMs: claims.exp * 1000 }
    await this.#store.add(token)
    this.#standing.publish({ kind: 'token.revoked', ...token })
  }
}
