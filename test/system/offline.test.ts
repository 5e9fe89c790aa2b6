import { afterAll, beforeAll, expect, test } from 'vitest'

import { startGateway, type TestGateway } from './support/gateway.ts'
import { post } from './support/oauth.ts'
import { freePort } from './support/ports.ts'
import { startSsh } from './support/ssh.ts'
import { MCP_URL, openTunnel, type OpenTunnel } from './support/tunnel.ts'
import { startUpstream, type RecordingUpstream } from './support/upstream.ts'
import { until } from './support/until.ts'

let gateway: TestGateway
let upstream: RecordingUpstream
let tunnel: OpenTunnel

const PING = '{"jsonrpc":"2.0","id":5,"method":"ping"}'

beforeAll(async () => {
  gateway = await startGateway()
  upstream = await startUpstream()
  tunnel = await openTunnel(gateway, { email: 'ann@example.com', port: upstream.port })
})

afterAll(async () => {
  for (const open of [tunnel, upstream, gateway]) await open?.[Symbol.asyncDispose]()
})

async function expectOffline(): Promise<void> {
  const answer = await until('the tunnel to be offline', async () => {
    const response = await post(tunnel.url, PING, tunnel.bearer)
    const body = (await response.json()) as { error?: { code: number; message: string } }
    return body.error?.message.includes('offline since') === true ? { response, body } : undefined
  })
  expect(answer.response.status).toBe(200)
  expect(answer.body).toMatchObject({
    jsonrpc: '2.0',
    id: 5,
    error: { code: -32061, message: expect.stringMatching(/^Tunnel offline since \d{4}-\d\d-\d\dT/) },
  })

  const stream = await fetch(tunnel.url, { headers: { ...tunnel.bearer, accept: 'text/event-stream' } })
  expect(stream.status).toBe(503)
  expect(await stream.text()).toMatch(/^Tunnel offline since /)
}

test('a laptop that says goodbye is offline at once, and back under the same name', async () => {
  await tunnel.ssh.kill()
  await expectOffline()

  const again = startSsh(gateway.sshPort, ['-T', '-R', '0', 'localhost', `port=${upstream.port}`], { key: tunnel.key })
  expect(await again.see(MCP_URL)).toBe(tunnel.url)
  expect((await post(tunnel.url, PING, tunnel.bearer)).status).toBe(200)
  await again.kill('SIGKILL')
  await expectOffline()
})

test('"offline since" is known after a restart, and after kill -9', async () => {
  await gateway.restart()
  await expectOffline()
  const again = startSsh(gateway.sshPort, ['-T', '-R', '0', 'localhost', `port=${upstream.port}`], { key: tunnel.key })
  expect(await again.see(MCP_URL)).toBe(tunnel.url)

  await gateway.stop('SIGKILL')
  await gateway.restart()

  await expectOffline()
  await again.kill()
})

test('kill -9 of the gateway ends ssh, and the next one has the same tunnel', async () => {
  const words = ['-N', '-o', 'ServerAliveInterval=1', '-R', `443:localhost:${upstream.port}`, 'localhost']
  const before = startSsh(gateway.sshPort, words, { key: tunnel.key })
  await until('the tunnel to answer', async () => (await post(tunnel.url, PING, tunnel.bearer)).ok)

  await gateway.stop('SIGKILL')
  expect(await before.exited).toBe(255)
  await gateway.restart()

  const after = startSsh(gateway.sshPort, words, { key: tunnel.key })
  expect(await until('it to answer again', async () => (await post(tunnel.url, PING, tunnel.bearer)).ok)).toBe(true)
  await after.kill()
})

test('a second connection takes over from the first at once, and the first is told', async () => {
  const first = startSsh(gateway.sshPort, ['-T', '-R', '0', 'localhost', `port=${upstream.port}`], { key: tunnel.key })
  await first.see(MCP_URL)

  const second = startSsh(gateway.sshPort, ['-T', '-R', '0', 'localhost', `port=${upstream.port}`], { key: tunnel.key })
  expect(await second.see(MCP_URL)).toBe(tunnel.url)

  await first.exited
  expect(first.text()).toMatch(/taken over/i)
  expect((await post(tunnel.url, PING, tunnel.bearer)).status).toBe(200)
  await second.kill()
})

test('another person with the same wish gets another name', async () => {
  const other = await openTunnel(gateway, { email: 'bob@example.com', port: upstream.port })

  expect(other.route).not.toBe(tunnel.route)
  const grab = startSsh(gateway.sshPort, ['-T', '-R', `${tunnel.route}:443:localhost:${upstream.port}`, 'localhost'], {
    key: other.key,
  })
  const url = await grab.see(MCP_URL)
  expect(new URL(url).pathname).toBe(`/${tunnel.route}-${other.route}/mcp`)
  await grab.kill()
  await other[Symbol.asyncDispose]()
})

test('a laptop on which nothing listens is told apart from one that is away, and heals', async () => {
  const port = await freePort()
  const ssh = startSsh(gateway.sshPort, ['-T', '-R', '0', 'localhost', `port=${port}`], { key: tunnel.key })
  await ssh.see(MCP_URL)

  const refused = await until('the refusal to name the target', async () => {
    const response = await post(tunnel.url, PING, tunnel.bearer)
    const body = (await response.json()) as { id: number; error: { message: string } }
    return body.error.message.includes('nothing listens') ? body : undefined
  })
  expect(refused).toMatchObject({
    id: 5,
    error: { code: -32061, message: expect.stringContaining(`localhost:${port}`) },
  })

  await using server = await startUpstream(undefined, port)
  await until(
    'the call to arrive',
    async () => (await post(tunnel.url, PING, tunnel.bearer)).ok && server.seen.length > 0,
  )
  await ssh.kill()
})
