import type { JsonWebKey } from 'node:crypto'

import type { Kysely } from 'kysely'

import { Secret } from '../kernel/secret.ts'
import type { SecretBox } from '../kernel/secret-box.ts'
import type { SigningKeyStore } from '../oauth/signing-keys.ts'
import type { Schema } from './schema.ts'

/** Keys of one purpose: one that was written down for another does not open. */
export function signingKeyStore(
  db: Kysely<Schema>,
  box: SecretBox,
  purpose: Schema['signing_keys']['purpose'] = 'access_token',
): SigningKeyStore {
  const contextOf = (kid: string): string =>
    purpose === 'access_token' ? `signing key ${kid}` : `${purpose} signing key ${kid}`
  return {
    async all() {
      const rows = await db.selectFrom('signing_keys').selectAll().where('purpose', '=', purpose).execute()
      return rows.map((row) => ({
        kid: row.kid,
        jwk: new Secret(JSON.parse(box.open(row.sealed_jwk, contextOf(row.kid))) as JsonWebKey),
        createdAtMs: row.created_at,
        retiredAtMs: row.retired_at ?? undefined,
      }))
    },
    async add(key) {
      const sealed = box.seal(JSON.stringify(key.jwk.reveal()), contextOf(key.kid))
      const row = { kid: key.kid, sealed_jwk: sealed, created_at: key.createdAtMs, retired_at: null, purpose }
      await db.insertInto('signing_keys').values(row).execute()
    },
    async retire(kid, nowMs) {
      await db.updateTable('signing_keys').set({ retired_at: nowMs }).where('kid', '=', kid).execute()
    },
    async remove(kid) {
      await db.deleteFrom('signing_keys').where('kid', '=', kid).execute()
    },
  }
}
