import type { Kysely } from 'kysely'

import type { Account, AccountStore } from '../identity/account-store.ts'
import type { User } from '../identity/user.ts'
import { messageOf } from '../kernel/fault.ts'
import type { Schema } from './schema.ts'

export function accountStore(db: Kysely<Schema>): AccountStore {
  return {
    async all() {
      const rows = await db.selectFrom('users').selectAll().execute()
      return rows.map(userOf)
    },
    async findByEmail(email) {
      const row = await db.selectFrom('users').selectAll().where('email', '=', email).executeTakeFirst()
      return row && ({ ...userOf(row), passwordHash: row.password_hash ?? undefined } satisfies Account)
    },
    async add(account, nowMs) {
      const row = {
        id: account.id,
        email: account.email,
        tunnel_name: account.tunnelName,
        password_hash: account.passwordHash ?? null,
        disabled: 0,
        claims: JSON.stringify(account.claims),
        created_at: nowMs,
        suspended_at: null,
      }
      try {
        await db.insertInto('users').values(row).execute()
        return 'added'
      } catch (cause) {
        if (/users\.email/.test(messageOf(cause))) return 'email_taken'
        if (/users\.tunnel_name/.test(messageOf(cause))) return 'name_taken'
        throw cause
      }
    },
    async setDisabled(id, disabled) {
      // An operator who lets somebody in again stands by them instead of the provider.
      if (!disabled) await db.updateTable('identities').set({ stale_since: null }).where('user_id', '=', id).execute()
      const query = db
        .updateTable('users')
        .set({ disabled: Number(disabled), suspended_at: null })
        .where('id', '=', id)
      return (await query.executeTakeFirst()).numUpdatedRows > 0n
    },
  }
}

export const userOf = (row: Schema['users']): User => ({
  id: row.id,
  email: row.email,
  tunnelName: row.tunnel_name,
  disabled: row.disabled === 1 || row.suspended_at !== null,
  claims: JSON.parse(row.claims) as User['claims'],
})
