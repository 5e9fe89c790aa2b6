import { expect, test } from 'vitest'

import {
  CALLBACK,
  DOCUMENT,
  ISSUER,
  METADATA,
  PRM,
  SECRETS,
  URL_THERE,
  World,
  answered,
  metadata,
  prepared,
  resource,
} from '../../test/oauth/upstream-world.ts'
import { Secret } from '../kernel/secret.ts'

test('discovery goes from the server to its metadata to its authorization server', async () => {
  const world = new World()

  const found = await world.open().find()

  expect(found).toEqual({ ok: true, value: { issuer: ISSUER, leadsTo: ISSUER } })
  expect(world.urls()).toEqual([URL_THERE, `${PRM}/mcp`, METADATA])
})

test('a challenge that points to metadata is followed, and to no other', async () => {
  const world = new World()
  const pointed = 'https://mcp.example/metadata'
  const challenge = `Bearer resource_metadata="${pointed}", scope="c"`
  world.pages[URL_THERE] = { status: 401, headers: { 'www-authenticate': challenge } }
  const oauth = world.open()
  expect((await oauth.find()).ok).toBe(false)
  world.pages[pointed] = { body: resource }

  const request = await prepared(oauth)

  expect(request.scope).toBe('c')
  expect(world.urls()).not.toContain(`${PRM}/mcp`)
})

test('without metadata for the path, that of the root counts', async () => {
  const world = new World()
  world.pages[`${PRM}/mcp`] = { status: 404 }
  world.pages[PRM] = { body: { ...resource, resource: 'https://mcp.example' } }

  expect((await prepared(world.open())).resource).toBe('https://mcp.example')
})

test.each([
  ['without PKCE', { code_challenge_methods_supported: undefined }, 'misconfigured'],
  ['with plain PKCE alone', { code_challenge_methods_supported: ['plain'] }, 'misconfigured'],
  ['under another name', { issuer: 'https://as.example/' }, 'untrusted'],
  ['without a token endpoint', { token_endpoint: undefined }, 'misconfigured'],
  ['with a plain token endpoint', { token_endpoint: 'http://as.example/token' }, 'misconfigured'],
  ['with a plain loopback endpoint', { token_endpoint: 'http://127.0.0.1/token' }, 'misconfigured'],
])('an authorization server %s is not used', async (_, over, kind) => {
  const world = new World()
  world.pages[METADATA] = { body: { ...metadata, ...over } }

  expect(await world.open().find()).toMatchObject({ ok: false, error: { kind } })
})

test('a server that nobody answers for is unreachable, and found once it is back', async () => {
  const world = new World()
  const oauth = world.open()
  const page = world.pages[METADATA]
  delete world.pages[METADATA]
  expect(await oauth.find()).toMatchObject({ ok: false, error: { kind: 'unreachable' } })

  world.pages[METADATA] = page ?? {}

  expect((await oauth.find()).ok).toBe(true)
})

test('what was found out is not asked for again for ten minutes', async () => {
  const world = new World()
  const oauth = world.open()
  await Promise.all([oauth.find(), oauth.find()])
  expect(world.sent).toHaveLength(3)

  world.nowMs = 10 * 60_000
  await oauth.find()

  expect(world.sent).toHaveLength(6)
})

test('we register once, with the route’s own callback', async () => {
  const world = new World()

  const request = await prepared(world.open())
  await prepared(world.open())

  expect(request.clientId).toBe('us-1')
  expect(JSON.parse(world.lastTo(`${ISSUER}/register`).body ?? '')).toMatchObject({
    redirect_uris: [CALLBACK],
    application_type: 'web',
    token_endpoint_auth_method: 'client_secret_basic',
  })
  expect(world.urls().filter((url) => url.endsWith('/register'))).toHaveLength(1)
})

test.each([
  ['for another callback', { redirectUri: 'https://old.example/upstream/callback/notes' }],
  ['whose secret has ended', { expiresAtMs: 1 }],
])('a registration %s is made anew', async (_, over) => {
  const world = new World()
  world.nowMs = 2
  const old = { id: 'old', secret: undefined, method: 'none', redirectUri: CALLBACK, expiresAtMs: undefined } as const
  world.registered.set(ISSUER, { ...old, ...over })

  expect((await prepared(world.open())).clientId).toBe('us-1')
})

