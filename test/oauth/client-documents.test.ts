import { exportJWK, generateKeyPair, SignJWT, type CryptoKey } from 'jose'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'

import { openLab, pkce, signInAs, type Lab } from './lab.ts'

/** As published by Claude Code, Codex and ChatGPT, November 2026. */
const CLAUDE_CODE = 'https://claude.ai/oauth/claude-code-client-metadata'
const CHATGPT = 'https://chatgpt.com/oauth/client.json'
const JWKS = 'https://chatgpt.com/oauth/jwks.json'

let lab: Lab
let key: CryptoKey
let published: Map<string, object | string>
let fetched: string[]
beforeAll(async () => {
  const pair = await generateKeyPair('RS256')
  key = pair.privateKey
  published = new Map<string, object | string>([
    [JWKS, { keys: [{ ...(await exportJWK(pair.publicKey)), kid: 'c1' }] }],
  ])
  lab = await openLab({
    oauth: { clientIdMetadataDocuments: true },
    outbound: async (url) => {
      fetched.push(url)
      const document = published.get(url)
      if (document === undefined) throw new Error('no such host')
      const body = typeof document === 'string' ? document : JSON.stringify(document)
      return { status: 200, headers: new Headers(), body }
    },
  })
})
afterAll(() => lab[Symbol.asyncDispose]())
beforeEach(() => {
  fetched = []
})
afterEach(() => vi.useRealTimers())

test('it is advertised', async () => {
  const { body } = await lab.get('/.well-known/oauth-authorization-server')

  expect(body['client_id_metadata_document_supported']).toBe(true)
  expect(body['token_endpoint_auth_methods_supported']).toEqual(expect.arrayContaining(['none', 'private_key_jwt']))
})

test('Claude Code’s document has portless loopback redirects and no application type, and works with any port', async () => {
  published.set(CLAUDE_CODE, {
    client_id: CLAUDE_CODE,
    client_name: 'Claude Code',
    redirect_uris: ['http://localhost/callback', 'http://127.0.0.1/callback'],
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    token_endpoint_auth_method: 'none',
  })
  const redirect = 'http://localhost:3118/callback'
  const { verifier, challenge } = pkce()

  const back = await lab.authorize({
    response_type: 'code',
    client_id: CLAUDE_CODE,
    redirect_uri: redirect,
    resource: lab.resource,
    code_challenge: challenge,
    code_challenge_method: 'S256',
  })
  const { status } = await lab.post('/oauth/token', {
    grant_type: 'authorization_code',
    code: back.searchParams.get('code') ?? '',
    redirect_uri: redirect,
    client_id: CLAUDE_CODE,
    code_verifier: verifier,
  })

  expect(back.href).toMatch(/^http:\/\/localhost:3118\/callback\?code=/)
  expect(status).toBe(200)
})

test('ChatGPT proves itself with the keys that its document names', async () => {
  const redirect = 'https://chatgpt.com/connector/oauth/abc123'
  published.set(CHATGPT, {
    client_id: CHATGPT,
    client_name: 'ChatGPT',
    redirect_uris: [redirect],
    token_endpoint_auth_method: 'private_key_jwt',
    token_endpoint_auth_methods_supported: ['none', 'private_key_jwt'],
    token_endpoint_auth_signing_alg: 'RS256',
    jwks_uri: JWKS,
  })
  const prove = (): Promise<string> =>
    new SignJWT({ jti: crypto.randomUUID() })
      .setProtectedHeader({ alg: 'RS256', kid: 'c1' })
      .setIssuer(CHATGPT)
      .setSubject(CHATGPT)
      .setAudience(lab.url)
      .setIssuedAt()
      .setExpirationTime('1m')
      .sign(key)
  const proof = async (): Promise<Record<string, string>> => ({
    client_id: CHATGPT,
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: await prove(),
  })

  const tokens = await signInAs(
    lab,
    { ...(await proof()), redirect_uri: redirect },
    { authorize: { redirect_uri: redirect } },
  )
  const form = { grant_type: 'refresh_token', refresh_token: String(tokens['refresh_token']) }
  const first = await lab.post('/oauth/token', { ...form, ...(await proof()) })
  const repeated = await lab.post('/oauth/token', { ...form, ...(await proof()) })
  const unproven = await lab.post('/oauth/token', { ...form, client_id: CHATGPT })

  expect(first.status).toBe(200)
  expect(repeated.body).toEqual(first.body)
  expect(unproven.status).toBe(401)
})

const refusedFor = async (clientId: string): Promise<string> => {
  const url = new URL('/oauth/authorize', lab.url)
  url.search = new URLSearchParams({
    response_type: 'code',
    client_id: clientId,
    redirect_uri: 'https://app.example/cb',
    resource: lab.resource,
    code_challenge: pkce().challenge,
    code_challenge_method: 'S256',
  }).toString()
  const response = await fetch(url, { redirect: 'manual' })
  expect(response.headers.get('location')).toBeNull()
  return response.text()
}

const document = (id: string, extra: object = {}): object => ({
  client_id: id,
  redirect_uris: ['https://app.example/cb'],
  ...extra,
})
test.each<[string, (id: string) => object | string]>([
  ['names another client', () => document('https://app.example/other.json')],
  [
    'holds a shared secret',
    (id) => document(id, { token_endpoint_auth_method: 'client_secret_post', client_secret: 'x' }),
  ],
  ['is no JSON', () => '<html>'],
  ['is a list', () => []],
  ['is longer than 5 KB', (id) => document(id, { client_name: 'x'.repeat(6000) })],
  ['sends codes over plain HTTP', (id) => document(id, { redirect_uris: ['http://evil.example/cb'] })],
])('a document that %s makes no client', async (_what, make) => {
  const id = `https://app.example/${crypto.randomUUID()}.json`
  published.set(id, make(id))

  expect(await refusedFor(id)).toMatch(/invalid_client|invalid_redirect_uri/)
})

test('a document that cannot be fetched any more still speaks for its client for a week', async () => {
  vi.useFakeTimers({ toFake: ['Date'] })
  const id = 'https://app.example/stale.json'
  const redirect = { authorize: { redirect_uri: 'https://app.example/cb' } }
  published.set(id, document(id))
  const client = { client_id: id, redirect_uri: 'https://app.example/cb' }
  await signInAs(lab, client, redirect)
  published.delete(id)

  vi.setSystemTime(Date.now() + 6 * 24 * 60 * 60_000)
  await lab.restart()
  expect((await signInAs(lab, client, redirect))['access_token']).toBeDefined()
  vi.setSystemTime(Date.now() + 8 * 24 * 60 * 60_000)
  await lab.restart()

  await expect(signInAs(lab, client, redirect)).rejects.toThrow(/invalid_client/)
})

test('a document that could not be fetched is not asked for again at once', async () => {
  const id = 'https://app.example/gone.json'

  await refusedFor(id)
  await refusedFor(id)

  expect(fetched).toEqual([id])
})
