import { expect, test } from 'vitest'

import type { Share } from '../sharing/share.ts'
import { accountStore } from './account-store.ts'
import { openStore } from './open.ts'
import { shareStore } from './share-store.ts'

const ANN = {
  id: 'usr_a',
  email: 'ann@example.com',
  tunnelName: 'calm-otter-4821',
  disabled: false,
  emailVerified: false,
  claims: {},
  passwordHash: undefined,
  secondFactor: false,
}
const SHARE: Share = {
  id: 'shr_b',
  route: 'calm-otter-4821',
  sharedBy: ANN.id,
  email: 'bob@example.com',
  tools: ['read_*', 'list'],
  createdAtMs: 1,
  expiresAtMs: 2 ** 41,
}

test('shares come back as they were, oldest first, until they are removed', async () => {
  await using store = await openStore(':memory:')
  await accountStore(store.db).add(ANN, 0)
  const shares = shareStore(store.db)
  const everything = { ...SHARE, id: 'shr_a', tools: undefined, createdAtMs: 2 }
  await shares.add(everything)
  await shares.add(SHARE)

  expect(await shares.all()).toEqual([SHARE, everything])
  await shares.remove(SHARE.id)
  await shares.remove(SHARE.id)
  expect(await shares.all()).toEqual([everything])
  await expect(shares.add(everything)).rejects.toThrow(/UNIQUE/)
  await expect(shares.add({ ...SHARE, sharedBy: 'usr_nobody' })).rejects.toThrow(/FOREIGN KEY/)
})
