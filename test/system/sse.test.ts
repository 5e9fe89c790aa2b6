import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { startEverything, type Everything } from '../fixture/everything/everything.ts'
import { EventStream } from './support/event-stream.ts'
import { startGateway, type TestGateway } from './support/gateway.ts'
import { post } from './support/oauth.ts'
import { startSsh } from './support/ssh.ts'
import { MCP_URL, openTunnel, type OpenTunnel } from './support/tunnel.ts'
import { until } from './support/until.ts'

const OTHER_TUNNELS = 100
/** As many as may be unauthenticated at once from one address, with room to spare. */
const AT_ONCE = 5

let gateway: TestGateway
let everything: Everything
let tunnel: OpenTunnel

beforeAll(async () => {
  everything = await startEverything()
  gateway = await startGateway()
  tunnel = await openTunnel(gateway, { email: 'ann@example.com', port: everything.port })
})

afterAll(async () => {
  await tunnel?.[Symbol.asyncDispose]()
  await gateway?.[Symbol.asyncDispose]()
  await everything?.[Symbol.asyncDispose]()
})

describe('an answer that streams', () => {
  test('in a legacy session, its first event arrives before the server is told to send the second', async () => {
    const session = await openSession()
    const stream = new EventStream(await post(tunnel.url, callToGate('legacy-gate'), session))

    expect(await stream.next()).toMatchObject({ method: 'notifications/progress', params: { progress: 1 } })
    everything.openGate('legacy-gate')
    expect(await stream.next()).toMatchObject({ method: 'notifications/progress', params: { progress: 2 } })
    expect(await stream.next()).toMatchObject({ id: 7, result: { content: [{ text: 'Gate legacy-gate is open' }] } })
  })

  test('to a modern request, its first event arrives before the server is told to send the second', async () => {
    const version = '2026-07-28'
    const meta = {
      'io.modelcontextprotocol/protocolVersion': version,
      'io.modelcontextprotocol/clientInfo': { name: 'test-client', version: '1.0.0' },
      'io.modelcontextprotocol/clientCapabilities': {},
    }
    const headers = { 'mcp-protocol-version': version, 'mcp-method': 'tools/call', 'mcp-name': 'wait_at_gate' }
    const body = callToGate('modern-gate', meta)
    const stream = new EventStream(await post(tunnel.url, body, { ...headers, ...tunnel.bearer }))

    expect(await stream.next()).toMatchObject({ method: 'notifications/progress', params: { progress: 1 } })
    everything.openGate('modern-gate')
    expect(await stream.next()).toMatchObject({ method: 'notifications/progress', params: { progress: 2 } })
    expect(await stream.next()).toMatchObject({ id: 7, result: { content: [{ text: 'Gate modern-gate is open' }] } })
  })
})

describe('a long stream', () => {
  test('stays up, and listeners and routes stay as they are, while 100 other tunnels come and go', async () => {
    const session = await openSession()
    const listening = await fetch(tunnel.url, { headers: { ...session, accept: 'text/event-stream' } })
    expect(listening.status).toBe(200)
    await using stream = new EventStream(listening)
    await announceToolChange(session)
    expect(await stream.next()).toMatchObject({ method: 'notifications/tools/list_changed' })
    const bob = await openTunnel(gateway, { email: 'bob@example.com', port: everything.port })
    await bob.ssh.kill()
    const before = await edgeStats()

    for (let first = 0; first < OTHER_TUNNELS; first += AT_ONCE) {
      const labels = Array.from({ length: AT_ONCE }, (_, index) => `t${first + index}`)
      await Promise.all(labels.map((label) => openAndClose(bob, label)))
    }

    await until('Envoy to drop the closed tunnels', async () => (await edgeStats()).clusters === before.clusters)
    const after = await edgeStats()
    expect(after.clustersAdded - before.clustersAdded).toBeGreaterThanOrEqual(OTHER_TUNNELS)
    expect({ ...after, clustersAdded: 0 }).toEqual({ ...before, clustersAdded: 0 })
    await announceToolChange(session)
    expect(await stream.next()).toMatchObject({ method: 'notifications/tools/list_changed' })
  }, 180_000)
})

async function openAndClose(owner: OpenTunnel, label: string): Promise<void> {
  const forward = `${label}:443:localhost:${everything.port}`
  const ssh = startSsh(gateway.sshPort, ['-T', '-R', forward, 'localhost'], { key: owner.key })
  const url = await ssh.see(MCP_URL)
  const response = await fetch(url, { method: 'POST' })
  expect([new URL(url).pathname, response.status]).toEqual([`/${label}-${owner.route}/mcp`, 401])
  await ssh.kill()
}

/** What would change if Envoy were told of new listeners or routes; and, that the tunnels were there at all. */
async function edgeStats(): Promise<{
  readonly clusters: string
  readonly clustersAdded: number
  readonly edge: string[]
}> {
  const lines = (await gateway.envoyAdmin('/stats?filter=lds|rds|cluster_manager')).split('\n')
  const valueOf = (name: string): string => lines.find((line) => line.startsWith(`${name}: `))?.split(': ')[1] ?? ''
  const edge = lines.filter((line) =>
    /\.(lds|rds\.\w+)\.(update_success|update_rejected|version(_text)?|config_reload): /.test(line),
  )
  expect(edge.some((line) => line.startsWith('listener_manager.lds.update_success: '))).toBe(true)
  expect(edge.some((line) => line.includes('.rds.') && line.includes('version_text'))).toBe(true)
  return {
    clusters: valueOf('cluster_manager.active_clusters'),
    clustersAdded: Number(valueOf('cluster_manager.cluster_added')),
    edge,
  }
}

/** Begins a legacy session; returns the headers of its later requests. */
async function openSession(): Promise<Readonly<Record<string, string>>> {
  const body = {
    jsonrpc: '2.0',
    id: 1,
    method: 'initialize',
    params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'test-client', version: '1.0.0' } },
  }
  const response = await post(tunnel.url, JSON.stringify(body), tunnel.bearer)
  expect(response.status).toBe(200)
  await response.text()
  const session = {
    ...tunnel.bearer,
    'mcp-session-id': response.headers.get('mcp-session-id') ?? '',
    'mcp-protocol-version': '2025-11-25',
  }
  const initialized = { jsonrpc: '2.0', method: 'notifications/initialized' }
  expect((await post(tunnel.url, JSON.stringify(initialized), session)).status).toBe(202)
  return session
}

async function announceToolChange(session: Readonly<Record<string, string>>): Promise<void> {
  const call = { jsonrpc: '2.0', id: 2, method: 'tools/call', params: { name: 'test_trigger_tool_change' } }
  const response = await post(tunnel.url, JSON.stringify(call), session)
  expect(await response.text()).toContain('Announced')
}

function callToGate(gate: string, meta: Readonly<Record<string, unknown>> = {}): string {
  const params = { name: 'wait_at_gate', arguments: { gate }, _meta: { ...meta, progressToken: 'token' } }
  return JSON.stringify({ jsonrpc: '2.0', id: 7, method: 'tools/call', params })
}
