/** Mallory may call a tool, but not with every argument; she looks for a spelling that the rule does not see. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'

import { ScriptedBrowser } from '../support/browser.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { obtainTokens, post, REDIRECT } from '../support/oauth.ts'
import { signUp } from '../support/people.ts'
import { startUpstream, type RecordingUpstream } from '../support/upstream.ts'

let gateway: TestGateway
let upstream: RecordingUpstream
let team: string
let bearer: Record<string, string>

beforeAll(async () => {
  upstream = await startUpstream()
  gateway = await startGateway({
    config: `
routes:
  - from: http://localhost:PORT/team
    to: http://127.0.0.1:${upstream.port}
    policy:
      allow:
        and:
          - email: mallory@example.com
          - mcp_argument/path: { path_within: ~/project }
      deny:
        or:
          - mcp_argument/amount: { gt: 100 }
          - mcp_resource: "file:///srv/secret/**"
`,
  })
  team = `${gateway.url}/team/mcp`
  const browser = new ScriptedBrowser({ stopAt: [REDIRECT] })
  await signUp(gateway.url, browser, 'mallory@example.com')
  bearer = { authorization: `Bearer ${(await obtainTokens(gateway.url, browser, team)).access_token}` }
})
afterAll(async () => {
  for (const open of [upstream, gateway]) await open?.[Symbol.asyncDispose]()
})
beforeEach(() => {
  upstream.seen.length = 0
})

const call = (given: unknown): Promise<Response> => send('tools/call', { name: 'write', arguments: given })
const send = (method: string, params: object): Promise<Response> =>
  post(team, JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }), bearer)

test('the rule lets through what it is for', async () => {
  expect(await (await call({ path: '~/project/src/a.ts', amount: 100 })).json()).toMatchObject({ result: {} })
  expect(upstream.seen).toHaveLength(1)
})

test.each<unknown>([
  { path: '/etc/passwd' },
  { path: '~/project/../.ssh/id_ed25519' },
  { path: '~/project/%2e%2e/.ssh' },
  { path: '~/project/%252e%252e/.ssh' },
  { path: '~/project/..\\.ssh' },
  { path: '~/project\u0000/../.ssh' },
  { path: ['~/project/a', '/etc/passwd'], amount: 1000 },
  { path: { toString: '~/project' } },
  { PATH: '~/project/a' },
  { path: '~/project/a', amount: 101 },
  { path: '~/project/a', amount: '1000' },
  { path: '~/project/a', amount: [1000] },
  { path: '~/project/a', amount: { valueOf: 1000 } },
  {},
  ['~/project/a'],
  '~/project/a',
])('a call with %j does not reach the server', async (given) => {
  const answer = await call(given)

  expect(await answer.json()).toHaveProperty('error')
  expect(upstream.seen).toHaveLength(0)
})

test.each([
  'file:///srv/secret/a',
  'file:///srv/x/../secret/a',
  'file:///srv/%73ecret/a',
  'FILE:///srv/secret/a',
  'file:///srv//secret/a',
])('the resource %s stays denied however it is spelled', async (uri) => {
  expect(await (await send('resources/read', { uri })).json()).toHaveProperty('error')
  expect(upstream.seen).toHaveLength(0)
})
