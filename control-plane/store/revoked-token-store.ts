import type { OAuthPayloadStore } from '../authorization-server/oauth-payload-store.ts'
import type { RevokedToken, RevokedTokenStore } from '../oauth/access-tokens.ts'

const MODEL = 'RevokedToken'

/** Beside the authorization server's own payloads: they expire in the same way. */
export const revokedTokenStore = (payloads: OAuthPayloadStore): RevokedTokenStore => ({
  async all(nowMs) {
    return (await payloads.list(MODEL, nowMs)).map(({ payload }) => payload as unknown as RevokedToken)
  },
  async add(token) {
    await payloads.put({ model: MODEL, id: token.jti }, { ...token }, { expiresAtMs: token.expiresAtMs })
  },
})
