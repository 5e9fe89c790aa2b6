import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'

import { ScriptedBrowser } from './support/browser.ts'
import { startGateway, type TestGateway } from './support/gateway.ts'
import { obtainTokens, post, REDIRECT } from './support/oauth.ts'
import { signUp } from './support/people.ts'
import { openTunnel } from './support/tunnel.ts'
import { startUpstream, type RecordingUpstream } from './support/upstream.ts'

const CALL = '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"read"}}'
const POLICY = 'policy: [{ allow: { and: [{ authenticated_user: true }] } }]'
let gateway: TestGateway
let upstream: RecordingUpstream
let browser: ScriptedBrowser

beforeAll(async () => {
  upstream = await startUpstream()
  const to = `to: http://127.0.0.1:${upstream.port}`
  gateway = await startGateway({
    config: `
tunnels: { pass_identity_headers: true }
routes:
  - { from: http://localhost:PORT/asserted, ${to}, pass_identity_headers: true, ${POLICY} }
  - { from: http://localhost:PORT/plain, ${to}, ${POLICY} }
  - { from: http://localhost:PORT/public, ${to}, pass_identity_headers: true, policy: [{ allow: { and: [{ accept: true }] } }] }
  - from: http://localhost:PORT/keyed
    ${to}
    ${POLICY}
    set_request_headers:
      X-Api-Key: { file: key.txt }
      Authorization: { env: UPSTREAM_AUTHORIZATION }
      X-Plain: some text
`,
    files: { 'key.txt': 'key-from-a-file\n' },
    env: { UPSTREAM_AUTHORIZATION: 'Basic key-from-the-environment', SALLYPORT_LOG: 'debug' },
  })
  browser = new ScriptedBrowser({ stopAt: [REDIRECT] })
  await signUp(gateway.url, browser, 'ann@example.com')
})

afterAll(async () => {
  for (const open of [upstream, gateway]) await open?.[Symbol.asyncDispose]()
})

beforeEach(() => void upstream.seen.splice(0))

async function call(
  route: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<NonNullable<(typeof upstream.seen)[0]>> {
  const url = `${gateway.url}/${route}/mcp`
  const { access_token: token } = await obtainTokens(gateway.url, browser, url)
  const answer = await post(url, CALL, { ...headers, authorization: `Bearer ${token}` })
  const [seen] = upstream.seen
  if (seen === undefined) throw new Error(`Nothing arrived: ${answer.status} ${await answer.text()}`)
  return seen
}

const keysAt = (path: string) => createRemoteJWKSet(new URL(path, gateway.url))

test('an upstream verifies who calls by the keys that the gateway publishes, under both names', async () => {
  const { headers } = await call('asserted')

  const own = await jwtVerify(String(headers['x-sallyport-assertion']), keysAt('/.well-known/sallyport/jwks.json'), {
    issuer: gateway.url,
    audience: `${gateway.url}/asserted`,
    typ: 'sallyport-assertion+jwt',
    algorithms: ['ES256'],
    maxTokenAge: '5 min',
  })
  const host = `localhost:${gateway.httpPort}/asserted`
  const pomerium = await jwtVerify(
    String(headers['x-pomerium-jwt-assertion']),
    keysAt('/.well-known/pomerium/jwks.json'),
    { issuer: host, audience: host, algorithms: ['ES256'] },
  )
  expect(own.payload).toMatchObject({ email: 'ann@example.com', email_verified: false, groups: [] })
  expect((own.payload.exp ?? 0) - (own.payload.nbf ?? 0)).toBeLessThanOrEqual(300)
  expect(pomerium.payload.sub).toBe(own.payload.sub)
  expect(headers.authorization).toBeUndefined()
})

test('a personal tunnel gets assertions where the configuration says so', async () => {
  await using tunnel = await openTunnel(gateway, { email: 'bob@example.com', port: upstream.port })

  await post(tunnel.url, CALL, tunnel.bearer)

  const assertion = decodeJwt(String(upstream.seen[0]?.headers['x-sallyport-assertion']))
  expect(assertion).toMatchObject({ email: 'bob@example.com', aud: `${gateway.url}/${tunnel.route}` })
})

test('nobody is asserted of a call without a token', async () => {
  await post(`${gateway.url}/public/mcp`, CALL)

  expect(upstream.seen).toHaveLength(1)
  expect(upstream.seen[0]?.headers).not.toHaveProperty('x-sallyport-assertion')
})

// A client plants an assertion of somebody else: on a route that passes none, in front of ours, in another spelling.
test.each(['asserted', 'plain', 'public'])('what a client plants never reaches the upstream (%s)', async (route) => {
  const planted = {
    'X-Sallyport-Assertion': 'planted',
    'x-pomerium-jwt-assertion': 'planted',
    'X-POMERIUM-CLAIM-EMAIL': 'planted',
    'x-sallyport-anything': 'planted',
  }

  const { rawHeaders } = await call(route, planted)

  expect(rawHeaders).not.toContain('planted')
})

test('a spelling with underscores does not get in at all', async () => {
  const answer = await post(`${gateway.url}/public/mcp`, CALL, { x_sallyport_assertion: 'planted' })

  expect(answer.status).toBe(400)
  expect(upstream.seen).toHaveLength(0)
})

test('headers of the operator arrive once each, in the place of what the client sent', async () => {
  const { headers, rawHeaders } = await call('keyed', { 'x-api-key': 'planted', 'X-Plain': 'planted' })

  expect(headers).toMatchObject({
    'x-api-key': 'key-from-a-file',
    authorization: 'Basic key-from-the-environment',
    'x-plain': 'some text',
  })
  expect(rawHeaders.filter((name) => name.toLowerCase() === 'authorization')).toHaveLength(1)
  expect(rawHeaders).not.toContain('planted')
})

test('secrets for upstreams are in no log, no answer and no status', async () => {
  await call('keyed')

  const said = [gateway.output(), (await gateway.command('status')).stdout, (await gateway.command('grants')).stdout]
  const checked = await gateway.command('check', `${gateway.dataFolder}/../sallyport.yaml`)
  for (const text of [...said, checked.stdout, checked.stderr]) {
    expect(text).not.toMatch(/key-from-a-file|key-from-the-environment/)
  }
  expect(gateway.output()).toContain('call.decided')
})

test('after a rotation the new key signs and is published; assertions of the old one still verify', async () => {
  const before = String((await call('asserted')).headers['x-sallyport-assertion'])
  upstream.seen.splice(0)

  await gateway.command('keys', 'rotate')
  const after = String((await call('asserted')).headers['x-sallyport-assertion'])

  const keys = keysAt('/.well-known/sallyport/jwks.json')
  const [old, fresh] = [await jwtVerify(before, keys), await jwtVerify(after, keys)]
  expect(fresh.protectedHeader.kid).not.toBe(old.protectedHeader.kid)
})

test('an assertion is no access token here', async () => {
  const assertion = String((await call('asserted')).headers['x-sallyport-assertion'])

  const answer = await post(`${gateway.url}/asserted/mcp`, CALL, { authorization: `Bearer ${assertion}` })

  expect(answer.status).toBe(401)
})