test('a client document is preferred to a registration where the server takes them and can fetch ours', async () => {
  const world = new World()
  world.pages[METADATA] = { body: { ...metadata, client_id_metadata_document_supported: true } }

  expect((await prepared(world.open({}, DOCUMENT))).clientId).toBe(DOCUMENT)
  expect((await prepared(world.open({}, undefined))).clientId).toBe('us-1')
})

test('a client that the operator registered is preferred to both', async () => {
  const world = new World()
  world.pages[METADATA] = { body: { ...metadata, client_id_metadata_document_supported: true } }
  const client = { id: 'ours', secret: new Secret('hush') }

  const oauth = world.open({ client, issuer: ISSUER }, DOCUMENT)
  const request = await prepared(oauth)
  await oauth.finish(answered(), { request, secrets: SECRETS })

  expect(request.clientId).toBe('ours')
  expect(world.lastTo(`${ISSUER}/token`).headers).toMatchObject({
    authorization: `Basic ${Buffer.from('ours:hush').toString('base64')}`,
  })
})

test('a configured secret goes to no other authorization server, whatever the server says', async () => {
  const world = new World()
  world.pages[`${PRM}/mcp`] = { body: { ...resource, authorization_servers: ['https://evil.example'] } }
  const client = { id: 'ours', secret: new Secret('hush') }

  const oauth = world.open({ client, issuer: ISSUER })
  const found = await oauth.find()
  // Nor to the one of an earlier configuration, through which people are connected still.
  const refreshed = await oauth.refresh(new Secret('r'), { issuer: 'https://evil.example', resource: URL_THERE })

  expect(found).toMatchObject({ ok: false, error: { kind: 'untrusted' } })
  expect(refreshed.kind).toBe('ended')
  expect(world.urls().join()).not.toContain('evil.example')
})

test('a server that takes nobody new says so to the operator', async () => {
  const world = new World()
  world.pages[METADATA] = { body: { ...metadata, registration_endpoint: undefined } }

  expect(await world.open().prepare(undefined)).toMatchObject({ ok: false, error: { kind: 'misconfigured' } })
})

test('the sign-in asks for the resource, with PKCE, and for what calls have needed', async () => {
  const world = new World()
  world.pages[METADATA] = { body: { ...metadata, scopes_supported: ['offline_access', 'a'] } }
  const oauth = world.open()

  const url = await oauth.signInUrl(await prepared(oauth, 'a write'), SECRETS)

  expect(url.ok && Object.fromEntries(url.value.searchParams)).toMatchObject({
    response_type: 'code',
    client_id: 'us-1',
    redirect_uri: CALLBACK,
    resource: URL_THERE,
    scope: 'a b write offline_access',
    prompt: 'consent',
    state: SECRETS.state,
    code_challenge_method: 'S256',
  })
})

test('scopes of the configuration stand over those of the server', async () => {
  expect((await prepared(new World().open({ scopes: ['x'] }))).scope).toBe('x')
})

test('a code becomes tokens for the resource', async () => {
  const world = new World()
  world.nowMs = 1000
  const oauth = world.open()

  const tokens = await oauth.finish(answered(), { request: await prepared(oauth), secrets: SECRETS })

  expect(tokens).toMatchObject({ ok: true, value: { expiresAtMs: 61_000, refreshToken: undefined } })
  const body = new URLSearchParams(world.lastTo(`${ISSUER}/token`).body)
  expect(Object.fromEntries(body)).toMatchObject({
    code: 'code-1',
    resource: URL_THERE,
    code_verifier: SECRETS.verifier,
    redirect_uri: CALLBACK,
  })
})

test.each([
  ['another state', { state: 'state-2' }, 'untrusted'],
  ['another issuer', { iss: 'https://evil.example' }, 'untrusted'],
  ['a no', { error: 'access_denied', code: '' }, 'declined'],
  ['a fault of ours', { error: 'invalid_scope', code: '' }, 'misconfigured'],
])('an answer with %s brings nothing', async (_, over, kind) => {
  const world = new World()
  const oauth = world.open()

  const tokens = await oauth.finish(answered(over), { request: await prepared(oauth), secrets: SECRETS })

  expect(tokens).toMatchObject({ ok: false, error: { kind } })
  expect(world.urls()).not.toContain(`${ISSUER}/token`)
})

