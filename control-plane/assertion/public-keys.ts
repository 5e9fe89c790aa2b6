import type { JsonWebKey } from 'node:crypto'

import type { SigningKey } from '../oauth/signing-keys.ts'

/** A JWK set (RFC 7517 §5) of the public halves: those that sign, and those whose assertions are not over yet. */
export const publicKeysOf = (keys: readonly SigningKey[]): { readonly keys: readonly JsonWebKey[] } => ({
  keys: keys.map(({ jwk }) => {
    // By name, so that nothing private comes along.
    const { kty, crv, x, y, kid, alg, use } = jwk.reveal()
    return { kty, crv, x, y, kid, alg, use } as JsonWebKey
  }),
})
