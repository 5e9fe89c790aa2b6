import type { Kysely } from 'kysely'

import type { WebSessionRecord, WebSessionStore } from '../identity/web-sessions.ts'
import type { Schema } from './schema.ts'

export function webSessionStore(db: Kysely<Schema>): WebSessionStore {
  const live = ({ nowMs, idleSinceMs }: { readonly nowMs: number; readonly idleSinceMs: number }) =>
    db.selectFrom('web_sessions').selectAll().where('expires_at', '>', nowMs).where('last_seen_at', '>', idleSinceMs)
  return {
    async put(session) {
      const row = {
        id: session.id,
        user_id: session.userId,
        secret_hash: session.secretHash,
        generation: session.generation,
        rotated_at: session.rotatedAtMs,
        created_at: session.createdAtMs,
        last_seen_at: session.lastSeenAtMs,
        expires_at: session.expiresAtMs,
        browser: session.browser,
        network: session.network,
      }
      await db.insertInto('web_sessions').values(row).execute()
    },
    async find(id, limits) {
      const row = await live(limits).where('id', '=', id).executeTakeFirst()
      return row && recordOf(row)
    },
    async ofUser(userId, limits) {
      const rows = await live(limits).where('user_id', '=', userId).orderBy('last_seen_at', 'desc').execute()
      return rows.map(recordOf)
    },
    async seen(id, nowMs) {
      await db.updateTable('web_sessions').set({ last_seen_at: nowMs }).where('id', '=', id).execute()
    },
    async rotate(id, generation, nowMs) {
      const query = db.updateTable('web_sessions').set({ generation: generation + 1, rotated_at: nowMs })
      const done = await query.where('id', '=', id).where('generation', '=', generation).executeTakeFirst()
      return done.numUpdatedRows > 0n
    },
    async remove(id, userId) {
      const query = db.deleteFrom('web_sessions').where('id', '=', id).where('user_id', '=', userId)
      return (await query.executeTakeFirst()).numDeletedRows > 0n
    },
    async removeOfUser(userId) {
      await db.deleteFrom('web_sessions').where('user_id', '=', userId).execute()
    },
    async removeExpired(nowMs, idleSinceMs) {
      const query = db.deleteFrom('web_sessions')
      await query
        .where(({ or, eb }) => or([eb('expires_at', '<=', nowMs), eb('last_seen_at', '<=', idleSinceMs)]))
        .execute()
    },
  }
}

const recordOf = (row: Schema['web_sessions']): WebSessionRecord => ({
  id: row.id,
  userId: row.user_id,
  secretHash: row.secret_hash,
  generation: row.generation,
  rotatedAtMs: row.rotated_at,
  createdAtMs: row.created_at,
  lastSeenAtMs: row.last_seen_at,
  expiresAtMs: row.expires_at,
  browser: row.browser,
  network: row.network,
})