test.each([
  ['of another type', { access_token: 'x', token_type: 'mac' }],
  ['that would end the header', { access_token: 'x\r\nx-admin: 1', token_type: 'Bearer' }],
  ['with spaces', { access_token: 'x y', token_type: 'Bearer' }],
])('a token %s is not taken', async (_, body) => {
  const world = new World()
  world.pages[`${ISSUER}/token`] = { body }
  const oauth = world.open()

  const tokens = await oauth.finish(answered(), { request: await prepared(oauth), secrets: SECRETS })

  expect(tokens.ok).toBe(false)
})

test('a refresh asks for the same resource and brings the new tokens', async () => {
  const world = new World()
  const oauth = world.open()
  await prepared(oauth)
  world.pages[`${ISSUER}/token`] = {
    body: { access_token: 'token-2', token_type: 'bearer', refresh_token: 'refresh-2', scope: 'a' },
  }

  const outcome = await oauth.refresh(new Secret('refresh-1'), { issuer: ISSUER, resource: URL_THERE })

  expect(outcome).toMatchObject({ kind: 'refreshed', tokens: { scope: 'a', expiresAtMs: undefined } })
  expect(new URLSearchParams(world.lastTo(`${ISSUER}/token`).body).get('resource')).toBe(URL_THERE)
})

test.each([
  [400, { error: 'invalid_grant' }, 'ended'],
  [400, { error: 'invalid_request' }, 'failed'],
  [401, { error: 'invalid_client' }, 'ended'],
  [429, {}, 'failed'],
  [500, { error: 'server_error' }, 'failed'],
  [503, undefined, 'failed'],
])('a refresh that is answered with %i %o has %s', async (status, body, kind) => {
  const world = new World()
  const oauth = world.open()
  await prepared(oauth)
  world.pages[`${ISSUER}/token`] = { status, ...(body && { body }) }

  expect((await oauth.refresh(new Secret('r'), { issuer: ISSUER, resource: URL_THERE })).kind).toBe(kind)
})

test('a server that has forgotten us gets a new registration at the next sign-in', async () => {
  const world = new World()
  const oauth = world.open()
  await prepared(oauth)
  world.pages[`${ISSUER}/token`] = { status: 401, body: { error: 'invalid_client' } }
  world.pages[`${ISSUER}/register`] = { status: 201, body: { client_id: 'us-2', client_secret: 'hush' } }

  expect((await prepared(oauth)).clientId).toBe('us-2')
})

test('a server that forgets us on the way gets a new registration at the next sign-in', async () => {
  const world = new World()
  const oauth = world.open()
  const request = await prepared(oauth)
  world.pages[`${ISSUER}/token`] = { status: 401, body: { error: 'invalid_client' } }

  await oauth.finish(answered(), { request, secrets: SECRETS })

  expect(world.registered.size).toBe(0)
})

test('a server that does not answer has forgotten nobody', async () => {
  const world = new World()
  const oauth = world.open()
  await prepared(oauth)
  world.pages[`${ISSUER}/token`] = { status: 503 }

  await prepared(oauth)

  expect(world.urls().filter((url) => url.endsWith('/register'))).toHaveLength(1)
})

test('revoking tells the server of both tokens, and its failure is nobody’s', async () => {
  const world = new World()
  const oauth = world.open()
  await prepared(oauth)
  const tokens = {
    accessToken: new Secret('access'),
    refreshToken: new Secret('refresh'),
    expiresAtMs: undefined,
    scope: undefined,
  }

  await oauth.revoke(tokens, ISSUER)
  delete world.pages[`${ISSUER}/revoke`]
  await oauth.revoke(tokens, ISSUER)

  const revoked = world.sent.filter(({ url }) => url === `${ISSUER}/revoke`)
  expect(revoked.map(({ request }) => new URLSearchParams(request.body).get('token'))).toEqual([
    'refresh',
    'access',
    'refresh',
  ])
})
