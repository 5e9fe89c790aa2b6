/**
 * Anybody may register a client, so everything in a registration is Mallory's. She wants codes to travel where she can
 * read them, a consent page that lies about her, or a consent that was never asked.
 */
import { createHash, randomBytes } from 'node:crypto'

import { afterAll, beforeAll, expect, test } from 'vitest'

import { startGateway, type TestGateway } from '../support/gateway.ts'
import { authorizeClient, postToken, REDIRECT, registerClient } from '../support/oauth.ts'
import { openTunnel, type OpenTunnel } from '../support/tunnel.ts'
import { startUpstream, type RecordingUpstream } from '../support/upstream.ts'

let gateway: TestGateway
let upstream: RecordingUpstream
let tunnel: OpenTunnel

beforeAll(async () => {
  gateway = await startGateway()
  upstream = await startUpstream()
  tunnel = await openTunnel(gateway, { email: 'ann@example.com', port: upstream.port })
})

afterAll(async () => {
  for (const open of [tunnel, upstream, gateway]) await open?.[Symbol.asyncDispose]()
})

async function authorize(parameters: Readonly<Record<string, string>>) {
  const url = new URL('/oauth/authorize', gateway.url)
  const challenge = createHash('sha256').update(randomBytes(32)).digest('base64url')
  url.search = new URLSearchParams({
    response_type: 'code',
    redirect_uri: REDIRECT,
    resource: tunnel.url,
    code_challenge: challenge,
    code_challenge_method: 'S256',
    ...parameters,
  }).toString()
  return tunnel.browser.open(url.href)
}

const register = async (): Promise<string> => String((await registerClient(gateway.url)).body['client_id'])

test.each([
  'http://evil.example.com/cb',
  'javascript:alert(1)',
  'data:text/html,x',
  'file:///etc/passwd',
  'http://localhost.evil.example.com/cb',
  'not a url',
])('a redirect to %s is not registered', async (redirect) => {
  const { status } = await registerClient(gateway.url, { redirect_uris: [redirect] })

  expect(status).toBe(400)
})

test('the body that a real client sends, with nulls and foreign grants, is registered with 201', async () => {
  const { status, body } = await registerClient(gateway.url, {
    client_uri: null,
    logo_uri: '',
    scope: 'openid profile mcp:tools',
    grant_types: ['authorization_code', 'refresh_token', 'implicit', 'client_credentials'],
    redirect_uris: [
      'cursor://anysphere.cursor-mcp/oauth/callback',
      'http://localhost:8787/callback',
      'https://www.cursor.com/agents/mcp/oauth/callback',
    ],
  })

  expect(status).toBe(201)
  expect(body).toMatchObject({ client_id: expect.any(String), grant_types: ['authorization_code', 'refresh_token'] })
  expect(Object.values(body)).not.toContain(null)
})

test('consent is asked for every authorization, whatever sessions exist', async () => {
  const clientId = await register()
  for (let time = 0; time < 2; time += 1) {
    const page = await authorize({ client_id: clientId, state: String(time) })
    expect(page.html).toContain('Connect a client?')
    expect(page.html).toContain('127.0.0.1:9')
    expect(page.html).toContain('unverified name')
    await tunnel.browser.submit(page, 'Allow')
  }
})

test('a client’s name cannot bring markup into the consent page', async () => {
  const { body } = await registerClient(gateway.url, { client_name: '<script>alert(1)</script><h1>Your bank</h1>' })

  const page = await authorize({ client_id: String(body['client_id']) })

  expect(page.html).not.toContain('<script>')
  expect(page.html).toContain('&#60;script&#62;')
  expect(page.headers.get('content-security-policy')).toMatch(/default-src 'none'.*frame-ancestors 'none'/)
})

test('Cancel tells the client so, with iss and state', async () => {
  const clientId = await register()

  const back = await authorizeClient(gateway.url, tunnel.browser, { clientId, resource: tunnel.url, answer: 'Cancel' })

  expect(Object.fromEntries(back.searchParams)).toMatchObject({
    error: 'access_denied',
    state: 'state-1',
    iss: gateway.url,
  })
})

test.each([
  ['without PKCE', { code_challenge: '', code_challenge_method: '' }],
  ['with plain PKCE', { code_challenge: 'x'.repeat(43), code_challenge_method: 'plain' }],
  ['for a resource of somebody else', { resource: 'https://api.example.com/mcp' }],
  ['for the same path on another host', { resource: 'https://api.example.com/ROUTE/mcp' }],
  ['for a tunnel that does not exist', { resource: 'RESOURCE/no-such-tunnel-0000/mcp' }],
  ['for the gateway itself', { resource: 'RESOURCE' }],
  ['for an implicit token', { response_type: 'token' }],
])('an authorization %s is an error at the client, not a code', async (_what, parameters) => {
  const clientId = await register()
  const entries = Object.entries(parameters).map(([name, value]) => [
    name,
    value.replace('RESOURCE', gateway.url).replace('ROUTE', tunnel.route),
  ])

  const page = await authorize({ client_id: clientId, ...(Object.fromEntries(entries) as Record<string, string>) })

  expect(page.url.startsWith(REDIRECT)).toBe(true)
  expect(page.url).toMatch(/[?#&]error=\w+/)
  expect(page.url).not.toMatch(/[?#&](?:code|access_token)=/)
})

test.each([
  ['an unregistered redirect', { redirect_uri: 'http://127.0.0.1:9/other' }],
  ['an unknown client', { client_id: 'nobody' }],
])('%s is shown to the person and redirected nowhere', async (_what, parameters) => {
  const page = await authorize({ client_id: await register(), ...parameters })

  expect(page.status).toBe(400)
  expect(page.url.startsWith(`${gateway.url}/oauth/authorize`)).toBe(true)
})

test.each([
  ['another verifier', { code_verifier: 'x'.repeat(43) }],
  ['an empty verifier', { code_verifier: '' }],
  ['another redirect', { redirect_uri: 'http://127.0.0.1:9/other' }],
  ['another resource', { resource: 'https://api.example.com/mcp' }],
])('a stolen code with %s is worth nothing', async (_what, change) => {
  const clientId = await register()
  const back = await authorizeClient(gateway.url, tunnel.browser, { clientId, resource: tunnel.url })

  const answer = await postToken(gateway.url, {
    grant_type: 'authorization_code',
    code: back.searchParams.get('code') ?? '',
    redirect_uri: REDIRECT,
    client_id: clientId,
    code_verifier: back.verifier,
    resource: tunnel.url,
    ...change,
  })

  expect(answer.status).toBe(400)
})

test('a stolen code is worth nothing to another client', async () => {
  const back = await authorizeClient(gateway.url, tunnel.browser, { clientId: await register(), resource: tunnel.url })

  const answer = await postToken(gateway.url, {
    grant_type: 'authorization_code',
    code: back.searchParams.get('code') ?? '',
    redirect_uri: REDIRECT,
    client_id: await register(),
    code_verifier: back.verifier,
  })

  expect(answer).toMatchObject({ status: 400, body: { error: 'invalid_grant' } })
})
