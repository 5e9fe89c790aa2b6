/**
 * Eve's calls to some tools wait for a person. She looks for a call that does not wait, or for one that is shown as
 * something else than what the server gets.
 */
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'

import { ScriptedBrowser, type Visited } from '../support/browser.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { obtainTokens, post, REDIRECT } from '../support/oauth.ts'
import { signUp } from '../support/people.ts'
import { startUpstream, type RecordingUpstream } from '../support/upstream.ts'
import { until } from '../support/until.ts'

let gateway: TestGateway
let upstream: RecordingUpstream
let eve: { authorization: string }
let boss: ScriptedBrowser
let closing: AbortController

beforeAll(async () => {
  upstream = await startUpstream()
  const to = `to: http://127.0.0.1:${upstream.port}`
  const approve = 'approve: { when: { and: [{ mcp_tool: { starts_with: delete } }] }, by: bosses, timeout: 20s }'
  gateway = await startGateway({
    config: `
groups: { bosses: [boss@example.com] }
routes:
  - { from: http://localhost:PORT/team, ${to}, ${approve}, policy: [{ allow: { and: [{ authenticated_user: true }] } }] }
  - { from: http://localhost:PORT/open, ${to}, ${approve}, policy: [{ allow: { and: [{ accept: true }] } }] }
`,
  })
  boss = new ScriptedBrowser({ stopAt: [REDIRECT] })
  await signUp(gateway.url, boss, 'boss@example.com')
  const browser = new ScriptedBrowser({ stopAt: [REDIRECT] })
  await signUp(gateway.url, browser, 'eve@example.com')
  eve = {
    authorization: `Bearer ${(await obtainTokens(gateway.url, browser, `${gateway.url}/team/mcp`)).access_token}`,
  }
})

afterAll(async () => {
  for (const open of [upstream, gateway]) await open?.[Symbol.asyncDispose]()
})

beforeEach(() => {
  upstream.seen.length = 0
  closing = new AbortController()
})

afterEach(async () => {
  closing.abort()
  await until('nothing to wait', async () => (await reviews()).html.includes('Nothing waits'))
})

const reviews = (): Promise<Visited> => boss.open(`${gateway.url}/reviews`)
const waiting = async (): Promise<number> => (await reviews()).html.split('Allow once').length - 1
const callOf = (tool: string, given: object = {}, id: unknown = 1): string =>
  JSON.stringify({ jsonrpc: '2.0', id, method: 'tools/call', params: { name: tool, arguments: given } })

/** Sends it, and answers when it waits; `answer` is what comes in the end. */
async function held(
  body: string,
  headers: Readonly<Record<string, string>> = eve,
  route = 'team',
): Promise<{ readonly answer: Promise<string> }> {
  const before = await waiting()
  const answer = fetch(`${gateway.url}/${route}/mcp`, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json', ...headers },
    signal: closing.signal,
  }).then(
    (response) => response.text(),
    () => 'gone',
  )
  await until('the call to wait', async () => (await waiting()) > before)
  return { answer }
}

