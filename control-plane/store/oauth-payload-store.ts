import { createHash } from 'node:crypto'

import type { Kysely } from 'kysely'

import type { OAuthPayload, OAuthPayloadStore, PayloadKey } from '../authorization-server/oauth-payload-store.ts'
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
  return {
    async put(key, payload, options) {
      const { model } = key
      const id = hashOf(key)
      const values = {
        payload: box.seal(JSON.stringify(payload), contextOf(model, id)),
        grant_id: options.grantId ?? null,
        uid: options.uid === undefined ? null : hashOf({ model, id: options.uid }),
        expires_at: options.expiresAtMs ?? null,
      }
      const insert = db.insertInto('oauth_payloads').values({ model, id, consumed_at: null, ...values })
      await insert.onConflict((conflict) => conflict.columns(['model', 'id']).doUpdateSet(values)).execute()
    },
    async find(key, nowMs) {
      return read(await live(nowMs).where('model', '=', key.model).where('id', '=', hashOf(key)).executeTakeFirst())
    },
    async findByUid(key, nowMs) {
      return read(await live(nowMs).where('model', '=', key.model).where('uid', '=', hashOf(key)).executeTakeFirst())
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
  }
}

const hashOf = (key: PayloadKey): string => createHash('sha256').update(`${key.model}\0${key.id}`).digest('base64url')

const contextOf = (model: string, idHash: string): string => `${model} ${idHash}`
