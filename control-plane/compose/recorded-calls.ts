import { existsSync } from 'node:fs'
import { join } from 'node:path'

import type { CallRecord } from '../audit/call-record.ts'
import { Catalogue } from '../catalogue/catalogue.ts'
import { pinnedOf } from '../catalogue/tool-pins.ts'
import type { User } from '../identity/user.ts'
import { Fault } from '../kernel/fault.ts'
import { accountStore } from '../store/account-store.ts'
import { auditStore } from '../store/audit-store.ts'
import { openStore } from '../store/open.ts'
import { toolStore } from '../store/tool-store.ts'

export interface RecordedCalls extends AsyncDisposable {
  /** Everybody who has an account, as they are now. */
  readonly users: readonly User[]
  /** As servers showed them last. */
  readonly tools: Catalogue
  /** Oldest first. */
  since(sinceMs: number): AsyncGenerator<CallRecord>
}

/** What a data folder knows of calls; the gateway may run meanwhile. */
export async function openRecordedCalls(dataFolder: string): Promise<RecordedCalls> {
  const path = join(dataFolder, STORE_FILE)
  if (!existsSync(path)) {
    const hint = 'set SALLYPORT_DATA to the data folder of the gateway'
    throw new Fault('config.data', `There is no store at "${path}"`, { hint })
  }
  const store = await openStore(path)
  const calls = auditStore(store.db)
  const tools = new Catalogue()
  for (const tool of await toolStore(store.db).all()) tools.apply(pinnedOf(tool))
  return {
    users: await accountStore(store.db).all(),
    tools,
    async *since(sinceMs) {
      let page = await calls.page({ sinceMs })
      while (page.length > 0) {
        yield* page
        page = await calls.page({ sinceMs, after: page.at(-1) })
      }
    },
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  }
}

/** In the data folder. */
export const STORE_FILE = 'store.sqlite'
