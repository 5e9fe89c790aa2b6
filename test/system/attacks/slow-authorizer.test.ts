/**
 * Mallory keeps the control plane so busy that it cannot decide. Whoever cannot decide must not let through: Envoy
 * answers by itself, soon, and the upstream, which Envoy could reach without us, sees nothing.
 */
import { afterAll, beforeAll, expect, test } from 'vitest'

import { startGateway, type TestGateway } from '../support/gateway.ts'
import { post } from '../support/oauth.ts'
import { startUpstream, type RecordingUpstream } from '../support/upstream.ts'

let gateway: TestGateway
let upstream: RecordingUpstream

beforeAll(async () => {
  upstream = await startUpstream()
  gateway = await startGateway({
    config: `
routes:
  - from: http://localhost:PORT/open
    to: http://127.0.0.1:${upstream.port}
    policy: [{ allow: { and: [{ accept: true }] } }]
`,
  })
})

afterAll(async () => {
  for (const open of [upstream, gateway]) await open?.[Symbol.asyncDispose]()
})

test('an authorizer that does not answer is a 503 within three seconds, and nothing is forwarded later', async () => {
  const call = (): Promise<Response> =>
    post(`${gateway.url}/open/mcp`, '{"jsonrpc":"2.0","id":7,"method":"ping"}', { connection: 'close' })
  expect((await call()).status).toBe(200)
  const before = upstream.seen.length
  const startedMs = performance.now()

  process.kill(gateway.pid, 'SIGSTOP')
  const refused = await call().finally(() => process.kill(gateway.pid, 'SIGCONT'))

  expect(refused.status).toBe(503)
  expect(performance.now() - startedMs).toBeLessThan(3000)
  expect(await refused.json()).toMatchObject({ error: { data: { code: 'authorizer_unavailable' } } })
  expect(upstream.seen.length).toBe(before)

  await expect.poll(async () => (await call()).status, { timeout: 10_000 }).toBe(200)
  expect(upstream.seen.length).toBe(before + 1)
})
