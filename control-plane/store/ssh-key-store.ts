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
      return rows.map((row) => ({
        fingerprint: row.fingerprint,
        algorithm: row.algorithm,
        blob: row.blob,
        boundAtMs: row.bound_at,
        lastSeenAtMs: row.last_seen_at ?? undefined,
        lastSeenFrom: row.last_seen_from ?? undefined,
      }))
    },
    async bind(key, userId, nowMs) {
      const seen = { last_seen_at: null, last_seen_from: null }
      const row = { ...key, ...seen, user_id: userId, bound_at: nowMs }
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
      return owner?.user_id === userId ? 'known' : 'taken'
    },
    async seen(fingerprint, from, nowMs) {
      const query = db.updateTable('ssh_keys').set({ last_seen_at: nowMs, last_seen_from: from })
      await query.where('fingerprint', '=', fingerprint).execute()
    },
    async unbind(fingerprint, userId) {
      const query = db.deleteFrom('ssh_keys').where('fingerprint', '=', fingerprint).where('user_id', '=', userId)
      return (await query.executeTakeFirst()).numDeletedRows > 0n
    },
  }
}
