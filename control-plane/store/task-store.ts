import type { Kysely } from 'kysely'

import type { TaskStore } from '../tasks/task-owners.ts'
import type { Schema } from './schema.ts'

export function taskStore(db: Kysely<Schema>): TaskStore {
  return {
    async all(nowMs) {
      const rows = await db.selectFrom('tasks').selectAll().where('expires_at', '>', nowMs).execute()
      return rows.map((row) => ({
        route: row.route,
        idHash: row.id_hash,
        userId: row.user_id,
        clientId: row.client_id,
        expiresAtMs: row.expires_at,
      }))
    },
    async put({ route, idHash, userId, clientId, expiresAtMs }) {
      const row = { route, id_hash: idHash, user_id: userId, client_id: clientId, expires_at: expiresAtMs }
      const query = db.insertInto('tasks').values(row)
      await query.onConflict((on) => on.columns(['route', 'id_hash']).doUpdateSet(row)).execute()
    },
    async removeExpired(nowMs) {
      await db.deleteFrom('tasks').where('expires_at', '<=', nowMs).execute()
    },
  }
}
