import { afterEach, beforeEach, expect, test } from 'vitest'

import { systemClock } from '../kernel/clock.ts'
import { systemRandom } from '../kernel/random.ts'
import { SecretBox } from '../kernel/secret-box.ts'
import { Secret } from '../kernel/secret.ts'
import { oauthPayloadStore } from '../store/oauth-payload-store.ts'
import { openStore, type Store } from '../store/open.ts'
import type { OAuthPayloadStore } from './oauth-payload-store.ts'
import { Registrations } from './registration.ts'

const DAY = 24 * 60 * 60_000
const METADATA = { client_name: 'Editor', token_endpoint_auth_method: 'none' }

let store: Store
let payloads: OAuthPayloadStore
let registrations: Registrations
beforeEach(async () => {
  store = await openStore(':memory:')
  payloads = oauthPayloadStore(store.db, new SecretBox(new Secret(systemRandom.bytes(32)), systemRandom))
  registrations = new Registrations({ store: payloads, clock: systemClock, random: systemRandom })
})
afterEach(() => store[Symbol.asyncDispose]())

// Mallory deletes her client and registers the same at that very moment: the second registration token outlives the
// first client. Whoever registers the same afterwards must not get the id for which she has it.
test('an id that was deleted while somebody registered it again is nobody else’s', async () => {
  const hers = await registrations.idFor(METADATA)
  expect(await registrations.mayManage(hers)).toBe(true)
  const again = await registrations.idFor(METADATA)
  await registrations.deleted(hers)

  const anns = await registrations.idFor(METADATA)

  expect(again).toBe(hers)
  expect(anns).not.toBe(hers)
})

// Mallory registers clients all day and uses none.
test('nothing is left of a registration that nobody uses within two days', async () => {
  await registrations.idFor(METADATA)

  expect(await payloads.list('Registration', systemClock.nowMs() + 2 * DAY + 1000)).toEqual([])
})