const unescaped = (html: string): string =>
  html
    .replaceAll(/&#(\d+);/g, (_entity, code: string) => String.fromCodePoint(Number(code)))
    .replaceAll('&quot;', '"')
    .replaceAll('&lt;', '<')
    .replaceAll('&amp;', '&')

test('what the server gets is what was shown, to the last digit and the last invisible character', async () => {
  const body = `{ "jsonrpc":"2.0", "id" : 1 ,"method":"tools/call","params":{"arguments":{"amount":9007199254740993,"path":"/tmp/\u202Egnp.exe\u200b","note":"\\u003cb>"},"name":"delete_all"}}`
  const { answer } = await held(body)

  const page = await reviews()
  const shown = unescaped(page.html)
  expect(shown).toMatch(/"amount": ?9007199254740993/)
  expect(shown).toContain(String.raw`"/tmp/\u202egnp.exe\u200b"`)
  expect(page.html).not.toContain('<b>')
  expect(upstream.seen).toEqual([])
  await boss.submit(page, 'Allow once')

  expect(await answer).toContain('"result"')
  expect(upstream.seen.map((seen) => seen.body)).toEqual([body])
})

test('what is behind a lot of text is said to be there', async () => {
  await held(callOf('delete_all', { padding: 'x'.repeat(65_500), path: '/etc/passwd' }))

  expect((await reviews()).html).toMatch(/Not shown: \d{1,3} more characters/)
})

test('the consent to one call says nothing about another one of the same id, tool and client', async () => {
  const first = await held(callOf('delete_one', { path: '/tmp/a' }, 'same'))
  const page = await reviews()
  const second = await held(callOf('delete_one', { path: '/etc/passwd' }, 'same'), { ...eve, 'x-request-id': 'same' })

  await boss.submit(page, 'Allow once')

  expect(await first.answer).toContain('"result"')
  expect(await waiting()).toBe(1)
  expect(upstream.seen.map((seen) => seen.body)).toEqual([callOf('delete_one', { path: '/tmp/a' }, 'same')])
  await boss.submit(await reviews(), 'Deny')
  expect(await second.answer).toContain('approval_denied')
  expect(upstream.seen).toHaveLength(1)
})

test('a call whose client has gone is not made, though it is allowed a moment later', async () => {
  const { answer } = await held(callOf('delete_gone'))
  const page = await reviews()
  closing.abort()
  expect(await answer).toBe('gone')

  await boss.submit(page, 'Allow once')

  await until('nothing to wait', async () => (await waiting()) === 0)
  await post(`${gateway.url}/team/mcp`, callOf('read'), eve)
  expect(upstream.seen.map((seen) => seen.body)).toEqual([callOf('read')])
})

test.each<Readonly<Record<string, string>>>([
  { 'x-sallyport-hold': 'no', 'x-sallyport-inspect': 'no', 'x-sallyport-decision': 'allow' },
  { hold: 'no', inspect: 'no', decision: 'allow' },
  { 'x-sallyport-cluster': 'route/team' },
  { 'x-envoy-original-path': '/open/mcp', 'x-envoy-upstream-alt-stat-name': 'x', 'x-envoy-force-trace': 'true' },
  { 'x-request-id': '00000000-0000-4000-8000-000000000000' },
  { 'mcp-method': 'tools/call', 'mcp-name': 'read' },
])('no header makes a call go without waiting: %j', async (headers) => {
  await held(callOf('delete_header'), { ...eve, ...headers })

  expect(upstream.seen).toEqual([])
})

test('a stranger waits as well, and what one was allowed for an hour is not for the next', async () => {
  const { answer } = await held(callOf('delete_open'), {}, 'open')
  await boss.submit(await reviews(), 'Allow this tool and client for an hour')
  expect(await answer).toContain('"result"')

  await held(callOf('delete_open'), {}, 'open')

  expect(upstream.seen).toHaveLength(1)
})

test('whoever asks cannot allow it, on their own page or with the boss’s form', async () => {
  await held(callOf('delete_self'))
  const page = await reviews()
  const own = new ScriptedBrowser({ stopAt: [REDIRECT] })
  await signUp(gateway.url, own, 'eve2@example.com')

  await own.submit(page, 'Allow once')

  expect((await own.open(`${gateway.url}/reviews`)).html).toContain('Nothing waits')
  expect(await waiting()).toBe(1)
  expect(upstream.seen).toEqual([])
})

test('who lets many calls wait does not keep those of others from being asked about', async () => {
  const many = Array.from({ length: 30 }, (_, index) =>
    fetch(`${gateway.url}/team/mcp`, {
      method: 'POST',
      body: callOf(`delete_${index}`),
      headers: { 'content-type': 'application/json', ...eve },
      signal: closing.signal,
    }).then(
      (response) => response.text(),
      () => 'gone',
    ),
  )
  await until('ten to wait', async () => (await waiting()) === 10)

  await held(callOf('delete_open'), {}, 'open')

  expect(await waiting()).toBe(11)
  closing.abort()
  const ends = await Promise.all(many)
  expect(ends.filter((end) => end.includes('approval_crowded'))).toHaveLength(20)
  expect(upstream.seen).toEqual([])
})
