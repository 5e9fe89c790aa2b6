/**
 * Mallory has used up what she may call. She comes back as another client, at another address of the same route, from another
 * session, in another era, in many requests at once, or goes away in the middle of calls so that they are counted for ever
 * against somebody else.
 */
import type { ServerResponse } from 'node:http'

import { afterAll, beforeAll, expect, test } from 'vitest'

import { ScriptedBrowser } from '../support/browser.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { obtainTokens, post, REDIRECT } from '../support/oauth.ts'
import { signUp } from '../support/people.ts'
import { startUpstream, type RecordingUpstream } from '../support/upstream.ts'
import { until } from '../support/until.ts'

let gateway: TestGateway
let upstream: RecordingUpstream
let browser: ScriptedBrowser
const waiting: ServerResponse[] = []

beforeAll(async () => {
  upstream = await startUpstream((_request, response, body) => {
    const { id, params } = JSON.parse(body) as { id?: unknown; params?: { name?: string } }
    response.setHeader('content-type', 'application/json')
    if (params?.name === 'wait') waiting.push(response)
    else response.end(JSON.stringify({ jsonrpc: '2.0', id, result: {} }))
  })
  const route = `to: http://127.0.0.1:${upstream.port}, policy: [{ allow: { and: [{ authenticated_user: true }] } }]`
  gateway = await startGateway({
    config: `
routes:
  - { from: http://localhost:PORT/user, ${route}, limits: [{ per: user, requests: 5, window: 1h }] }
  - { from: http://localhost:PORT/tool, ${route}, limits: [{ per: [user, tool], requests: 3, window: 1h, mcp_tool: mail }] }
  - { from: http://localhost:PORT/burst, ${route}, limits: [{ per: user, requests: 5, window: 1h }] }
  - { from: http://localhost:PORT/busy, ${route}, limits: [{ per: user, concurrent: 3 }] }
`,
  })
  browser = new ScriptedBrowser({ stopAt: [REDIRECT] })
  await signUp(gateway.url, browser, 'mallory@example.com')
})

afterAll(async () => {
  for (const response of waiting) response.destroy()
  for (const open of [upstream, gateway]) await open?.[Symbol.asyncDispose]()
})

const bearerAt = async (route: string, path = '/mcp'): Promise<{ authorization: string }> => {
  const { access_token: token } = await obtainTokens(gateway.url, browser, `${gateway.url}/${route}${path}`)
  return { authorization: `Bearer ${token}` }
}
const callOf = (tool: string, more = ''): string =>
  `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"${tool}"${more}}}`
const MODERN = ',"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28"}'

test('a limit for a person is one for all their clients, paths, headers and eras', async () => {
  const first = await bearerAt('user')
  for (let count = 0; count < 5; count += 1) await (await post(`${gateway.url}/user/mcp`, callOf('read'), first)).text()
  const before = upstream.seen.length
  const second = await bearerAt('user')
  const deep = await bearerAt('user', '/other/mcp')

  const answers = await Promise.all([
    post(`${gateway.url}/user/mcp`, callOf('read'), second),
    post(`${gateway.url}/user/other/mcp`, callOf('read'), deep),
    post(`${gateway.url}/user/mcp/?x=1`, callOf('read'), first),
    post(`${gateway.url}//user//mcp`, callOf('read'), first),
    post(`${gateway.url}/user/mcp`, callOf('write'), first),
    post(`${gateway.url}/user/mcp`, callOf('read', MODERN), first),
    post(`${gateway.url}/user/mcp`, callOf('read'), {
      ...first,
      'x-forwarded-for': '203.0.113.9',
      'x-real-ip': '1.1.1.1',
    }),
    post(`${gateway.url}/user/mcp`, callOf('read'), { ...first, 'x-request-id': '1' }),
    post(`${gateway.url}/user/mcp`, '{"jsonrpc":"2.0","id":1,"method":"tools/list"}', first),
    post(`${gateway.url}/user/mcp`, callOf('read').replace('"id":1,', ''), first),
  ])
  const said = await Promise.all(answers.map((answer) => answer.text()))

  expect(said.filter((text) => /"result"/.test(text))).toEqual([])
  expect(upstream.seen.length).toBe(before)
})

test('a limit of one tool counts it however its name is written in JSON', async () => {
  const bearer = await bearerAt('tool')
  const before = upstream.seen.length
  const spellings = ['mail', 'm\\u0061il', '\\u006d\\u0061il', 'mai\\u006C', 'mail', 'mail']

  for (const name of spellings) await (await post(`${gateway.url}/tool/mcp`, callOf(name), bearer)).text()

  expect(upstream.seen.length).toBe(before + 3)
})

test('calls that are sent all at once do not pass together', async () => {
  const clients = [await bearerAt('burst'), await bearerAt('burst')]
  const before = upstream.seen.length

  await Promise.all(
    Array.from({ length: 60 }, async (_, index) =>
      (await post(`${gateway.url}/burst/mcp`, callOf('read'), clients[index % 2])).text(),
    ),
  )

  expect(upstream.seen.length).toBe(before + 5)
})

test('calls at the same time are counted once each, and those that were left behind not for ever', async () => {
  const bearer = await bearerAt('busy')
  const url = `${gateway.url}/busy/mcp`
  const isAdmitted = async (): Promise<boolean> =>
    /"result"/.test(await (await post(url, callOf('read'), bearer)).text())
  for (let round = 0; round < 8; round += 1) {
    const gone = new AbortController()
    const before = waiting.length
    // The same request id for all, which must not make them one.
    const headers = { ...bearer, 'content-type': 'application/json', 'x-request-id': 'the-same' }
    const calls = Array.from({ length: 12 }, () =>
      fetch(url, { method: 'POST', headers, body: callOf('wait'), signal: gone.signal }).then(
        (response) => response.text(),
        () => 'gone',
      ),
    )
    await until('three to run', () => waiting.length === before + 3)
    expect(await isAdmitted()).toBe(false)
    gone.abort()
    const ends = await Promise.all(calls)
    expect(ends.filter((end) => /"result"/.test(end))).toEqual([])
    await until('all slots to be free', isAdmitted)
    expect(waiting.length).toBe(before + 3)
  }

  const both = await until('three at once', async () => {
    const answers = await Promise.all([isAdmitted(), isAdmitted(), isAdmitted()])
    return answers.every(Boolean) ? answers : undefined
  })
  expect(both).toHaveLength(3)
})
