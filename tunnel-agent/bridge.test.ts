import type { JSONRPCMessage } from '@modelcontextprotocol/server'
import { afterEach, expect, test } from 'vitest'

import { Bridge } from './bridge.ts'
import { MessageSwitch } from './message-switch.ts'

const open: Bridge[] = []

afterEach(async () => {
  for (const bridge of open.splice(0)) await bridge.close()
})

/** Processes that answer every request with its method and their own number. */
function world(shared = false) {
  const state = { atMs: 0, started: 0, stopped: [] as number[] }
  const openSwitch = (): MessageSwitch =>
    new MessageSwitch({
      start: ({ message }) => {
        const process = (state.started += 1)
        return {
          send(sent: JSONRPCMessage) {
            if (!('method' in sent) || !('id' in sent) || sent.method === 'wait') return
            const value = { protocolVersion: '2025-11-25', capabilities: {}, serverInfo: { name: 'x', version: '1' } }
            message({ jsonrpc: '2.0', id: sent.id, result: { ...value, process } })
          },
          stop: async () => void state.stopped.push(process),
        }
      },
      nowMs: () => state.atMs,
      fraction: () => 0,
      later: () => ({ cancel: () => {} }),
      tell: () => {},
    })
  const bridge = new Bridge({ shared }, { openSwitch, nowMs: () => state.atMs })
  open.push(bridge)
  return { bridge, state }
}

const post = (body: unknown, headers: Record<string, string> = {}): Request =>
  new Request('http://localhost/mcp', {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })

const INITIALIZE = {
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'c', version: '1' } },
}
const LIST = { jsonrpc: '2.0', id: 2, method: 'tools/list' }

async function begin(bridge: Bridge): Promise<{ readonly 'mcp-session-id': string }> {
  const response = await bridge.handle(post(INITIALIZE))
  await response.text()
  return { 'mcp-session-id': response.headers.get('mcp-session-id') ?? '' }
}

const processOf = async (response: Response): Promise<string | undefined> =>
  /"process":(\d+)/.exec(await response.text())?.[1]

test('each session has a process of its own, or all share one', async () => {
  for (const [shared, expected] of [
    [false, ['1', '2']],
    [true, ['1', '1']],
  ] as const) {
    const { bridge } = world(shared)
    const sessions = [await begin(bridge), await begin(bridge)]

    const processes = await Promise.all(
      sessions.map(async (session) => processOf(await bridge.handle(post(LIST, session)))),
    )

    expect(processes).toEqual(expected)
  }
})

test('DELETE ends a session and its process; the session is unknown afterwards', async () => {
  const { bridge, state } = world()
  const session = await begin(bridge)

  await bridge.handle(new Request('http://localhost/mcp', { method: 'DELETE', headers: session }))

  expect(state.stopped).toEqual([1])
  expect((await bridge.handle(post(LIST, session))).status).toBe(404)
})

test('a session that nobody uses for half an hour ends, one with an open call does not', async () => {
  const { bridge, state } = world()
  await begin(bridge)
  const busy = await begin(bridge)
  await bridge.handle(post({ jsonrpc: '2.0', id: 3, method: 'wait' }, busy))

  state.atMs = 30 * 60_000 + 1
  bridge.sweep()
  await Promise.resolve()

  expect((await bridge.handle(post(LIST, busy))).status).toBe(200)
  expect(state.stopped).toEqual([1])
})

test('the 65th session takes the place of the idlest', async () => {
  const { bridge, state } = world()
  const first = await begin(bridge)
  for (let n = 0; n < 64; n += 1) await begin(bridge)

  expect(state.started).toBe(65)
  expect((await bridge.handle(post(LIST, first))).status).toBe(404)
})

test('a stateless client is served without a session, by a process of its own kind', async () => {
  const { bridge } = world()
  await begin(bridge)
  const meta = {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientInfo': { name: 'c', version: '1' },
    'io.modelcontextprotocol/clientCapabilities': {},
  }
  const headers = { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'tools/list' }

  const response = await bridge.handle(post({ ...LIST, params: { _meta: meta } }, headers))

  expect(response.headers.get('mcp-session-id')).toBeNull()
  expect(await processOf(response)).toBe('2')
})

test.each([
  ['another path', new Request('http://localhost/else'), 404],
  ['no JSON', post('{'), 400],
  ['another content type', post('{}', { 'content-type': 'text/plain' }), 415],
  ['no session', post(LIST), 400],
  ['an unknown session', post(LIST, { 'mcp-session-id': 'x' }), 404],
  [
    'a method of the modern era that names another one in its header',
    post(LIST, { 'mcp-protocol-version': '2026-07-28' }),
    400,
  ],
])('%s is refused, and starts nothing', async (_what, request, status) => {
  const { bridge, state } = world()

  expect((await bridge.handle(request)).status).toBe(status)
  expect(state.started).toBe(0)
})
