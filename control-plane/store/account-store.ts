import type { Expression, ExpressionBuilder, Kysely, SqlBool } from 'kysely'

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
    async summaries() {
      const rows = await db
        .selectFrom('users')
        .selectAll()
        .select(({ selectFrom }) =>
          selectFrom('passkeys')
            .whereRef('passkeys.user_id', '=', 'users.id')
            .select(({ fn }) => fn.countAll<number | string>().as('count'))
            .as('passkeys'),
        )
        .execute()
      return rows.map((row) => ({
        ...userOf(row),
        hasPassword: row.password_hash !== null,
        passkeys: Number(row.passkeys ?? 0),
      }))
    },
    async find(id) {
      return accountOf(await db.selectFrom('users').selectAll().where('id', '=', id).executeTakeFirst())
    },
    async findByEmail(email) {
      return accountOf(await db.selectFrom('users').selectAll().where('email', '=', email).executeTakeFirst())
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
        email_verified: Number(account.emailVerified),
        second_factor: Number(account.secondFactor),
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
    async setEmailVerified(id) {
      await db.updateTable('users').set({ email_verified: 1 }).where('id', '=', id).execute()
    },
    async setPasswordHash(id, passwordHash) {
      await db.updateTable('users').set({ password_hash: passwordHash }).where('id', '=', id).execute()
    },
    async removePasswordHash(id) {
      const query = db.updateTable('users').set({ password_hash: null, second_factor: 0 }).where('id', '=', id)
      return (await query.where(hasAnotherWayIn).executeTakeFirst()).numUpdatedRows > 0n
    },
    async setSecondFactor(id, on) {
      const query = db
        .updateTable('users')
        .set({ second_factor: Number(on) })
        .where('id', '=', id)
      return (await (on ? query.where(hasPasskey) : query).executeTakeFirst()).numUpdatedRows > 0n
    },
  }
}

/** In the update itself: between a look and a write the last passkey could go. */
const hasPasskey = ({ exists, selectFrom }: ExpressionBuilder<Schema, 'users'>): Expression<SqlBool> =>
  exists(selectFrom('passkeys').whereRef('passkeys.user_id', '=', 'users.id').select('passkeys.id'))

const hasAnotherWayIn = (build: ExpressionBuilder<Schema, 'users'>): Expression<SqlBool> => {
  const identities = build.selectFrom('identities').whereRef('identities.user_id', '=', 'users.id')
  return build.or([hasPasskey(build), build.exists(identities.select('identities.subject'))])
}

const accountOf = (row: Schema['users'] | undefined): Account | undefined =>
  row && { ...userOf(row), passwordHash: row.password_hash ?? undefined, secondFactor: row.second_factor === 1 }

export const userOf = (row: Schema['users']): User => ({
  id: row.id,
  email: row.email,
  tunnelName: row.tunnel_name,
  disabled: row.disabled === 1 || row.suspended_at !== null,
  emailVerified: row.email_verified === 1,
  claims: JSON.parse(row.claims) as User['claims'],
})
