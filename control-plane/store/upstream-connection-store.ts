import type { Kysely } from 'kysely'

import { isRecord } from '../kernel/record.ts'
import type { SecretBox } from '../kernel/secret-box.ts'
import { Secret } from '../kernel/secret.ts'
import type {
  ConnectionKey,
  UpstreamConnection,
  UpstreamConnectionStore,
  UpstreamTokens,
} from '../upstream-connections/connection.ts'
import type { Schema } from './schema.ts'

type Row = Schema['upstream_connections']

/** `onUnreadable`: a row that was changed, or moved under another user, counts as one without tokens. */
export function upstreamConnectionStore(
  db: Kysely<Schema>,
  box: SecretBox,
  onUnreadable: (key: ConnectionKey) => void,
): UpstreamConnectionStore {
  const rowOf = (connection: UpstreamConnection): Row => ({
    user_id: connection.userId,
    route: connection.route,
    resource: connection.resource,
    issuer: connection.issuer,
    generation: connection.generation,
    sealed_tokens: connection.tokens === undefined ? null : sealed(connection, connection.tokens, box),
    scope: connection.tokens?.scope ?? null,
    asked_scope: connection.askedScope ?? null,
    expires_at: connection.tokens?.expiresAtMs ?? null,
    connected_at: connection.connectedAtMs,
    renewed_at: connection.renewedAtMs,
  })
  return {
    async all() {
      const rows = await db.selectFrom('upstream_connections').selectAll().execute()
      return rows.map((row) => connectionOf(row, { box, onUnreadable }))
    },
    async put(connection) {
      const row = rowOf(connection)
      const query = db.insertInto('upstream_connections').values(row)
      await query.onConflict((on) => on.columns(['user_id', 'route']).doUpdateSet(row)).execute()
    },
    async renew(connection, ifGeneration) {
      const query = db
        .updateTable('upstream_connections')
        .set(rowOf(connection))
        .where('user_id', '=', connection.userId)
        .where('route', '=', connection.route)
        .where('generation', '=', ifGeneration)
      return (await query.executeTakeFirst()).numUpdatedRows > 0n
    },
    async remove({ userId, route }) {
      const query = db.deleteFrom('upstream_connections').where('user_id', '=', userId).where('route', '=', route)
      return (await query.executeTakeFirst()).numDeletedRows > 0n
    },
  }
}

const sealed = (connection: UpstreamConnection, tokens: UpstreamTokens, box: SecretBox): string =>
  box.seal(
    JSON.stringify({ access: tokens.accessToken.reveal(), refresh: tokens.refreshToken?.reveal() }),
    contextOf(connection),
  )

function connectionOf(
  row: Row,
  ports: { readonly box: SecretBox; readonly onUnreadable: (key: ConnectionKey) => void },
): UpstreamConnection {
  const connection = {
    userId: row.user_id,
    route: row.route,
    resource: row.resource,
    issuer: row.issuer,
    generation: row.generation,
    tokens: undefined,
    askedScope: row.asked_scope ?? undefined,
    connectedAtMs: row.connected_at,
    renewedAtMs: row.renewed_at,
  }
  if (row.sealed_tokens === null) return connection
  try {
    const opened: unknown = JSON.parse(ports.box.open(row.sealed_tokens, contextOf(connection)))
    if (!isRecord(opened) || typeof opened['access'] !== 'string') throw new Error('No access token')
    const { access, refresh } = opened
    return {
      ...connection,
      tokens: {
        accessToken: new Secret(access),
        refreshToken: typeof refresh === 'string' ? new Secret(refresh) : undefined,
        expiresAtMs: row.expires_at ?? undefined,
        scope: row.scope ?? undefined,
      },
    }
  } catch {
    ports.onUnreadable(connection)
    return connection
  }
}

/** With everything that says for whom and for where the tokens are: a row that was changed does not open. */
const contextOf = ({ userId, route, resource, issuer }: Omit<UpstreamConnection, 'tokens'>): string =>
  JSON.stringify(['upstream connection', userId, route, resource, issuer])
