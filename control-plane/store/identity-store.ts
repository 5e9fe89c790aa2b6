import type { Kysely, Transaction } from 'kysely'

import type { Identity, IdentityKey, IdentityNews, IdentityStore } from '../identity/identity-store.ts'
import type { SecretBox } from '../kernel/secret-box.ts'
import { Secret } from '../kernel/secret.ts'
import { accountStore, userOf } from './account-store.ts'
import type { Schema } from './schema.ts'

type Row = Schema['identities']

/** Ends a transaction without a fault. */
class Undone extends Error {}

export function identityStore(db: Kysely<Schema>, box: SecretBox): IdentityStore {
  const seal = (key: IdentityKey, token: IdentityNews['refreshToken']): string | undefined =>
    token && box.seal(token.reveal(), contextOf(key))
  const rowOf = (
    added: { readonly key: IdentityKey; readonly news: IdentityNews },
    rest: Pick<Row, 'user_id' | 'made_account' | 'given_email' | 'created_at'>,
  ): Row => ({
    ...rest,
    provider_id: added.news.providerId,
    issuer: added.key.issuer,
    subject: added.key.subject,
    claims: JSON.stringify(added.news.claims ?? {}),
    refreshed_at: rest.created_at,
    sealed_refresh_token: seal(added.key, added.news.refreshToken) ?? null,
    stale_since: null,
  })
  /** Whether the identity was free. */
  const insert = async (into: Kysely<Schema>, row: Row): Promise<boolean> => {
    const query = into.insertInto('identities').values(row)
    const done = await query.onConflict((on) => on.columns(['issuer', 'subject']).doNothing()).executeTakeFirst()
    return (done.numInsertedOrUpdatedRows ?? 0n) > 0n
  }
  return {
    async all() {
      return (await db.selectFrom('identities').selectAll().execute()).map(identityOf)
    },
    async find(key) {
      const row = await at(db, key).executeTakeFirst()
      return row && identityOf(row)
    },
    async ofUser(userId) {
      return (await db.selectFrom('identities').selectAll().where('user_id', '=', userId).execute()).map(identityOf)
    },
    async stale() {
      return (await db.selectFrom('identities').selectAll().where('stale_since', 'is not', null).execute()).map(
        identityOf,
      )
    },
    async addWithAccount(added, nowMs) {
      const { account } = added
      let outcome: Awaited<ReturnType<IdentityStore['addWithAccount']>> = 'added'
      const made = db.transaction().execute(async (trx) => {
        // First, so that of two first sign-ins the second hears of the identity and not of its own address.
        if ((await at(trx, added.key).executeTakeFirst()) !== undefined) outcome = 'identity_taken'
        else outcome = await accountStore(trx).add(account, nowMs)
        if (outcome !== 'added') throw new Undone()
        const given = { user_id: account.id, made_account: 1, given_email: account.email, created_at: nowMs }
        if (await insert(trx, rowOf(added, given))) return
        outcome = 'identity_taken'
        throw new Undone()
      })
      await made.catch((cause: unknown) => {
        if (!(cause instanceof Undone)) throw cause
      })
      return outcome
    },
    async add(added, nowMs) {
      const connected = { user_id: added.userId, made_account: 0, given_email: null, created_at: nowMs }
      return (await insert(db, rowOf(added, connected))) ? 'added' : 'taken'
    },
    renew: (key, news, times) =>
      db.transaction().execute(async (trx) => {
        const row = await at(trx, key).executeTakeFirst()
        if (row === undefined || (times.ifRefreshedAtMs ?? row.refreshed_at) !== row.refreshed_at) return false
        const sealed = seal(key, news.refreshToken)
        const values = {
          provider_id: news.providerId,
          refreshed_at: times.nowMs,
          stale_since: null,
          ...(news.claims === undefined ? {} : { claims: JSON.stringify(news.claims) }),
          ...(sealed === undefined ? {} : { sealed_refresh_token: sealed }),
        }
        const update = trx.updateTable('identities').set(values)
        await update.where('issuer', '=', key.issuer).where('subject', '=', key.subject).execute()
        if (news.email !== undefined) await followEmail(trx, row, news.email)
        return true
      }),
    async beginRefresh(key, { nowMs, dueBeforeMs }) {
      const query = db
        .updateTable('identities')
        .set({ refreshed_at: nowMs })
        .where('issuer', '=', key.issuer)
        .where('subject', '=', key.subject)
        .where('refreshed_at', '<=', dueBeforeMs)
        .where('sealed_refresh_token', 'is not', null)
      const sealed = (await query.returning('sealed_refresh_token').executeTakeFirst())?.sealed_refresh_token
      return typeof sealed === 'string' ? new Secret(box.open(sealed, contextOf(key))) : undefined
    },
    async markStale(key, { nowMs, ifRefreshedAtMs, forget }) {
      const query = db
        .updateTable('identities')
        .set((row) => ({
          stale_since: row.fn.coalesce('stale_since', row.val(nowMs)),
          ...(forget ? { sealed_refresh_token: null } : {}),
        }))
        .where('issuer', '=', key.issuer)
        .where('subject', '=', key.subject)
        .where('refreshed_at', '=', ifRefreshedAtMs)
      return (await query.executeTakeFirst()).numUpdatedRows > 0n
    },
    settle: (userId, judge, nowMs) =>
      db.transaction().execute(async (trx) => {
        const rows = await trx.selectFrom('identities').selectAll().where('user_id', '=', userId).execute()
        const user = await trx.selectFrom('users').selectAll().where('id', '=', userId).executeTakeFirst()
        if (user === undefined) return undefined
        const { claims, suspended } = judge(rows.map(identityOf))
        const values = {
          claims: JSON.stringify(claims),
          suspended_at: suspended ? (user.suspended_at ?? nowMs) : null,
        }
        await trx.updateTable('users').set(values).where('id', '=', userId).execute()
        return userOf({ ...user, ...values })
      }),
  }
}

