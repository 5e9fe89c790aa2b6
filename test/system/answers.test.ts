import type { ServerResponse } from 'node:http'

import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'

import { ScriptedBrowser } from './support/browser.ts'
import { startGateway, type TestGateway } from './support/gateway.ts'
import { obtainTokens, post, REDIRECT } from './support/oauth.ts'
import { signUp } from './support/people.ts'
import { startUpstream, type RecordingUpstream } from './support/upstream.ts'

type Answer = (
  response: ServerResponse,
  request: { id: unknown; method?: string; params?: { cursor?: string } },
) => void

let gateway: TestGateway
let upstream: RecordingUpstream
let browser: ScriptedBrowser
let answer: Answer

const TOOLS = ['read_file', 'write_file', 'read_mail', 'drop_table'].map((name) => ({
  name,
  description: `Does ${name}`,
  inputSchema: { type: 'object', properties: { limit: { type: 'integer', maximum: 12345678901234567890n } } },
}))
/** Numbers beyond JavaScript's, as other servers write them. */
const json = (value: unknown): string =>
  JSON.stringify(value, (_key, item: unknown) => (typeof item === 'bigint' ? `n:${item}` : item)).replaceAll(
    /"n:(\d+)"/g,
    '$1',
  )

beforeAll(async () => {
  upstream = await startUpstream((_request, response, body) => {
    response.setHeader('content-type', 'application/json')
    answer(response, body === '' ? { id: null } : (JSON.parse(body) as { id: unknown }))
  })
  const to = `to: http://127.0.0.1:${upstream.port}`
  const everybody = 'policy: [{ allow: { and: [{ authenticated_user: true }] } }]'
  gateway = await startGateway({
    config: `
routes:
  - { from: http://localhost:PORT/plain, ${to}, ${everybody} }
  - from: http://localhost:PORT/readers
    ${to}
    policy: [{ allow: { and: [{ authenticated_user: true }, { mcp_tool: { starts_with: read_ } }] }, deny: { or: [{ mcp_resource: "file:///etc/**" }] } }]
  - { from: http://localhost:PORT/redacted, ${to}, ${everybody}, redact: [api_keys, emails, { name: badge, matches: "B-[0-9]{6}" }], max_response_bytes: 100000 }
  - { from: http://localhost:PORT/asked, ${to}, ${everybody}, server_requests: { sampling: deny, elicitation: { url: { hosts: [ok.example] } } } }
`,
  })
  browser = new ScriptedBrowser({ stopAt: [REDIRECT] })
  await signUp(gateway.url, browser, 'ann@example.com')
})

afterAll(async () => {
  for (const open of [upstream, gateway]) await open?.[Symbol.asyncDispose]()
})

beforeEach(() => void upstream.seen.splice(0))

const bearers = new Map<string, string>()
async function call(route: string, method: string, params: Readonly<Record<string, unknown>> = {}): Promise<Response> {
  const url = `${gateway.url}/${route}/mcp`
  const token = bearers.get(route) ?? (await obtainTokens(gateway.url, browser, url)).access_token
  bearers.set(route, token)
  const body = JSON.stringify({ jsonrpc: '2.0', id: 7, method, params })
  return post(url, body, { authorization: `Bearer ${token}` })
}

const answerTools: Answer = (response, { id }) => response.end(json({ jsonrpc: '2.0', id, result: { tools: TOOLS } }))

/** How many answers Envoy has had inspected since it started. */
async function inspections(): Promise<number> {
  const stats = await gateway.envoyAdmin('/stats?filter=ext_proc.*streams_started')
  return [...stats.matchAll(/: (\d+)/g)].reduce((sum, [, count]) => sum + Number(count), 0)
}

test('a list holds what its caller may call, in order, and says that it is theirs alone', async () => {
  answer = answerTools

  const response = await call('readers', 'tools/list')
  const text = await response.text()
  const { result } = JSON.parse(text) as { result: Record<string, unknown> & { tools: { name: string }[] } }

  expect(result.tools.map(({ name }) => name)).toEqual(['read_file', 'read_mail'])
  expect(result).toMatchObject({ cacheScope: 'private', ttlMs: 10_000 })
  expect(text).toContain('"maximum":12345678901234567890')
})

