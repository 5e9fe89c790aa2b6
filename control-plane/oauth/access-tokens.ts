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

/** What an access token is worth now. The claims of a bad one are for the owner's diagnosis only. */
export type TokenJudgement =
  | { readonly kind: 'good'; readonly claims: AccessTokenClaims }
  /** Not signed by us, or no token at all. */
  | { readonly kind: 'unknown' }
  | { readonly kind: 'expired'; readonly claims: AccessTokenClaims }
  /** Taken back, or its grant revoked, or its user disabled. */
  | { readonly kind: 'ended'; readonly claims: AccessTokenClaims }

export function judgeToken(
  token: string,
  known: { readonly verifier: AccessTokenVerifier; readonly standing: Standing; readonly nowMs: number },
): TokenJudgement {
  const { standing } = known
  const claims = known.verifier.verify(token, (kid) => standing.signingKey(kid))
  if (claims === undefined) return { kind: 'unknown' }
  if (claims.exp * 1000 <= known.nowMs) return { kind: 'expired', claims }
  const grant = standing.findGrant(claims.gid)
  const isGranted = grant !== undefined && grant.userId === claims.sub && grant.clientId === claims.client_id
  const stands = isGranted && !standing.isTokenRevoked(claims.jti) && standing.findUser(grant.userId) !== undefined
  return { kind: stands ? 'good' : 'ended', claims }
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
    const judged = judgeToken(token, known)
    return judged.kind === 'good' ? judged.claims : undefined
  }

  async revoke(claims: AccessTokenClaims): Promise<void> {
    const token = { jti: claims.jti, expiresAtMs: claims.exp * 1000 }
    await this.#store.add(token)
    this.#standing.publish({ kind: 'token.revoked', ...token })
  }
}
