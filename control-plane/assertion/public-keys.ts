import type { JsonWebKey } from 'node:crypto'

import type { SigningKey } from '../oauth/signing-keys.ts'

/** Where upstreams find the keys; the second is where Pomerium has them. */
export const JWKS_PATHS = ['/.well-known/sallyport/jwks.json', '/.well-known/pomerium/jwks.json'] as const

/** A JWK set (RFC 7517 §5) of the public halves: those that sign, and those whose assertions are not over yet. */
export const publicKeysOf = (keys: readonly SigningKey[]): { readonly keys: readonly JsonWebKey[] } => ({
  keys: keys.map(({ jwk }) => {
    // By name, so that nothing private comes along.
    const { kty, crv, x, y, kid, alg, use } = jwk.reveal()
    return { kty, crv, x, y, kid, alg, use } as JsonWebKey
  }),
})
