/**
 * Mallory reaches files that Ann opened to everybody. She tries to write, to call MCP, to plant cookies, to read what is not
 * opened, and to have a page of hers run on the gateway's origin. What counts is what reached Ann's servers.
 */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'

import { raw, serveAssets, startAssets } from '../support/assets.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { obtainTokens, post } from '../support/oauth.ts'
import { startSsh, type SshClient } from '../support/ssh.ts'
import { MCP_URL, openTunnel, type OpenTunnel } from '../support/tunnel.ts'
import { until } from '../support/until.ts'
import { startUpstream, type RecordingUpstream } from '../support/upstream.ts'

const INITIALIZE = `{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"m","version":"1"}}}`
const LIMITS = 'limits: [{ per: [route, address], requests: 2000, window: 1h }]'

let gateway: TestGateway
let mcp: RecordingUpstream
let assets: RecordingUpstream
let secrets: RecordingUpstream
let ann: OpenTunnel
let mallory: OpenTunnel
let url: string
let opened: SshClient
const clients: SshClient[] = []

beforeAll(async () => {
  mcp = await startUpstream()
  assets = await startAssets()
  secrets = await startAssets('secret')
  gateway = await startGateway({ config: `tunnels: { public_assets: true }\n${LIMITS}\n` })
  ann = await openTunnel(gateway, { email: 'ann@example.com', port: mcp.port })
  mallory = await openTunnel(gateway, { email: 'mallory@example.com', port: mcp.port })
  const served = await serveAssets(gateway, { key: ann.key, port: assets.port })
  opened = served.ssh
  url = served.url
})
afterEach(async () => {
  for (const client of clients.splice(0)) await client.kill()
})
afterAll(async () => {
  await opened?.kill()
  for (const open of [mallory, ann, mcp, assets, secrets, gateway]) await open?.[Symbol.asyncDispose]()
})

/** Also in the moment in which one connection gives way to another. */
function askAllTheTime(address: string): { stop(): Promise<void> } {
  const going = { on: true }
  const ask = async (): Promise<void> => {
    while (going.on) await raw(address)
  }
  const asking = Promise.all(Array.from({ length: 8 }, ask))
  const stop = async (): Promise<void> => {
    going.on = false
    await asking
  }
  return { stop }
}

const reached = async (act: () => Promise<{ readonly status: number }>): Promise<readonly [number, boolean]> => {
  const before = assets.seen.length
  const { status } = await act()
  return [status, assets.seen.length > before]
}

test.each(['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND'])('%s does not reach the files', async (method) => {
  for (const headers of [{}, ann.bearer, { 'x-http-method-override': 'GET' }]) {
    const [status, isReached] = await reached(() => raw(`${url}a.js`, { method, headers }))
    // What is no HTTP method to Envoy ends there.
    expect([[400, 405].includes(status), isReached]).toEqual([true, false])
  }
})

test('MCP is not spoken there, with or without the token of the owner', async () => {
  const { access_token } = await obtainTokens(gateway.url, ann.browser, `${url}mcp`)
  for (const headers of [{}, { authorization: `Bearer ${access_token}` }]) {
    expect(await reached(() => post(`${url}mcp`, INITIALIZE, headers))).toEqual([405, false])
    const stream = { ...headers, accept: 'text/event-stream' }
    expect(await reached(() => raw(`${url}mcp`, { headers: stream }))).toEqual([406, false])
  }
})

test('a body with GET or HEAD, and an upgrade, reach nothing', async () => {
  for (const method of ['GET', 'HEAD']) {
    expect(await reached(() => raw(url, { method, body: INITIALIZE }))).toEqual([405, false])
  }
  for (const protocol of ['websocket', 'sallyport']) {
    const headers = { connection: 'Upgrade', upgrade: protocol, 'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==' }
    expect([protocol, ...(await reached(() => raw(url, { headers })))]).toEqual([protocol, 403, false])
  }
})

test('cookies, tokens and what else belongs to the gateway go neither way', async () => {
  const answer = await raw(`${url}a.js`, {
    headers: {
      ...ann.bearer,
      cookie: 'sallyport=secret; theirs=1',
      'proxy-authorization': 'Basic c2VjcmV0',
      dpop: 'secret',
      'mcp-session-id': 'secret',
      'last-event-id': 'secret',
      'x-sallyport-assertion': 'secret',
      'x-pomerium-jwt-assertion': 'secret',
      'x-original-url': '/secret',
      origin: 'https://mallory.example',
    },
  })

  expect(answer.status).toBe(200)
  const { rawHeaders = [] } = assets.seen.at(-1) ?? {}
  expect(JSON.stringify(rawHeaders)).not.toMatch(/secret|Bearer|authorization|cookie|mallory/i)
  expect(answer.headers).not.toHaveProperty('set-cookie')
  expect(answer.headers).not.toHaveProperty('service-worker-allowed')
  expect(answer.headers).toMatchObject({ 'access-control-allow-origin': '*', 'content-security-policy': 'sandbox' })
  expect(answer.headers).not.toHaveProperty('access-control-allow-credentials')
})

