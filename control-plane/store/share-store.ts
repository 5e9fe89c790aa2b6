import type { Kysely } from 'kysely'

import type { ShareStore } from '../sharing/shares.ts'
import type { Schema } from './schema.ts'

export function shareStore(db: Kysely<Schema>): ShareStore {
  return {
    async all() {
      const rows = await db.selectFrom('shares').selectAll().orderBy('created_at').orderBy('id').execute()
      return rows.map((row) => ({
        id: row.id,
        route: row.route,
        sharedBy: row.shared_by,
        email: row.email,
        tools: row.tools === null ? undefined : (JSON.parse(row.tools) as readonly string[]),
        createdAtMs: row.created_at,
        expiresAtMs: row.expires_at,
      }))
    },
    async add(share) {
      const row = {
        id: share.id,
        route: share.route,
        shared_by: share.sharedBy,
        email: share.email,
        tools: share.tools === undefined ? null : JSON.stringify(share.tools),
        created_at: share.createdAtMs,
        expires_at: share.expiresAtMs,
      }
      await db.insertInto('shares').values(row).execute()
    },
    async remove(id) {
      await db.deleteFrom('shares').where('id', '=', id).execute()
    },
  }
}
