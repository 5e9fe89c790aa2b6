/**
 * A session id of the legacy era is all that many servers ask for. Mallory has learnt the victim's, or makes one up: it
 * is sealed to user, client, route and connector, so it is a 404 for everybody else, and the upstream's own id never
 * leaves the gateway.
 */
import { afterAll, beforeAll, expect, test } from 'vitest'

import { startGateway, type TestGateway } from '../support/gateway.ts'
import { authorizeClient, obtainTokens, post, postToken, REDIRECT } from '../support/oauth.ts'
import { startSsh } from '../support/ssh.ts'
import { MCP_URL, openTunnel, type OpenTunnel } from '../support/tunnel.ts'
import { startUpstream, type RecordingUpstream } from '../support/upstream.ts'

let gateway: TestGateway
let upstream: RecordingUpstream
let tunnel: OpenTunnel
let other: OpenTunnel
let session: string

const INITIALIZE =
  '{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"t","version":"1"}}}'
const PING = '{"jsonrpc":"2.0","id":2,"method":"ping"}'

const ROUTE = `
routes:
  - from: http://localhost:PORT/shared
    upstream_tunnel: { ssh_policy: [{ allow: { and: [{ authenticated_user: true }] } }] }
    policy: [{ allow: { and: [{ authenticated_user: true }] } }]
`

beforeAll(async () => {
  gateway = await startGateway({ config: ROUTE })
  upstream = await startUpstream()
  tunnel = await openTunnel(gateway, { email: 'ann@example.com', port: upstream.port })
  other = await openTunnel(gateway, { email: 'mallory@example.com', port: upstream.port })
  const response = await post(tunnel.url, INITIALIZE, tunnel.bearer)
  session = response.headers.get('mcp-session-id') ?? ''
  await response.text()
})

afterAll(async () => {
  for (const open of [tunnel, other, upstream, gateway]) await open?.[Symbol.asyncDispose]()
})

test('the client gets a sealed id, and the upstream gets its own one back', async () => {
  expect(session).not.toContain('upstream-session-1')
  expect(session.length).toBeGreaterThan(60)

  const response = await post(tunnel.url, PING, { ...tunnel.bearer, 'mcp-session-id': session })

  expect(response.status).toBe(200)
  expect(upstream.seen.at(-1)?.headers['mcp-session-id']).toBe('upstream-session-1')
})

test.each([
  ['made up', () => 'upstream-session-1'],
  ['altered by one character', () => `${session.startsWith('A') ? 'B' : 'A'}${session.slice(1)}`],
  ['altered in its last bytes', () => `${session.slice(0, -4)}AAAA`],
  ['spelled differently in base64', () => `${session}=`],
  ['sent twice', () => `${session}, ${session}`],
  ['empty', () => ' '],
])('an id that is %s is not found', async (_what, forged) => {
  const before = upstream.seen.length

  const response = await post(tunnel.url, PING, { ...tunnel.bearer, 'mcp-session-id': forged() })

  expect(response.status).toBe(404)
  expect(await response.json()).toMatchObject({ id: 2, error: { message: 'Session not found' } })
  expect(upstream.seen.length).toBe(before)
})

test('another client of the same person cannot use it', async () => {
  const before = upstream.seen.length
  const { access_token: token } = await obtainTokens(gateway.url, tunnel.browser, tunnel.url)

  const response = await post(tunnel.url, PING, { authorization: `Bearer ${token}`, 'mcp-session-id': session })

  expect(response.status).toBe(404)
  expect(upstream.seen.length).toBe(before)
})

/** A token of the victim's own client, in the name of whoever sits at the browser. */
async function tokenOfSameClient(browser: OpenTunnel['browser'], url: string): Promise<string> {
  const { clientId } = tunnel.tokens
  const back = await authorizeClient(gateway.url, browser, { clientId, resource: url })
  const { body } = await postToken(gateway.url, {
    grant_type: 'authorization_code',
    code: back.searchParams.get('code') ?? '',
    redirect_uri: REDIRECT,
    client_id: clientId,
    code_verifier: back.verifier,
    resource: url,
  })
  return String(body['access_token'])
}

test('another route of the same person cannot use it, also with the same client', async () => {
  const ssh = startSsh(gateway.sshPort, ['-T', '-R', `second:443:localhost:${upstream.port}`, 'localhost'], {
    key: tunnel.key,
  })
  const url = await ssh.see(/(http:\/\/localhost:\d+\/second-[a-z0-9-]+\/mcp)/)
  const token = await tokenOfSameClient(tunnel.browser, url)
  const before = upstream.seen.length

  const response = await post(url, PING, { authorization: `Bearer ${token}`, 'mcp-session-id': session })

  expect(response.status).toBe(404)
  expect(upstream.seen.length).toBe(before)
  await ssh.kill()
})

test('another user of the same route cannot use it, nor end it, nor listen to it', async () => {
  const ssh = startSsh(gateway.sshPort, ['-T', '-R', 'shared:443:localhost:' + upstream.port, 'localhost'], {
    key: tunnel.key,
  })
  const url = await ssh.see(/(http:\/\/localhost:\d+\/shared\/mcp)/)
  const ann = await tokenOfSameClient(tunnel.browser, url)
  const mallory = await tokenOfSameClient(other.browser, url)
  const begun = await post(url, INITIALIZE, { authorization: `Bearer ${ann}` })
  const shared = begun.headers.get('mcp-session-id') ?? ''
  await begun.text()
  const before = upstream.seen.length
  const headers = { authorization: `Bearer ${mallory}`, 'mcp-session-id': shared }

  const answers = [
    await post(url, PING, headers),
    await fetch(url, { headers: { ...headers, accept: 'text/event-stream' } }),
    await fetch(url, { method: 'DELETE', headers }),
  ]

  expect(answers.map((answer) => answer.status)).toEqual([404, 404, 404])
  expect(upstream.seen.length).toBe(before)
  const own = await post(url, PING, { authorization: `Bearer ${ann}`, 'mcp-session-id': shared })
  expect(own.status).toBe(200)
  await ssh.kill()
})

test('a modern message does not smuggle a bare session id past the seal', async () => {
  const modern = PING.replace(
    '"ping"',
    '"ping","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28"}}',
  )

  await post(tunnel.url, modern, { ...tunnel.bearer, 'mcp-session-id': 'upstream-session-1' })

  expect(upstream.seen.at(-1)?.body).toBe(modern)
  expect(upstream.seen.at(-1)?.headers['mcp-session-id']).toBeUndefined()
})

test('a session outlives a restart of the gateway', async () => {
  await gateway.restart()
  const ssh = startSsh(gateway.sshPort, ['-T', '-R', '0', 'localhost', `port=${upstream.port}`], { key: tunnel.key })
  await ssh.see(MCP_URL)

  const response = await post(tunnel.url, PING, { ...tunnel.bearer, 'mcp-session-id': session })

  expect(response.status).toBe(200)
  expect(upstream.seen.at(-1)?.headers['mcp-session-id']).toBe('upstream-session-1')
  await ssh.kill()
})
