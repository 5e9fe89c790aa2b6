import { existsSync } from 'node:fs'
import { join } from 'node:path'

import type { SharingView } from '../routes/publication.ts'
import { accountStore } from '../store/account-store.ts'
import { openStore } from '../store/open.ts'
import { shareStore } from '../store/share-store.ts'
import { STORE_FILE } from './recorded-calls.ts'

/** What a data folder knows of shares; the gateway may run meanwhile. Undefined where there is no store yet. */
export async function keptShares(dataFolder: string): Promise<SharingView | undefined> {
  const path = join(dataFolder, STORE_FILE)
  if (!existsSync(path)) return undefined
  await using store = await openStore(path)
  const byRoute = Map.groupBy(await shareStore(store.db).all(), ({ route }) => route)
  const users = new Map((await accountStore(store.db).all()).map((user) => [user.id, user]))
  return {
    findUser: (id) => {
      const user = users.get(id)
      return user?.disabled === false ? user : undefined
    },
    sharesOn: (route) => byRoute.get(route) ?? [],
  }
}
