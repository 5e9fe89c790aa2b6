import { createHash } from 'node:crypto'

import { sql, type Kysely } from 'kysely'

import type {
  OAuthPayload,
  OAuthPayloadStore,
  PayloadKey,
  PutOptions,
} from '../authorization-server/oauth-payload-store.ts'
import type { SecretBox } from '../kernel/secret-box.ts'
import type { Schema } from './schema.ts'

/** Ids are secrets (a refresh token is its own id), so rows carry their hash and payloads are encrypted. */
export function oauthPayloadStore(db: Kysely<Schema>, box: SecretBox): OAuthPayloadStore {
  const read = (row: Schema['oauth_payloads'] | undefined): OAuthPayload | undefined =>
    row && {
      payload: JSON.parse(box.open(row.payload, contextOf(row.model, row.id))) as Record<string, unknown>,
      consumedAtMs: row.consumed_at ?? undefined,
    }
  const live = (nowMs: number) =>
    db
      .selectFrom('oauth_payloads')
      .selectAll()
      .where((where) => where.or([where('expires_at', 'is', null), where('expires_at', '>', nowMs)]))
  const rowOf = (key: PayloadKey, payload: Record<string, unknown>, options: PutOptions) => {
    const { model } = key
    const id = hashOf(key)
    return {
      model,
      id,
      payload: box.seal(JSON.stringify(payload), contextOf(model, id)),
      grant_id: options.grantId ?? null,
      uid: options.uid === undefined ? null : hashOf({ model, id: options.uid }),
      expires_at: options.expiresAtMs ?? null,
      consumed_at: null,
    }
  }
  return {
    async put(key, payload, options) {
      const { consumed_at: _, expires_at: expiresAt, ...values } = rowOf(key, payload, options)
      const insert = db.insertInto('oauth_payloads').values({ ...values, expires_at: expiresAt, consumed_at: null })
      const kept = sql<number | null>`case when oauth_payloads.expires_at is null then null else ${expiresAt} end`
      const update = { ...values, expires_at: kept }
      await insert.onConflict((conflict) => conflict.columns(['model', 'id']).doUpdateSet(update)).execute()
    },
    async putNew(key, payload, options) {
      const insert = db.insertInto('oauth_payloads').values(rowOf(key, payload, options))
      const { numInsertedOrUpdatedRows } = await insert
        .onConflict((conflict) => conflict.columns(['model', 'id']).doNothing())
        .executeTakeFirst()
      return (numInsertedOrUpdatedRows ?? 0n) > 0n
    },
    async find(key, nowMs) {
      return read(await live(nowMs).where('model', '=', key.model).where('id', '=', hashOf(key)).executeTakeFirst())
    },
    async findByUid(key, nowMs) {
      return read(await live(nowMs).where('model', '=', key.model).where('uid', '=', hashOf(key)).executeTakeFirst())
    },
    async list(model, nowMs) {
      const rows = await live(nowMs).where('model', '=', model).execute()
      return rows.map(read).filter((payload) => payload !== undefined)
    },
    async consume(key, nowMs) {
      const query = db
        .updateTable('oauth_payloads')
        .set({ consumed_at: nowMs })
        .where('model', '=', key.model)
        .where('id', '=', hashOf(key))
        .where('consumed_at', 'is', null)
      return (await query.executeTakeFirst()).numUpdatedRows > 0n
    },
    async keep(key) {
      const query = db.updateTable('oauth_payloads').set({ expires_at: null }).where('model', '=', key.model)
      await query.where('id', '=', hashOf(key)).execute()
    },
    async remove(key) {
      await db.deleteFrom('oauth_payloads').where('model', '=', key.model).where('id', '=', hashOf(key)).execute()
    },
    async removeOfGrant(model, grantId) {
      await db.deleteFrom('oauth_payloads').where('model', '=', model).where('grant_id', '=', grantId).execute()
    },
    async removeExpired(nowMs) {
      await db.deleteFrom('oauth_payloads').where('expires_at', '<=', nowMs).execute()
    },
    async removeEarliest(model, most) {
      const passing = db.selectFrom('oauth_payloads').where('model', '=', model).where('expires_at', 'is not', null)
      const latest = passing.select('id').orderBy('expires_at', 'desc').limit(most)
      const query = db.deleteFrom('oauth_payloads').where('model', '=', model).where('expires_at', 'is not', null)
      await query.where('id', 'not in', latest).execute()
    },
  }
}

const hashOf = (key: PayloadKey): string => createHash('sha256').update(`${key.model}\0${key.id}`).digest('base64url')

const contextOf = (model: string, idHash: string): string => `${model} ${idHash}`
