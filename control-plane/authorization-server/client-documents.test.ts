import { afterAll, beforeAll, expect, test } from 'vitest'

import { systemClock } from '../kernel/clock.ts'
import { systemRandom } from '../kernel/random.ts'
import { SecretBox } from '../kernel/secret-box.ts'
import { Secret } from '../kernel/secret.ts'
import { supportOf } from '../oauth/support.ts'
import { oauthPayloadStore } from '../store/oauth-payload-store.ts'
import { openStore, type Store } from '../store/open.ts'
import { ClientDocuments, type FetchDocument } from './client-documents.ts'
import type { OAuthPayloadStore } from './oauth-payload-store.ts'

let store: Store
let payloads: OAuthPayloadStore
beforeAll(async () => {
  store = await openStore(':memory:')
  payloads = oauthPayloadStore(store.db, new SecretBox(new Secret(systemRandom.bytes(32)), systemRandom))
})
afterAll(() => store[Symbol.asyncDispose]())

const documentsOf = (bodyOf: (url: string) => unknown): ClientDocuments => {
  const fetch: FetchDocument = async (url) => ({
    status: 200,
    headers: new Headers(),
    body: JSON.stringify(bodyOf(url)),
  })
  const support = () =>
    supportOf({ policyScopes: [], clientIdMetadataDocuments: true, enterpriseManaged: false, machines: false })
  return new ClientDocuments({ fetch, store: payloads, clock: systemClock, support, maxCopies: 100 })
}
const copies = async (): Promise<number> => (await payloads.list('ClientDocument', systemClock.nowMs())).length

// Mallory names a new URL of hers as client id in each request. The token endpoint, where everybody may try, fetches all
// of them, and for a week each would leave what she answers in our store.
test('strangers’ documents do not fill the store', async () => {
  const rubbish = documentsOf(() => ({ rubbish: 'x'.repeat(60_000) }))
  await rubbish.fetch('https://evil.example/rubbish')
  expect(await copies()).toBe(0)
  const documents = documentsOf((url) => ({ client_id: url, redirect_uris: ['https://evil.example/cb'] }))

  for (let n = 0; n < 110; n += 1) await documents.fetch(`https://evil.example/${n}`)

  expect(await copies()).toBe(100)
})
