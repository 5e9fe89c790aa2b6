import type { Kysely, Selectable } from 'kysely'

import type { ToolRecord, ToolStore } from '../catalogue/tool-store.ts'
import type { Schema } from './schema.ts'

export function toolStore(db: Kysely<Schema>): ToolStore {
  return {
    async all() {
      return (await db.selectFrom('tools').selectAll().execute()).map(toolOf)
    },
    async put(tool) {
      const row = rowOf(tool)
      const query = db.insertInto('tools').values(row)
      await query.onConflict((on) => on.columns(['route', 'name']).doUpdateSet(row)).execute()
    },
  }
}

const toolOf = (row: Selectable<Schema['tools']>): ToolRecord => ({
  route: row.route,
  name: row.name,
  seenHash: row.seen_hash,
  seenText: row.seen_text,
  approvedHash: row.approved_hash ?? undefined,
  approvedText: row.approved_text ?? undefined,
  approvedBy: row.approved_by ?? undefined,
  approvedAtMs: row.approved_at ?? undefined,
  firstSeenAtMs: row.first_seen_at,
  changedAtMs: row.changed_at,
})

const rowOf = (tool: ToolRecord): Selectable<Schema['tools']> => ({
  route: tool.route,
  name: tool.name,
  seen_hash: tool.seenHash,
  seen_text: tool.seenText,
  approved_hash: tool.approvedHash ?? null,
  approved_text: tool.approvedText ?? null,
  approved_by: tool.approvedBy ?? null,
  approved_at: tool.approvedAtMs ?? null,
  first_seen_at: tool.firstSeenAtMs,
  changed_at: tool.changedAtMs,
})