test('a list on an event stream is cut as well, in the middle of an event or not, and the rest of the stream passes', async () => {
  const list = json({ jsonrpc: '2.0', id: 7, result: { tools: TOOLS } })
  const progress = '{"jsonrpc":"2.0","method":"notifications/progress","params":{"progress":1.0}}'
  answer = (response) => {
    response.setHeader('content-type', 'text/event-stream')
    const stream = `: hello\n\nevent: message\r\nid: 1\r\ndata: ${progress}\r\n\r\nid: 2\ndata: ${list}\n\n`
    response.write(stream.slice(0, 200))
    setTimeout(() => response.end(stream.slice(200)), 20)
  }

  const response = await call('readers', 'tools/list')
  const text = await response.text()

  expect(text.startsWith(`: hello\n\nevent: message\r\nid: 1\r\ndata: ${progress}\r\n\r\nid: 2\ndata: `)).toBe(true)
  expect(text).toContain('read_file')
  expect(text).not.toContain('write_file')
  expect(text).not.toContain('drop_table')
})

test('a list larger than any buffer between server and client is cut, and one that takes its time', async () => {
  const many = Array.from({ length: 4000 }, (_, index) => ({
    name: `${index % 2 === 0 ? 'read' : 'write'}_${index}`,
    description: 'x'.repeat(200),
  }))
  answer = (response, { id }) => {
    const text = JSON.stringify({ jsonrpc: '2.0', id, result: { tools: many, nextCursor: 'next' } })
    response.write(text.slice(0, 100_000))
    // Longer than Envoy waits for the inspector.
    setTimeout(() => response.end(text.slice(100_000)), 2500)
  }

  const response = await call('readers', 'tools/list')
  const { result } = (await response.json()) as { result: { tools: { name: string }[]; nextCursor: string } }

  expect(result.tools).toHaveLength(2000)
  expect(result.tools.every(({ name }) => name.startsWith('read_'))).toBe(true)
  expect(result.nextCursor).toBe('next')
})

test.each([
  ['a call', 'readers', 'tools/call', { name: 'read_file' }],
  ['a list where the policy hides nothing', 'plain', 'tools/list', {}],
  ['prompts, of which the policy hides none', 'plain', 'prompts/list', {}],
])('the answer to %s is not touched: no stream is opened for it', async (_what, route, method, params) => {
  const body = '{"jsonrpc": "2.0",  "id":7,"result":{"tools":[{"name":"write_file"}]}}'
  answer = (response) => void response.setHeader('content-length', body.length).end(body)
  await call(route, method, params)
  const before = await inspections()

  const response = await call(route, method, params)

  expect(await response.text()).toBe(body)
  expect(response.headers.get('content-length')).toBe(String(body.length))
  expect(await inspections()).toBe(before)
})

test.each([
  ['lists a key twice', '{"jsonrpc":"2.0","id":7,"result":{"tools":[],"tools":[{"name":"write_file"}]}}'],
  ['spells a list in another case', '{"jsonrpc":"2.0","id":7,"result":{"Tools":[{"name":"write_file"}]}}'],
  ['is a batch', '[{"jsonrpc":"2.0","id":7,"result":{"tools":[{"name":"write_file"}]}}]'],
  ['ends too early', '{"jsonrpc":"2.0","id":7,"result":{"tools":[{"name":"write_file"}'],
])('an answer that %s is refused, because a client could read a hidden tool in it', async (_what, body) => {
  answer = (response) => response.end(body)

  const response = await call('readers', 'tools/list')
  const text = await response.text()

  expect(text).not.toContain('write_file')
  expect(JSON.parse(text)).toMatchObject({ id: 7, error: { code: -32603 } })
})

