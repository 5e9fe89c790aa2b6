import type { FastifyInstance } from 'fastify'

import { publicKeysOf } from '../assertion/public-keys.ts'
import { JWKS_PATHS } from '../kernel/well-known.ts'
import type { SigningKeys } from '../oauth/signing-keys.ts'

/** Short, so that an upstream soon knows a new key; those that keep a set for longer ask again for an unknown `kid`. */
const CACHED_S = 60

/** The public keys of assertions, on our own host and on every route's. */
export function assertionKeyRoutes(app: FastifyInstance, ports: { keys: SigningKeys }): void {
  for (const path of JWKS_PATHS) {
    app.get(path, async (_request, reply) =>
      reply
        .header('cache-control', `public, max-age=${CACHED_S}`)
        .header('access-control-allow-origin', '*')
        .type('application/jwk-set+json')
        .send(JSON.stringify(publicKeysOf(ports.keys.keys))),
    )
  }
}