/** The account's address follows the identity that gave it, unless somebody else has it or the person chose another. */
async function followEmail(
  trx: Transaction<Schema>,
  row: Row,
  email: NonNullable<IdentityNews['email']>,
): Promise<void> {
  if (row.given_email === null || row.given_email === email.address) return
  const holder = trx.selectFrom('users').select('id').where('email', '=', email.address)
  const taken = (await holder.where('id', '!=', row.user_id).executeTakeFirst()) !== undefined
  const address = taken ? email.otherwise : email.address
  // Only an address that the provider vouches for gets here in its own spelling.
  const values = { email: address, email_verified: Number(address !== email.otherwise) }
  const account = trx.updateTable('users').set(values).where('id', '=', row.user_id)
  const moved = await account.where('email', '=', row.given_email).executeTakeFirst()
  if (moved.numUpdatedRows === 0n) return
  const identity = trx.updateTable('identities').set({ given_email: address })
  await identity.where('issuer', '=', row.issuer).where('subject', '=', row.subject).execute()
}

const at = (db: Kysely<Schema>, key: IdentityKey) =>
  db.selectFrom('identities').selectAll().where('issuer', '=', key.issuer).where('subject', '=', key.subject)

const contextOf = ({ issuer, subject }: IdentityKey): string => `identity ${issuer} ${subject}`

const identityOf = (row: Row): Identity => ({
  providerId: row.provider_id,
  issuer: row.issuer,
  subject: row.subject,
  userId: row.user_id,
  claims: JSON.parse(row.claims) as Identity['claims'],
  madeAccount: row.made_account === 1,
  refreshedAtMs: row.refreshed_at,
  staleSinceMs: row.stale_since ?? undefined,
  canRefresh: row.sealed_refresh_token !== null,
})
