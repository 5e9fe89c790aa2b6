import type { Kysely } from 'kysely'

import type { SshKeyStore } from '../identity/ssh-key-store.ts'
import type { Schema } from './schema.ts'

export function sshKeyStore(db: Kysely<Schema>): SshKeyStore {
  return {
    async all() {
      const rows = await db.selectFrom('ssh_keys').select(['fingerprint', 'user_id']).execute()
      return rows.map((row) => ({ fingerprint: row.fingerprint, userId: row.user_id }))
    },
    async ofUser(userId) {
      const rows = await db.selectFrom('ssh_keys').selectAll().where('user_id', '=', userId).execute()
      return rows.map(({ fingerprint, algorithm, blob, bound_at: boundAtMs }) => ({
        fingerprint,
        algorithm,
        blob,
        boundAtMs,
      }))
    },
    async bind(key, userId, nowMs) {
      const row = { ...key, user_id: userId, bound_at: nowMs }
      const insert = db
        .insertInto('ssh_keys')
        .values(row)
        .onConflict((conflict) => conflict.column('fingerprint').doNothing())
      if (((await insert.executeTakeFirst()).numInsertedOrUpdatedRows ?? 0n) > 0n) return 'bound'
      const owner = await db
        .selectFrom('ssh_keys')
        .select('user_id')
        .where('fingerprint', '=', key.fingerprint)
        .executeTakeFirst()
      return owner?.user_id === userId ? 'bound' : 'taken'
    },
    async unbind(fingerprint, userId) {
      const query = db.deleteFrom('ssh_keys').where('fingerprint', '=', fingerprint).where('user_id', '=', userId)
      return (await query.executeTakeFirst()).numDeletedRows > 0n
    },
  }
}
