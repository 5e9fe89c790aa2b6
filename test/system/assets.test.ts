/** The files of a widget, opened to everybody beside an MCP server that stays closed, through the real Envoy and OpenSSH. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'

import { PUBLIC_URL, serveAssets, startAssets } from './support/assets.ts'
import { startGateway, type TestGateway } from './support/gateway.ts'
import { post } from './support/oauth.ts'
import { startSsh, type SshClient } from './support/ssh.ts'
import { MCP_URL, openTunnel, type OpenTunnel } from './support/tunnel.ts'
import { until } from './support/until.ts'
import { startUpstream, type RecordingUpstream } from './support/upstream.ts'

const PING = '{"jsonrpc":"2.0","id":1,"method":"ping"}'
const clients: SshClient[] = []

let gateway: TestGateway
let mcp: RecordingUpstream
let assets: RecordingUpstream
let ann: OpenTunnel

beforeAll(async () => {
  mcp = await startUpstream()
  assets = await startAssets()
  gateway = await startGateway({ config: 'tunnels: { public_assets: true }\n' })
  ann = await openTunnel(gateway, { email: 'ann@example.com', port: mcp.port })
})
afterEach(async () => {
  for (const client of clients.splice(0)) await client.kill()
})
afterAll(async () => {
  for (const open of [ann, mcp, assets, gateway]) await open?.[Symbol.asyncDispose]()
})

async function serve(words?: readonly string[]): Promise<{ readonly ssh: SshClient; readonly url: string }> {
  const served = await serveAssets(gateway, { key: ann.key, port: assets.port, ...(words && { words }) })
  clients.push(served.ssh)
  return served
}

test.each([[['public=assets']], [['public', 'assets']]])('%j opens the files to everybody', async (words) => {
  const { ssh, url } = await serve(words)

  const response = await fetch(`${url}widget.js?v=1`, {
    headers: { origin: 'null', 'sec-fetch-dest': 'script', 'sec-fetch-mode': 'cors' },
  })

  expect([response.status, await response.text()]).toEqual([200, 'export {}'])
  expect(url).toBe(`${gateway.url}/assets-${ann.route}/`)
  expect(assets.seen.at(-1)).toMatchObject({ method: 'GET', url: '/widget.js?v=1' })
  expect(Object.fromEntries(response.headers)).toMatchObject({
    'access-control-allow-origin': '*',
    'content-type': 'text/javascript',
    'content-security-policy': 'sandbox',
    'x-content-type-options': 'nosniff',
    etag: '"1"',
  })
  const head = await fetch(`${url}widget.js`, { method: 'HEAD' })
  expect([head.status, assets.seen.at(-1)?.method]).toEqual([200, 'HEAD'])
  await ssh.see(/nobody.*GET.*allow/)
})

test('the record names the rule, and the MCP server beside it stays closed', async () => {
  const { ssh } = await serve()
  await ssh.kill()
  const both = startSsh(
    gateway.sshPort,
    ['-T', '-R', `0:localhost:${mcp.port}`, '-R', `assets:443:localhost:${assets.port}`, 'localhost', 'public=assets'],
    { key: ann.key },
  )
  clients.push(both)
  const url = await both.see(PUBLIC_URL)
  await until('the files to be there', async () => (await fetch(`${url}seen.js`)).status === 200)
  const tunnels = startSsh(gateway.sshPort, ['localhost', 'tunnels'], { key: ann.key })
  await tunnels.exited
  expect(tunnels.text()).toContain(`${url} `)

  expect((await post(ann.url, PING)).status).toBe(401)
  expect((await fetch(ann.url)).status).toBe(401)
  expect((await post(ann.url, PING, ann.bearer)).status).toBe(200)
  const record = await until('the record', async () => {
    const { stdout } = await gateway.command('audit', '--json')
    return stdout.split('\n').find((line) => line.includes('/seen.js') && line.includes('"allow"'))
  })
  expect(JSON.parse(record)).toMatchObject({ rule: 'public assets' })
})

test('what listens is no MCP server, and nobody complains of that', async () => {
  const { ssh, url } = await serve()
  await fetch(url)
  await ssh.see(/nobody.*GET.*allow/)
  expect(ssh.text()).not.toMatch(/MCP server/)
})

test('the terminal says where the words cannot be followed', async () => {
  const missing = startSsh(
    gateway.sshPort,
    ['-T', '-R', `docs:443:localhost:${assets.port}`, 'localhost', 'public=assets'],
    { key: ann.key },
  )
  clients.push(missing)
  await missing.see(/There is no forward "assets" to make public/)
  const url = await missing.see(MCP_URL)
  expect((await fetch(url)).status).toBe(401)
})

test('a change of the configuration closes them at once, and opens nothing that was told to be private', async () => {
  const before = await serveAssets(gateway, { key: ann.key, port: assets.port, label: 'before' })
  clients.push(before.ssh)
  const file = join(gateway.dataFolder, '../sallyport.yaml')
  const written = readFileSync(file, 'utf8')
  expect((await fetch(before.url)).status).toBe(200)

  writeFileSync(file, written.replace('public_assets: true', 'public_assets: false'))
  await until('them to be closed', async () => (await fetch(before.url)).status === 401)
  const words = ['-T', '-R', `assets:443:localhost:${assets.port}`, 'localhost', 'public=assets']
  const told = startSsh(gateway.sshPort, words, { key: ann.key })
  clients.push(told)
  await told.see(/The gateway does not allow public assets/)
  const url = await told.see(MCP_URL)

  writeFileSync(file, written)
  await until('them to be open again', async () => (await fetch(before.url)).status === 200)
  expect((await fetch(url)).status).toBe(401)
})
