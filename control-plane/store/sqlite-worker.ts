/** Runs node:sqlite on a thread of its own, because it is synchronous and the authorizer's thread must not wait. */
import { DatabaseSync, type SQLInputValue } from 'node:sqlite'
import { parentPort, workerData } from 'node:worker_threads'

export interface SqliteRequest {
  readonly id: number
  readonly sql: string
  readonly parameters: readonly SQLInputValue[]
}

export type SqliteReply =
  | { readonly id: number; readonly rows: readonly unknown[]; readonly changes: number }
  | { readonly id: number; readonly error: string }

const database = new DatabaseSync((workerData as { readonly path: string }).path)
// WAL and full sync: what was answered survives kill -9 and a power cut.
database.exec(
  'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA busy_timeout = 5000',
)

parentPort?.on('message', (request: SqliteRequest | 'close') => {
  if (request === 'close') {
    database.close()
    parentPort?.close()
    return
  }
  parentPort?.postMessage(run(request))
})

function run({ id, sql, parameters }: SqliteRequest): SqliteReply {
  try {
    const statement = database.prepare(sql)
    if (statement.columns().length > 0) return { id, rows: statement.all(...parameters), changes: 0 }
    return { id, rows: [], changes: Number(statement.run(...parameters).changes) }
  } catch (cause) {
    return { id, error: cause instanceof Error ? cause.message : String(cause) }
  }
}
