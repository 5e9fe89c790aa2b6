/** Limits of the configuration, through the real Envoy. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { connect, type Socket } from 'node:net'

import { afterAll, beforeAll, expect, test } from 'vitest'

import { ScriptedBrowser } from './support/browser.ts'
import { startGateway, type TestGateway } from './support/gateway.ts'
import { obtainTokens, post, REDIRECT } from './support/oauth.ts'
import { signUp } from './support/people.ts'
import { openTunnel } from './support/tunnel.ts'
import { startUpstream, type RecordingUpstream } from './support/upstream.ts'
import { until } from './support/until.ts'

interface RpcError {
  readonly id: unknown
  readonly error?: { readonly code: number; readonly message: string; readonly data: Readonly<Record<string, unknown>> }
}

let gateway: TestGateway
let upstream: RecordingUpstream
let browser: ScriptedBrowser
/** Answers that the upstream holds back, while a call to the tool "wait" runs. */
const held: ServerResponse[] = []

function answer(_: IncomingMessage, response: ServerResponse, body: string): void {
  response.setHeader('content-type', 'application/json')
  const { id, params } = JSON.parse(body === '' ? '{}' : body) as { id?: unknown; params?: { name?: string } }
  if (params?.name === 'wait') held.push(response)
  else response.end(JSON.stringify({ jsonrpc: '2.0', id, result: {} }))
}

beforeAll(async () => {
  upstream = await startUpstream(answer)
  const route = `to: http://127.0.0.1:${upstream.port}, policy: [{ allow: { and: [{ authenticated_user: true }] } }]`
  gateway = await startGateway({
    config: `
limits:
  - { per: [user, tool], requests: 40, window: 1h, mcp_tool: everywhere }
routes:
  - { from: http://localhost:PORT/rated, ${route}, limits: [{ per: user, requests: 3, window: 1h }] }
  - { from: http://localhost:PORT/brief, ${route}, limits: [{ per: [user, tool], requests: 1, window: 1s }] }
  - { from: http://localhost:PORT/busy, ${route}, limits: [{ per: route, concurrent: 2 }] }
  - { from: http://localhost:PORT/small, ${route}, limits: [{ max_body_bytes: 200 }] }
  - { from: http://localhost:PORT/other, ${route} }
`,
  })
  browser = new ScriptedBrowser({ stopAt: [REDIRECT] })
  await signUp(gateway.url, browser, 'ann@example.com')
})

afterAll(async () => {
  for (const response of held) response.end('{}')
  for (const open of [gateway, upstream]) await open?.[Symbol.asyncDispose]()
})

async function callerOf(
  route: string,
  who = browser,
): Promise<{ url: string; bearer: { authorization: string }; call: (tool: string, id?: number) => Promise<Response> }> {
  const url = `${gateway.url}/${route}/mcp`
  const bearer = { authorization: `Bearer ${(await obtainTokens(gateway.url, who, url)).access_token}` }
  return { url, bearer, call: (tool, id = 1) => post(url, callOf(tool, id), bearer) }
}
const callOf = (tool: string, id: number): string =>
  JSON.stringify({ jsonrpc: '2.0', id, method: 'tools/call', params: { name: tool } })
const errorOf = async (response: Response): Promise<RpcError> => (await response.json()) as RpcError

test('the call beyond the limit is refused with the time to come back, for this person only', async () => {
  const { url, bearer, call } = await callerOf('rated')
  for (let id = 1; id <= 3; id += 1) expect((await errorOf(await call('read', id))).error).toBeUndefined()
  const before = upstream.seen.length

  const refused = await call('read', 4)

  expect(refused.status).toBe(200)
  const body = await errorOf(refused)
  const { retryAfterMs } = body.error?.data ?? {}
  expect(body).toMatchObject({
    id: 4,
    error: {
      code: -32062,
      message: expect.stringMatching(/^Too many calls: try again in 3\d{3} s$/),
      data: { code: 'rate_limited', requestId: expect.any(String) },
    },
  })
  expect(retryAfterMs).toBeLessThanOrEqual(3_600_000)
  expect(refused.headers.get('retry-after')).toBe(String(Math.ceil(Number(retryAfterMs) / 1000)))
  expect(upstream.seen.length).toBe(before)

  const other = new ScriptedBrowser({ stopAt: [REDIRECT] })
  await signUp(gateway.url, other, 'bob@example.com')
  expect((await errorOf(await (await callerOf('rated', other)).call('read'))).error).toBeUndefined()
  // Notifications, streams and the end of a session are no calls.
  expect((await post(url, '{"jsonrpc":"2.0","method":"notifications/initialized"}', bearer)).status).toBe(200)
  expect((await fetch(url, { method: 'DELETE', headers: bearer })).status).toBe(200)
  const records = (await gateway.command('audit', '--json', '--denied', '--route', 'rated')).stdout
  expect(records).toContain('"reasons":["limit","3 requests in 1h per user"]')
})

test('who waits as long as told is let in, and a refusal does not lengthen the wait', async () => {
  const { call } = await callerOf('brief')
  await call('read')
  const refused = await errorOf(await call('read'))
  expect((await errorOf(await call('write'))).error).toBeUndefined()

  const { retryAfterMs } = refused.error?.data ?? {}
  expect(retryAfterMs).toBeLessThanOrEqual(1000)
  await until('the window to end', async () => (await errorOf(await call('read'))).error === undefined, 1500)
})

