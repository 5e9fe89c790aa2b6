import { sql, type Kysely } from 'kysely'

import { MAX_PASSKEYS, type Passkey, type PasskeyStore } from '../identity/passkeys.ts'
import type { RecoveryCodeStore } from '../identity/recovery-codes.ts'
import type { Schema } from './schema.ts'

export function passkeyStore(db: Kysely<Schema>): PasskeyStore {
  const countOf = async (all: Kysely<Schema>, userId: string): Promise<number> => {
    const query = all.selectFrom('passkeys').where('user_id', '=', userId)
    return Number((await query.select(sql<number | string>`count(*)`.as('count')).executeTakeFirst())?.count ?? 0)
  }
  return {
    async find(id) {
      const row = await db.selectFrom('passkeys').selectAll().where('id', '=', id).executeTakeFirst()
      return row && passkeyOf(row)
    },
    async ofUser(userId) {
      const query = db.selectFrom('passkeys').selectAll().where('user_id', '=', userId).orderBy('created_at')
      return (await query.execute()).map(passkeyOf)
    },
    async add(passkey) {
      return db.transaction().execute(async (all) => {
        if ((await countOf(all, passkey.userId)) >= MAX_PASSKEYS) return 'full'
        const row = {
          id: passkey.id,
          user_id: passkey.userId,
          public_key: passkey.publicKey,
          counter: passkey.counter,
          transports: JSON.stringify(passkey.transports),
          name: passkey.name,
          created_at: passkey.createdAtMs,
          last_used_at: null,
        }
        const insert = all.insertInto('passkeys').values(row)
        const done = await insert.onConflict((conflict) => conflict.column('id').doNothing()).executeTakeFirst()
        return (done.numInsertedOrUpdatedRows ?? 0n) > 0n ? 'added' : 'taken'
      })
    },
    async used(id, counter, nowMs) {
      const query = db.updateTable('passkeys').set({ counter, last_used_at: nowMs }).where('id', '=', id)
      // WebAuthn Level 3 §7.2: authenticators that count must count on, those that do not say 0.
      const forward = query.where(({ or, and, eb }) =>
        or([eb('counter', '<', counter), and([eb('counter', '=', 0), eb.val(counter === 0)])]),
      )
      return (await forward.executeTakeFirst()).numUpdatedRows > 0n
    },
    async rename(id, userId, name) {
      const query = db.updateTable('passkeys').set({ name }).where('id', '=', id).where('user_id', '=', userId)
      return (await query.executeTakeFirst()).numUpdatedRows > 0n
    },
    async remove(id, userId) {
      return db.transaction().execute(async (all) => {
        const user = await all.selectFrom('users').select('password_hash').where('id', '=', userId).executeTakeFirst()
        const isLast = (await countOf(all, userId)) === 1
        if (isLast && user?.password_hash === null) return 'needed'
        const query = all.deleteFrom('passkeys').where('id', '=', id).where('user_id', '=', userId)
        if ((await query.executeTakeFirst()).numDeletedRows === 0n) return 'unknown'
        if (isLast) await forgetSecondFactor(all, userId)
        return 'removed'
      })
    },
    async removeOfUser(userId) {
      await db.transaction().execute(async (all) => {
        await all.deleteFrom('passkeys').where('user_id', '=', userId).execute()
        await forgetSecondFactor(all, userId)
      })
    },
  }
}

/** Without a passkey there is nothing to ask for, and nothing to recover. */
async function forgetSecondFactor(db: Kysely<Schema>, userId: string): Promise<void> {
  await db.updateTable('users').set({ second_factor: 0 }).where('id', '=', userId).execute()
  await db.deleteFrom('recovery_codes').where('user_id', '=', userId).execute()
}

export function recoveryCodeStore(db: Kysely<Schema>): RecoveryCodeStore {
  return {
    async replace(userId, hashes) {
      await db.transaction().execute(async (all) => {
        await all.deleteFrom('recovery_codes').where('user_id', '=', userId).execute()
        const rows = hashes.map((hash) => ({ user_id: userId, code_hash: hash }))
        if (rows.length > 0) await all.insertInto('recovery_codes').values(rows).execute()
      })
    },
    async take(userId, hash) {
      const query = db.deleteFrom('recovery_codes').where('user_id', '=', userId).where('code_hash', '=', hash)
      return (await query.executeTakeFirst()).numDeletedRows > 0n
    },
    async count(userId) {
      const query = db.selectFrom('recovery_codes').where('user_id', '=', userId)
      return Number((await query.select(sql<number | string>`count(*)`.as('count')).executeTakeFirst())?.count ?? 0)
    },
  }
}

const passkeyOf = (row: Schema['passkeys']): Passkey => ({
  id: row.id,
  userId: row.user_id,
  publicKey: row.public_key,
  counter: row.counter,
  transports: JSON.parse(row.transports) as string[],
  name: row.name,
  createdAtMs: row.created_at,
  lastUsedAtMs: row.last_used_at ?? undefined,
})
