import { Worker } from 'node:worker_threads'

import {
  CompiledQuery,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
} from 'kysely'

import { Fault } from '../kernel/fault.ts'
import type { SqliteReply, SqliteRequest } from './sqlite-worker.ts'

/** kysely over node:sqlite on a worker thread. `path` is a file, or `:memory:`. */
export const sqliteDialect = (path: string): Dialect => ({
  createAdapter: () => new SqliteAdapter(),
  createDriver: () => new SqliteDriver(path),
  createIntrospector: (database) => new SqliteIntrospector(database),
  createQueryCompiler: () => new SqliteQueryCompiler(),
})

/** One connection; whoever holds it has the database to himself, which is what makes transactions atomic. */
class SqliteDriver implements Driver {
  readonly #path: string
  #connection: SqliteConnection | undefined
  #free: Promise<void> = Promise.resolve()
  #release: () => void = () => {}

  constructor(path: string) {
    this.#path = path
  }

  async init(): Promise<void> {
    this.#connection = new SqliteConnection(this.#path)
  }

  async acquireConnection(): Promise<DatabaseConnection> {
    const mine = this.#free
    let release: () => void = () => {}
    this.#free = new Promise((resolve) => {
      release = resolve
    })
    await mine
    this.#release = release
    if (this.#connection === undefined) throw new Error('The database is closed')
    return this.#connection
  }

  async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin immediate'))
  }

  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('commit'))
  }

  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('rollback'))
  }

  async releaseConnection(): Promise<void> {
    this.#release()
  }

  async destroy(): Promise<void> {
    await this.#connection?.close()
    this.#connection = undefined
  }
}

class SqliteConnection implements DatabaseConnection {
  readonly #worker: Worker
  readonly #waiting = new Map<number, { resolve: (reply: SqliteReply) => void; reject: (cause: Error) => void }>()
  readonly #exited: Promise<void>
  #lastId = 0

  constructor(path: string) {
    // The same file name under type stripping and after compilation.
    const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
    this.#worker = new Worker(new URL(`./sqlite-worker.${extension}`, import.meta.url), { workerData: { path } })
    this.#worker.on('message', (reply: SqliteReply) => this.#take(reply.id)?.resolve(reply))
    this.#worker.on('error', (cause) => this.#failAll(cause instanceof Error ? cause : new Error(String(cause))))
    this.#exited = new Promise((resolve) => {
      this.#worker.once('exit', () => resolve())
    })
  }

  async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    this.#lastId += 1
    const id = this.#lastId
    const request = { id, sql: query.sql, parameters: query.parameters as SqliteRequest['parameters'] }
    const reply = await new Promise<SqliteReply>((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject })
      this.#worker.postMessage(request satisfies SqliteRequest)
    })
    if ('error' in reply) throw new Fault('store.query_failed', reply.error)
    return { rows: reply.rows as Row[], numAffectedRows: BigInt(reply.changes) }
  }

  // oxlint-disable-next-line require-yield -- kysely asks for it; nothing here streams.
  async *streamQuery<Row>(): AsyncIterableIterator<QueryResult<Row>> {
    throw new Error('Streaming is not supported')
  }

  async close(): Promise<void> {
    this.#worker.postMessage('close')
    await this.#exited
  }

  #take(id: number): { resolve: (reply: SqliteReply) => void; reject: (cause: Error) => void } | undefined {
    const waiting = this.#waiting.get(id)
    this.#waiting.delete(id)
    return waiting
  }

  #failAll(cause: Error): void {
    const fault = new Fault('store.unavailable', 'The database thread died', { cause })
    for (const id of this.#waiting.keys()) this.#take(id)?.reject(fault)
  }
}
