import type { Kysely } from 'kysely'

import type { WebSessionStore } from '../identity/web-sessions.ts'
import type { Schema } from './schema.ts'

export function webSessionStore(db: Kysely<Schema>): WebSessionStore {
  return {
    async put(idHash, userId, times) {
      const row = { id_hash: idHash, user_id: userId, created_at: times.createdAtMs, expires_at: times.expiresAtMs }
      await db.insertInto('web_sessions').values(row).execute()
    },
    async find(idHash, nowMs) {
      const query = db.selectFrom('web_sessions').select('user_id').where('id_hash', '=', idHash)
      return (await query.where('expires_at', '>', nowMs).executeTakeFirst())?.user_id
    },
    async remove(idHash) {
      await db.deleteFrom('web_sessions').where('id_hash', '=', idHash).execute()
    },
    async removeExpired(nowMs) {
      await db.deleteFrom('web_sessions').where('expires_at', '<=', nowMs).execute()
    },
  }
}
