import { afterAll, beforeAll, expect, test } from 'vitest'

import { startGateway, type TestGateway } from '../support/gateway.ts'

let gateway: TestGateway

beforeAll(async () => {
  gateway = await startGateway()
})

afterAll(async () => gateway?.[Symbol.asyncDispose]())

const postTo = (path: string): Promise<Response> =>
  fetch(`${gateway.url}${path}`, { method: 'POST', body: new URLSearchParams({ client_id: 'nobody' }) })

// Nobody means harm: the network was away, and now a thousand clients renew their tokens in the same moment. More wait at
// the control plane's socket than the usual 511, and whoever does not fit there is lost: some clients ask people to sign in
// anew after one such answer.
test('a thousand token requests in one moment are all answered by the authorization server', async () => {
  const statuses = await Promise.all(Array.from({ length: 1000 }, async () => (await postTo('/oauth/token')).status))

  expect(new Set(statuses)).toEqual(new Set([401]))
})

// Mallory begins sign-ins without end: each leaves something in the store. Whoever shares her network must learn why they
// do not get on: a program from a code that it knows, a person from a page.
test.each([
  [
    'a program',
    () => postTo('/oauth/par'),
    { type: 'application/json', text: '"error":"temporarily_unavailable","error_description":"Too many requests' },
  ],
  [
    'a person',
    () => fetch(`${gateway.url}/oauth/authorize?client_id=nobody`),
    { type: 'text/html', text: 'Too many tries. Wait a minute.' },
  ],
])('%s that begins too many sign-ins reads that it was too many', async (_, begin, expected) => {
  for (let count = 0; count < 300; count += 1) expect((await begin()).status).not.toBe(429)

  const refused = await begin()

  expect(refused.status).toBe(429)
  expect(refused.headers.get('content-type')).toContain(expected.type)
  expect(await refused.text()).toContain(expected.text)
})