test('a limit of all routes counts across them, and in personal tunnels', async () => {
  await using tunnel = await openTunnel(gateway, { email: 'eve@example.com', port: upstream.port })
  const fixed = await callerOf('other', tunnel.browser)
  const here = (): Promise<Response> => post(tunnel.url, callOf('everywhere', 1), tunnel.bearer)

  const answers = await Promise.all(
    Array.from({ length: 50 }, async (_, index) =>
      errorOf(await (index % 2 === 0 ? fixed.call('everywhere') : here())),
    ),
  )

  expect(answers.filter(({ error }) => error?.code === -32062)).toHaveLength(10)
  expect((await errorOf(await here())).error?.code).toBe(-32062)
  expect((await errorOf(await fixed.call('read'))).error).toBeUndefined()
})

test('calls at the same time are bounded, and each end makes room', async () => {
  const { url, bearer, call } = await callerOf('busy')
  const isAdmitted = async (): Promise<boolean> => (await errorOf(await call('read'))).error === undefined
  const signal = new AbortController()
  /** Until it is admitted: a slot is free a moment after its call has ended. */
  const hold = async (init: RequestInit = {}): Promise<void> => {
    const before = held.length
    await until('the call to run', async () => {
      const refused = fetch(url, {
        method: 'POST',
        headers: { ...bearer, 'content-type': 'application/json', accept: 'application/json' },
        body: callOf('wait', 1),
        ...init,
      }).then(
        (response) => response.text(),
        () => '',
      )
      await Promise.race([refused, until('it to arrive', () => held.length > before)])
      return held.length > before
    })
  }

  await hold()
  await hold()
  const refused = await call('read', 3)
  expect(await errorOf(refused)).toMatchObject({ id: 3, error: { code: -32062, data: { code: 'too_many_at_once' } } })
  expect(refused.headers.get('retry-after')).toBe('1')
  for (const response of held.splice(0)) response.end('{"jsonrpc":"2.0","id":1,"result":{}}')
  await until('room when the calls have ended', isAdmitted)

  await hold({ signal: signal.signal })
  await hold({ signal: signal.signal })
  expect(await isAdmitted()).toBe(false)
  signal.abort()
  await until('room when the clients have gone', isAdmitted)
})

test('clients that vanish while nobody has judged their calls hold no slot', async () => {
  const { url, bearer, call } = await callerOf('busy')
  const statOf = async (name: string): Promise<number> =>
    Number(/: (\d+)/.exec(await gateway.envoyAdmin(`/stats?filter=^${name}$`))?.[1] ?? 0)
  const told = 'cluster.control.upstream_cx_tx_bytes_total'
  const asking = 'cluster.authorizer.upstream_rq_active'
  await until('the end of calls before', async () => (await errorOf(await call('read'))).error === undefined)

  process.kill(gateway.pid, 'SIGSTOP')
  try {
    const vanishing = await Promise.all([1, 2, 3, 4].map(() => callRaw(url, bearer.authorization)))
    await until('Envoy to ask', async () => (await statOf(asking)) === 4)
    const before = await statOf(told)
    for (const socket of vanishing) socket.resetAndDestroy()
    await until('Envoy to have told of their end', async () => (await statOf(told)) > before)
  } finally {
    process.kill(gateway.pid, 'SIGCONT')
  }

  const both = await until('room for two', async () => {
    const answers = await Promise.all([call('read', 1), call('read', 2)])
    const bodies = await Promise.all(answers.map(errorOf))
    return bodies.every(({ error }) => error === undefined) ? bodies : undefined
  })
  expect(both).toHaveLength(2)
})

/** Sends a whole request and leaves the connection open. */
function callRaw(url: string, authorization: string): Promise<Socket> {
  const { port, pathname, host } = new URL(url)
  const body = callOf('wait', 1)
  const head = [
    `POST ${pathname} HTTP/1.1`,
    `host: ${host}`,
    `authorization: ${authorization}`,
    'content-type: application/json',
    `content-length: ${body.length}`,
  ]
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), '127.0.0.1', () => {
      socket.write(`${head.join('\r\n')}\r\n\r\n${body}`, () => resolve(socket))
    })
    socket.on('error', reject)
  })
}

test('a body over the limit of its route is refused unread, at the limit it passes', async () => {
  const { url, bearer } = await callerOf('small')
  const bodyOf = (length: number): string => {
    const empty = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping', params: { a: '' } })
    return empty.replace('"a":""', `"a":"${'x'.repeat(length - empty.length)}"`)
  }
  const before = upstream.seen.length

  const large = await post(url, bodyOf(201), bearer)
  const fits = await post(url, bodyOf(200), bearer)

  expect(large.status).toBe(413)
  expect(await errorOf(large)).toMatchObject({
    id: null,
    error: { code: -32600, data: { code: 'body_too_large', maxBytes: 200 } },
  })
  expect(fits.status).toBe(200)
  expect(upstream.seen.length).toBe(before + 1)
})
