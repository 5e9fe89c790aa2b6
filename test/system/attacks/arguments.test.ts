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
  { path: '~/project/%c0%ae%c0%ae/.ssh' },
  { path: '~/project/%u002e%u002e/.ssh' },
  { path: '~/project/\u2025/.ssh' },
  { path: '~/project/\uff0e\uff0e/.ssh' },
  { path: '~/project\uff0f..\uff0f.ssh' },
  { path: '~/project/.. /.ssh' },
  { path: '~/project/..%5c..%5c.ssh' },
  { path: '~/project/%2500/../../.ssh' },
  { path: 'file:///etc/passwd' },
  { path: 'file://localhost/etc/passwd' },
  { path: 'file://~/project/a' },
  { path: ['~/project/a', '/etc/passwd'] },
  { path: ['~/project/a', ['/etc/passwd']] },
  { path: ['~/project/a', 1] },
  { path: [] },
  { path: 1 },
  { path: null },
  { path: true },
  { 'path ': '~/project/a' },
  { 'p\u0430th': '~/project/a' },
  { PATH: '~/project/a' },
  { path: '~/project/a', Path: '/etc/passwd' },
  { path: '~/project/a', PATH: '/etc/passwd' },
  { path: '~/project/a', AMOUNT: 1000 },
  { path: '~/project/a', amount: [1, 1000] },
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

// What another reader would take for more than it is here, or for something else.
test.each([
  '"amount":100.00000000000000001',
  '"amount":1e400',
  '"amount":-1e400',
  '"amount":123456789012345678901234567890',
  '"amount":0.00000000000000000000000000000000001e39',
  '"amount":1,"amount":1000',
  '"amount":1,"amoun\\u0074":1000',
  '"amount":1,"\u0061mount\\u0000":1000,"amount ":"\\ud800"',
  '"__proto__":{"amount":1000}',
  '"amount":"\\ud83d"',
])('a number written as %s does not reach the server', async (written) => {
  const body = `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"write","arguments":{"path":"~/project/a",${written}}}}`

  const answer = await post(team, body, bearer)

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
