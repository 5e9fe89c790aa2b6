/**
 * Bob may use a shared route, but not every tool on it. He tries to get at the denied one by every method and verb, and
 * a stranger tries without an account. Refusals say "access denied" and the request id, nothing about the rules.
 */
import { afterAll, beforeAll, expect, test } from 'vitest'

import { ScriptedBrowser } from '../support/browser.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { obtainTokens, post, REDIRECT } from '../support/oauth.ts'
import { signUp } from '../support/people.ts'
import { freePort } from '../support/ports.ts'
import { startUpstream, type RecordingUpstream } from '../support/upstream.ts'

let gateway: TestGateway
let upstream: RecordingUpstream
const tokenOf = new Map<string, string>()

const call = (tool: string): string =>
  JSON.stringify({ jsonrpc: '2.0', id: 'a-1', method: 'tools/call', params: { name: tool } })
const LIST = '{"jsonrpc":"2.0","id":3,"method":"tools/list"}'

beforeAll(async () => {
  upstream = await startUpstream()
  const dead = await freePort()
  gateway = await startGateway({
    config: `
routes:
  - from: http://localhost:PORT/team
    to: http://127.0.0.1:${upstream.port}
    policy:
      - allow:
          and:
            - domain: { is: example.com }
            - mcp_tool: { in: [read, list] }
        deny:
          or:
            - email: { is: eve@example.com }
      - allow:
          or:
            - email: { is: boss@example.com }
  - from: http://localhost:PORT/open
    to: http://localhost:${upstream.port}
    policy: [{ allow: { and: [{ accept: true }, { mcp_tool: read }] } }]
  - from: http://localhost:PORT/closed
    to: http://127.0.0.1:${upstream.port}
    policy: [{ allow: { and: [{ reject: true }] } }]
  - from: http://localhost:PORT/dead
    to: http://127.0.0.1:${dead}
    policy: [{ allow: { and: [{ authenticated_user: true }] } }]
`,
  })
  for (const email of ['bob@example.com', 'eve@example.com', 'boss@example.com', 'ann@other.org']) {
    const browser = new ScriptedBrowser({ stopAt: [REDIRECT] })
    await signUp(gateway.url, browser, email)
    tokenOf.set(email, (await obtainTokens(gateway.url, browser, `${gateway.url}/team/mcp`)).access_token)
    if (email.startsWith('bob')) {
      for (const route of ['closed', 'dead']) {
        tokenOf.set(route, (await obtainTokens(gateway.url, browser, `${gateway.url}/${route}/mcp`)).access_token)
      }
    }
  }
})

afterAll(async () => {
  for (const open of [upstream, gateway]) await open?.[Symbol.asyncDispose]()
})

const as = (who: string): { authorization: string } => ({ authorization: `Bearer ${tokenOf.get(who)}` })
const team = (): string => `${gateway.url}/team/mcp`

test.each([
  ['bob@example.com', 'read'],
  ['bob@example.com', 'list'],
  ['boss@example.com', 'delete_all'],
])('%s may call %s', async (who, tool) => {
  const response = await post(team(), call(tool), as(who))

  expect(await response.json()).toMatchObject({ id: 'a-1', result: {} })
})

test.each([
  ['bob@example.com', 'delete_all'],
  ['bob@example.com', 'Read'],
  ['bob@example.com', ' read'],
  ['eve@example.com', 'read'],
  ['ann@other.org', 'read'],
])('%s may not call "%s"', async (who, tool) => {
  const before = upstream.seen.length

  const response = await post(team(), call(tool), as(who))

  expect(response.status).toBe(200)
  const body = (await response.json()) as { error: { data: { requestId: string } } }
  expect(body).toEqual({
    jsonrpc: '2.0',
    id: 'a-1',
    error: {
      code: -32060,
      message: 'Access denied',
      data: {
        code: 'access_denied',
        requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        reference: expect.stringMatching(/^[A-Z2-9]{4}-[A-Z2-9]{4}$/),
      },
    },
  })
  expect(upstream.seen.length).toBe(before)
})

test('who may call one tool may list and initialize; who may call none may not', async () => {
  expect(await (await post(team(), LIST, as('bob@example.com'))).json()).toMatchObject({ result: {} })
  expect(await (await post(team(), LIST, as('eve@example.com'))).json()).toMatchObject({ error: { code: -32060 } })
  expect(await (await post(team(), LIST, as('ann@other.org'))).json()).toMatchObject({ error: { code: -32060 } })
})

test.each(['GET', 'DELETE'])(
  'a denied %s is a 403 without a challenge, which clients would answer by signing in again',
  async (method) => {
    const before = upstream.seen.length

    const response = await fetch(team(), { method, headers: as('eve@example.com') })

    expect(response.status).toBe(403)
    expect(response.headers.get('www-authenticate')).toBeNull()
    expect(await response.text()).toMatch(
      /^Access denied \(request [0-9a-f-]{36}\)\nReference: [A-Z2-9]{4}-[A-Z2-9]{4}\n$/,
    )
    expect(upstream.seen.length).toBe(before)
  },
)

test.each(['PUT', 'PATCH', 'TRACE', 'PROPFIND'])('the method %s leads nowhere', async (method) => {
  const { request } = await import('node:http')
  const before = upstream.seen.length

  const status = await new Promise<number | undefined>((resolve, reject) => {
    const sent = request(team(), { method, headers: as('bob@example.com') }, (response) => {
      response.resume()
      resolve(response.statusCode)
    })
    sent.on('error', reject)
    sent.end()
  })

  expect([400, 405]).toContain(status)
  expect(upstream.seen.length).toBe(before)
})

test('an accept rule admits a request without a token, for its tool only', async () => {
  const before = upstream.seen.length

  const read = await post(`${gateway.url}/open/mcp`, call('read'))
  const other = await post(`${gateway.url}/open/mcp`, call('delete_all'))

  expect(await read.json()).toMatchObject({ result: {} })
  expect(other.status).toBe(401)
  expect(upstream.seen.length).toBe(before + 1)
})

test('a bad token is challenged even where none is needed, and a body that nobody may send is not read', async () => {
  const before = upstream.seen.length

  const bad = await post(`${gateway.url}/open/mcp`, call('read'), { authorization: 'Bearer stolen' })
  const unread = await post(team(), 'no JSON')

  expect([bad.status, unread.status]).toEqual([401, 401])
  expect(upstream.seen.length).toBe(before)
})

test('a body without a token is held up to 64 KiB only', async () => {
  const before = upstream.seen.length
  const large = JSON.stringify({
    jsonrpc: '2.0',
    id: 1,
    method: 'tools/call',
    params: { name: 'read', arguments: { text: 'x'.repeat(70_000) } },
  })

  const response = await post(`${gateway.url}/open/mcp`, large)

  expect(response.status).toBe(413)
  expect(upstream.seen.length).toBe(before)
})

test('a reject rule admits nobody', async () => {
  const response = await post(`${gateway.url}/closed/mcp`, LIST, as('closed'))

  expect(await response.json()).toMatchObject({ error: { code: -32060 } })
})

test('an upstream that is not there is an honest JSON-RPC error with the caller’s id', async () => {
  const response = await post(`${gateway.url}/dead/mcp`, call('read'), as('dead'))

  expect(response.status).toBe(503)
  expect(await response.json()).toMatchObject({ jsonrpc: '2.0', id: 'a-1', error: { code: expect.any(Number) } })
})
