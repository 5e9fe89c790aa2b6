import type { Kysely } from 'kysely'

import { isRecord } from '../kernel/record.ts'
import type { SecretBox } from '../kernel/secret-box.ts'
import { Secret } from '../kernel/secret.ts'
import type { RegisteredClient, UpstreamClientStore } from '../upstream-oauth/client-store.ts'
import type { Schema } from './schema.ts'

interface At {
  readonly issuer: string
  readonly route: string
}

export function upstreamClientStore(db: Kysely<Schema>, box: SecretBox): UpstreamClientStore {
  return {
    async find(at) {
      const query = db.selectFrom('upstream_clients').selectAll()
      const row = await query.where('issuer', '=', at.issuer).where('route', '=', at.route).executeTakeFirst()
      return row && opened(box.open(row.sealed_client, contextOf(at)))
    },
    async put(at, client, nowMs) {
      const sealed = box.seal(JSON.stringify({ ...client, secret: client.secret?.reveal() }), contextOf(at))
      const row = { ...at, sealed_client: sealed, created_at: nowMs }
      const query = db.insertInto('upstream_clients').values(row)
      await query.onConflict((on) => on.columns(['issuer', 'route']).doUpdateSet(row)).execute()
    },
    async remove({ issuer, route }) {
      await db.deleteFrom('upstream_clients').where('issuer', '=', issuer).where('route', '=', route).execute()
    },
  }
}

function opened(text: string): RegisteredClient | undefined {
  const client: unknown = JSON.parse(text)
  if (!isRecord(client)) return undefined
  const { secret } = client
  return {
    ...(client as unknown as RegisteredClient),
    secret: typeof secret === 'string' ? new Secret(secret) : undefined,
  }
}

const contextOf = ({ issuer, route }: At): string => JSON.stringify(['upstream client', issuer, route])
