import { Kysely } from 'kysely'
import { Migrator } from 'kysely/migration'

import { Fault } from '../kernel/fault.ts'
import { migrations } from './migrations.ts'
import type { Schema } from './schema.ts'
import { sqliteDialect } from './sqlite-dialect.ts'

export interface Store extends AsyncDisposable {
  readonly db: Kysely<Schema>
}

/** Opens the SQLite database at `path`, creating and migrating it as needed. */
export async function openStore(path: string): Promise<Store> {
  const db = new Kysely<Schema>({ dialect: sqliteDialect(path) })
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } })
  const { error } = await migrator.migrateToLatest()
  if (error !== undefined) {
    await db.destroy()
    throw new Fault('store.migration_failed', `Cannot prepare the database "${path}"`, { cause: error })
  }
  return { db, [Symbol.asyncDispose]: () => db.destroy() }
}
