import type { Kysely, Selectable } from 'kysely'

import type { CallOutcome, CallRecord, CallStore } from '../audit/call-record.ts'
import type { Schema } from './schema.ts'

/** Rows in one statement: each takes the thread of the authorizer a few microseconds, and statements have limits. */
const CHUNK = 100
const PAGE = 500

type Row = Selectable<Schema['calls']>
type OutcomeColumns = Pick<Row, 'status' | 'duration_ms' | 'bytes_in' | 'bytes_out' | 'flags' | 'is_error' | 'approval'>

export function auditStore(db: Kysely<Schema>): CallStore {
  return {
    async add(records) {
      for (let from = 0; from < records.length; from += CHUNK) {
        const rows = records.slice(from, from + CHUNK).map(rowOf)
        await db
          .insertInto('calls')
          .values(rows)
          .onConflict((conflict) =>
            conflict.column('request_id').doUpdateSet(({ ref, fn }) => ({
              at: ref('excluded.at'),
              verdict: ref('excluded.verdict'),
              facts: ref('excluded.facts'),
              status: fn.coalesce('excluded.status', 'calls.status'),
              duration_ms: fn.coalesce('excluded.duration_ms', 'calls.duration_ms'),
              bytes_in: fn.coalesce('excluded.bytes_in', 'calls.bytes_in'),
              bytes_out: fn.coalesce('excluded.bytes_out', 'calls.bytes_out'),
              flags: fn.coalesce('excluded.flags', 'calls.flags'),
              is_error: fn.coalesce('excluded.is_error', 'calls.is_error'),
              approval: fn.coalesce('excluded.approval', 'calls.approval'),
            })),
          )
          .execute()
      }
    },
    async complete(outcomes) {
      // One transaction: otherwise the disk would be waited for once for each call.
      await db.transaction().execute(async (all) => {
        for (const [requestId, outcome] of outcomes) {
          await all.updateTable('calls').set(knownColumns(outcome)).where('request_id', '=', requestId).execute()
        }
      })
    },
    async list({ sinceMs, route, routesOf, user, denied, limit }) {
      let query = db.selectFrom('calls').selectAll().where('at', '>=', sinceMs)
      if (route !== undefined) query = query.where('route', '=', route)
      if (routesOf !== undefined) {
        const { tunnelName, routes } = routesOf
        query = query.where(({ or, eb }) =>
          or([eb('route', 'in', [tunnelName, ...routes]), eb('route', 'like', `%-${tunnelName}`)]),
        )
      }
      if (user !== undefined)
        query = query.where(({ or, eb }) => or([eb('user_id', '=', user), eb('email', '=', user)]))
      if (denied === true)
        query = query.where(({ or, and, eb }) =>
          or([
            eb('verdict', 'in', ['refuse', 'challenge']),
            and([eb('approval', 'is not', null), eb('approval', 'not like', 'approved%')]),
          ]),
        )
      const rows = await query.orderBy('at', 'desc').orderBy('request_id', 'desc').limit(limit).execute()
      return rows.map(recordOf)
    },
    async page({ sinceMs, after }) {
      let query = db
        .selectFrom('calls')
        .selectAll()
        .where('at', '>=', after?.atMs ?? sinceMs)
      if (after !== undefined) {
        query = query.where(({ or, and, eb }) =>
          or([eb('at', '>', after.atMs), and([eb('at', '=', after.atMs), eb('request_id', '>', after.requestId)])]),
        )
      }
      return (await query.orderBy('at').orderBy('request_id').limit(PAGE).execute()).map(recordOf)
    },
    async removeBefore(atMs, limit) {
      const old = db.selectFrom('calls').select('request_id').where('at', '<', atMs).orderBy('at').limit(limit)
      const { numDeletedRows } = await db.deleteFrom('calls').where('request_id', 'in', old).executeTakeFirst()
      return Number(numDeletedRows)
    },
  }
}

function rowOf({ requestId, atMs, route, caller, tool, verdict, outcome, ...facts }: CallRecord): Row {
  const { grantId, scopes } = caller ?? {}
  return {
    request_id: requestId,
    at: atMs,
    route,
    user_id: caller?.userId ?? null,
    email: caller?.email ?? null,
    client_id: caller?.clientId ?? null,
    tool: tool ?? null,
    verdict,
    facts: JSON.stringify({ ...facts, ...(caller && { grantId, scopes }) } satisfies Facts),
    ...NOTHING_KNOWN,
    ...knownColumns(outcome),
  }
}

const NOTHING_KNOWN: OutcomeColumns = {
  status: null,
  duration_ms: null,
  bytes_in: null,
  bytes_out: null,
  flags: null,
  is_error: null,
  approval: null,
}

/** Only what is known: what is left out stays as it is. Never empty, because such an update is none. */
const knownColumns = ({
  httpStatus,
  durationMs,
  bytesIn,
  bytesOut,
  flags,
  isError,
  approval,
}: CallOutcome): Partial<Row> => ({
  ...(httpStatus !== undefined && { status: httpStatus }),
  ...(durationMs !== undefined && { duration_ms: durationMs }),
  ...(bytesIn !== undefined && { bytes_in: bytesIn }),
  ...(bytesOut !== undefined && { bytes_out: bytesOut }),
  ...(flags !== undefined && { flags }),
  ...(isError !== undefined && { is_error: isError ? 1 : 0 }),
  ...(approval !== undefined && { approval }),
})

type Facts = Omit<CallRecord, 'requestId' | 'atMs' | 'route' | 'caller' | 'tool' | 'verdict' | 'outcome'> & {
  readonly grantId?: string | undefined
  readonly scopes?: readonly string[] | undefined
}

/** Facts that were undefined are not in the JSON, which reads the same. */
function recordOf(row: Row): CallRecord {
  const { grantId = '', scopes = [], ...facts } = JSON.parse(row.facts) as Facts
  const { user_id: userId, email, client_id: clientId } = row
  return {
    ...facts,
    requestId: row.request_id,
    atMs: row.at,
    route: row.route,
    caller: userId === null ? undefined : { userId, email: email ?? '', clientId: clientId ?? '', grantId, scopes },
    tool: row.tool ?? undefined,
    verdict: row.verdict as CallRecord['verdict'],
    outcome: {
      ...(row.status !== null && { httpStatus: row.status }),
      ...(row.duration_ms !== null && { durationMs: row.duration_ms }),
      ...(row.bytes_in !== null && { bytesIn: row.bytes_in }),
      ...(row.bytes_out !== null && { bytesOut: row.bytes_out }),
      ...(row.flags !== null && { flags: row.flags }),
      ...(row.is_error !== null && { isError: row.is_error === 1 }),
      ...(row.approval !== null && { approval: row.approval }),
    },
  }
}