test('an item with a second name in another case is left out', async () => {
  answer = (response) =>
    response.end(
      '{"jsonrpc":"2.0","id":7,"result":{"tools":[{"name":"read_file","NAME":"write_file"},{"name":"read_x"}]}}',
    )

  const response = await call('readers', 'tools/list')

  expect(await response.json()).toMatchObject({ result: { tools: [{ name: 'read_x' }] } })
})

test('a compressed answer that nobody asked for is refused where it has to be read', async () => {
  answer = (response) => void response.setHeader('content-encoding', 'gzip').end('whatever')

  const response = await call('readers', 'tools/list')

  expect(response.status).toBe(502)
  expect(await response.json()).toMatchObject({ id: 7, error: { data: { code: 'answer_compressed' } } })
  expect(upstream.seen.at(-1)?.headers).not.toHaveProperty('accept-encoding')
})

test('a secret is redacted wherever the answer is cut, and however it is escaped', async () => {
  const secret = `sk-${'a1b2'.repeat(8)}`
  const result = { content: [{ type: 'text', text: `key ${secret}, mail ann@example.com, badge B-123456.` }] }
  const body = json({ jsonrpc: '2.0', id: 7, result }).replace('sk-', '\\u0073k-')
  for (const type of ['application/json', 'text/event-stream']) {
    const sent = type === 'application/json' ? body : `data: ${body}\n\n`
    for (let cut = 1; cut < sent.length; cut += 9) {
      answer = (response) => {
        response.setHeader('content-type', type)
        response.write(sent.slice(0, cut))
        setImmediate(() => response.end(sent.slice(cut)))
      }

      const text = await (await call('redacted', 'tools/call', { name: 'read' })).text()

      expect(text).toContain('key [redacted: api_keys], mail [redacted: emails], badge [redacted: badge].')
    }
  }
})

test.each(['application/json', 'text/event-stream'])(
  'an answer over the limit ends with an error (%s)',
  async (type) => {
    const event = '{"jsonrpc":"2.0","method":"notifications/message","params":{"data":"' + 'x'.repeat(900) + '"}}'
    answer = (response) => {
      response.setHeader('content-type', type)
      for (let index = 0; index < 200; index += 1)
        response.write(type === 'text/event-stream' ? `data: ${event}\n\n` : event)
      response.end()
    }

    const response = await call('redacted', 'tools/call', { name: 'read' })
    const text = await response.text()
    const last = type === 'text/event-stream' ? (text.trim().split('\n').at(-1) ?? '').replace('data: ', '') : text

    expect(JSON.parse(last)).toMatchObject({ id: 7, error: { data: { code: 'answer_too_large' } } })
    expect(text.length).toBeLessThan(100_000)
  },
)

test('what a server may not ask of the client ends the call', async () => {
  const ask = (method: string, params: unknown): string =>
    `data: ${JSON.stringify({ jsonrpc: '2.0', id: 'srv-1', method, params })}\n\n`
  const url = (to: string): string =>
    ask('elicitation/create', { mode: 'url', url: to, elicitationId: '1', message: 'm' })
  const outcomes: [string, boolean][] = []
  for (const asked of [
    ask('sampling/createMessage', { messages: [] }),
    ask('elicitation/create', { message: 'name?', requestedSchema: {} }),
    url('https://ok.example/x'),
    url('http://ok.example/x'),
    url('https://ok.example@evil.example/x'),
    url('https://evil.example/ok.example'),
    ask('roots/list', {}),
    ask('secrets/list', {}),
  ]) {
    answer = (response) => {
      response.setHeader('content-type', 'text/event-stream')
      response.end(`${asked}data: {"jsonrpc":"2.0","id":7,"result":{}}\n\n`)
    }

    const text = await (await call('asked', 'tools/call', { name: 'read' })).text()

    outcomes.push([asked.slice(0, 120).replace(/^.*"method":/, ''), text.includes('server_request_denied')])
    expect(text.includes('srv-1')).toBe(!text.includes('server_request_denied'))
  }
  expect(outcomes.map(([, denied]) => denied)).toEqual([true, false, false, true, true, true, false, true])
})