test('no spelling of a path leads from the files to what is not opened', async () => {
  const name = `assets-${ann.route}`
  const paths = [
    `/${name}/../${ann.route}/mcp`,
    `/${name}/%2e%2e/${ann.route}/mcp`,
    `/${name}/..%2f${ann.route}/mcp`,
    `/${name}%2f..%2f${ann.route}/mcp`,
    `/${name}/..;/${ann.route}/mcp`,
    `/${name}/..\\${ann.route}/mcp`,
    `/${name}/.%00./${ann.route}/mcp`,
    `//${ann.route}/mcp`,
    `/${ann.route}/mcp`,
    `/x/../${ann.route}/mcp`,
    `/${name}x/mcp`,
    `/${name.toUpperCase()}/mcp`,
    `http://localhost:${gateway.httpPort}/${ann.route}/mcp`,
  ]
  const before = mcp.seen.length
  for (const path of paths) expect([path, (await raw(url, { path })).status < 400]).toEqual([path, false])
  expect(mcp.seen.length).toBe(before)

  // What stays below the files reaches them as it was judged.
  for (const path of [`/${name}//a.js`, `/${name}/b/../a.js`, `/x/../${name}/a.js`, `/${name}/%61.js`]) {
    const [status, isReached] = await reached(() => raw(url, { path }))
    const seen = isReached ? assets.seen.at(-1)?.url : undefined
    expect([path, status, seen]).toEqual([path, 200, expect.stringMatching(/^\/(?:a|%61)\.js$/)])
  }
})

test('no page, frame or worker comes from there, in path mode on the origin where people sign in', async () => {
  const destinations = ['document', 'iframe', 'frame', 'embed', 'object', 'worker', 'sharedworker', 'serviceworker']
  for (const destination of [...destinations, 'manifest', 'script, document']) {
    const [status, isReached] = await reached(() => raw(url, { headers: { 'sec-fetch-dest': destination } }))
    expect([destination, status, isReached]).toEqual([destination, 403, false])
  }
})

test('nobody opens what is another person’s, and a name is not opened by its beginning', async () => {
  const hers = startSsh(
    gateway.sshPort,
    ['-T', '-R', `x-${ann.route}:443:localhost:${secrets.port}`, 'localhost', `public=x-${ann.route}`, 'public=assets'],
    { key: mallory.key },
  )
  clients.push(hers)
  await hers.see(/everybody may read|no forward|refused/)
  const own = new RegExp(`${ann.route}(?!-${mallory.route})/`)
  expect(hers.text()).not.toMatch(own)
  for (const name of [`x-${ann.route}`, ann.route, `assets-${mallory.route}`, mallory.route]) {
    expect([name, (await raw(`${gateway.url}/${name}/`)).status >= 400]).toEqual([name, true])
  }
  expect(secrets.seen).toHaveLength(0)
})

test('a private connection beside public ones closes the route, and nothing reaches it', async () => {
  const both = (instance: string, port: number, words: readonly string[]): SshClient => {
    const forward = ['-T', '-R', `mixed:443:localhost:${port}`, 'localhost', `instance=${instance}`, ...words]
    const client = startSsh(gateway.sshPort, forward, { key: ann.key })
    clients.push(client)
    return client
  }
  const one = both('one', assets.port, ['public=mixed'])
  const mixed = await one.see(/what is below (\S+\/)/)
  // Of two Envoy would choose, and of three the third could be the wrong one.
  await both('two', assets.port, ['public=mixed']).see(/what is below/)
  expect((await raw(mixed)).status).toBe(200)

  const asking = askAllTheTime(mixed)
  const closed = both('closed', secrets.port, [])
  await closed.see(MCP_URL)
  expect((await raw(mixed)).status).toBe(401)
  await closed.kill()
  await until('it to be open again', async () => (await raw(mixed)).status === 200)
  await asking.stop()

  expect(secrets.seen).toHaveLength(0)
})

test('a private connection in the place of the public one closes the route, and nothing reaches it meanwhile', async () => {
  const first = await serveAssets(gateway, { key: ann.key, port: assets.port, label: 'turn' })
  clients.push(first.ssh)
  const asking = askAllTheTime(first.url)
  const next = startSsh(gateway.sshPort, ['-T', '-R', `turn:443:localhost:${secrets.port}`, 'localhost'], {
    key: ann.key,
  })
  clients.push(next)
  await next.see(MCP_URL)
  await first.ssh.see(/taken over/)
  expect((await raw(first.url)).status).toBe(401)
  await asking.stop()

  expect(secrets.seen).toHaveLength(0)
})

test('after the connection has ended nothing is open', async () => {
  const { ssh, url: gone } = await serveAssets(gateway, { key: ann.key, port: assets.port, label: 'gone' })
  expect((await raw(gone)).status).toBe(200)
  await ssh.kill('SIGKILL')

  await until('it to be closed', async () => (await raw(gone)).status === 401)
})

test('the limits of the configuration count for everybody', async () => {
  const limited = await startGateway({
    config: 'tunnels: { public_assets: true }\nlimits: [{ per: [route, address], requests: 3, window: 1h }]\n',
  })
  try {
    const eve = await openTunnel(limited, { email: 'eve@example.com', port: mcp.port })
    const { ssh, url: few } = await serveAssets(limited, { key: eve.key, port: assets.port })
    const answers = []
    for (let count = 0; count < 5; count += 1) answers.push(await raw(few))
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 429, 429])
    expect(Number(answers[4]?.headers['retry-after'])).toBeGreaterThan(0)
    for (const client of [ssh, eve.ssh]) await client.kill()
  } finally {
    await limited[Symbol.asyncDispose]()
  }
})

test('without permission in the configuration the words open nothing', async () => {
  const strict = await startGateway()
  try {
    const eve = await openTunnel(strict, { email: 'eve@example.com', port: mcp.port })
    const forward = ['-T', '-R', `assets:443:localhost:${secrets.port}`, 'localhost', 'public=assets']
    const ssh = startSsh(strict.sshPort, forward, { key: eve.key })
    await ssh.see(/The gateway does not allow public assets/)
    const closed = await ssh.see(MCP_URL)
    expect((await raw(closed)).status).toBe(401)
    expect(secrets.seen).toHaveLength(0)
    for (const client of [ssh, eve.ssh]) await client.kill()
  } finally {
    await strict[Symbol.asyncDispose]()
  }
})
