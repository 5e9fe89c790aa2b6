import type { Kysely } from 'kysely'

import type { TunnelStore } from '../tunnels/tunnel-store.ts'
import type { Schema } from './schema.ts'

export function tunnelStore(db: Kysely<Schema>): TunnelStore {
  return {
    async cameUp(route, userId, nowMs) {
      const row = { route, user_id: userId, first_up_at: nowMs, last_up_at: nowMs, last_down_at: null }
      const query = db.insertInto('tunnels').values(row)
      await query
        .onConflict((conflict) => conflict.column('route').doUpdateSet({ last_up_at: nowMs, user_id: userId }))
        .execute()
    },
    async wentDown(route, nowMs) {
      await db.updateTable('tunnels').set({ last_down_at: nowMs }).where('route', '=', route).execute()
    },
    async offlineSince() {
      const rows = await db.selectFrom('tunnels').select(['route', 'last_up_at', 'last_down_at']).execute()
      // Killed before it could write "down": the last time it was known to be up is the honest answer.
      return rows.map((row) => [row.route, Math.max(row.last_down_at ?? 0, row.last_up_at)] as const)
    },
  }
}
