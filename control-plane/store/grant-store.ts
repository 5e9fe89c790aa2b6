import type { Kysely } from 'kysely'

import type { GrantStore } from '../oauth/grants.ts'
import type { Schema } from './schema.ts'

export function grantStore(db: Kysely<Schema>): GrantStore {
  return {
    async active() {
      const rows = await db
        .selectFrom('grants')
        .selectAll()
        .where('revoked_at', 'is', null)
        .orderBy('created_at')
        .execute()
      return rows.map((row) => ({
        id: row.id,
        userId: row.user_id,
        clientId: row.client_id,
        clientName: row.client_name,
        resource: row.resource,
        createdAtMs: row.created_at,
        expiresAtMs: row.expires_at ?? undefined,
        scope: row.scope ?? undefined,
        redirectHost: row.redirect_host ?? undefined,
        lastUsedAtMs: row.last_used_at ?? undefined,
      }))
    },
    async used(id, nowMs) {
      await db.updateTable('grants').set({ last_used_at: nowMs }).where('id', '=', id).execute()
    },
    async add(grant) {
      const row = {
        id: grant.id,
        user_id: grant.userId,
        client_id: grant.clientId,
        client_name: grant.clientName,
        resource: grant.resource,
        created_at: grant.createdAtMs,
        revoked_at: null,
        expires_at: grant.expiresAtMs ?? null,
        scope: grant.scope ?? null,
        redirect_host: grant.redirectHost ?? null,
        last_used_at: null,
      }
      await db.insertInto('grants').values(row).execute()
    },
    async expired(nowMs) {
      const query = db.selectFrom('grants').select('id').where('revoked_at', 'is', null)
      return (await query.where('expires_at', '<=', nowMs).execute()).map(({ id }) => id)
    },
    /** The grant's codes and refresh tokens go with it, in one transaction. */
    async revoke(id, nowMs) {
      return db.transaction().execute(async (all) => {
        await all.deleteFrom('oauth_payloads').where('grant_id', '=', id).execute()
        const query = all.updateTable('grants').set({ revoked_at: nowMs }).where('id', '=', id)
        return (await query.where('revoked_at', 'is', null).executeTakeFirst()).numUpdatedRows > 0n
      })
    },
  }
}
