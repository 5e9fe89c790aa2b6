/** The other ways to a token, through a real gateway and Envoy: machine, device, step-up, and tokens bound to a key. */
import { createHash, randomUUID } from 'node:crypto'

import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK } from 'jose'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'

import { ScriptedBrowser } from './support/browser.ts'
import { startGateway, type TestGateway } from './support/gateway.ts'
import { authorizeClient, post, postToken, REDIRECT, registerClient } from './support/oauth.ts'
import { signUp } from './support/people.ts'
import { startUpstream, type RecordingUpstream } from './support/upstream.ts'

const DEVICE_CODE = 'urn:ietf:params:oauth:grant-type:device_code'

let gateway: TestGateway
let upstream: RecordingUpstream
let browser: ScriptedBrowser
let team: string

beforeAll(async () => {
  upstream = await startUpstream()
  gateway = await startGateway({
    env: { CI_SECRET: 'the secret of ci' },
    config: `
oauth:
  clients:
    - { client_id: ci-bot, client_secret_env: CI_SECRET }
routes:
  - from: http://localhost:PORT/team
    to: http://127.0.0.1:${upstream.port}
    policy:
      - allow: { and: [{ email: ann@example.com }, { mcp_tool: read }] }
      - allow: { and: [{ email: ann@example.com }, { mcp_tool: write }, { oauth_scope: "team:write" }] }
      - allow: { and: [{ user: ci-bot }, { oauth_client: ci-bot }] }
`,
  })
  team = `${gateway.url}/team/mcp`
  browser = new ScriptedBrowser({ stopAt: [REDIRECT] })
  await signUp(gateway.url, browser, 'ann@example.com')
})
afterAll(async () => {
  for (const open of [upstream, gateway]) await open?.[Symbol.asyncDispose]()
})
beforeEach(() => {
  upstream.seen.length = 0
})

const callTool = (name: string): string =>
  JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: {} } })
const bearer = (token: unknown): Record<string, string> => ({ authorization: `Bearer ${String(token)}` })

async function signIn(extra: Record<string, string> = {}, headers: Record<string, string> = {}) {
  const clientId = String((await registerClient(gateway.url)).body['client_id'])
  const back = await authorizeClient(gateway.url, browser, { clientId, resource: team, ...extra })
  const form = {
    grant_type: 'authorization_code',
    code: back.searchParams.get('code') ?? '',
    redirect_uri: REDIRECT,
    client_id: clientId,
    code_verifier: back.verifier,
  }
  const response = await fetch(`${gateway.url}/oauth/token`, {
    method: 'POST',
    body: new URLSearchParams(form),
    headers,
  })
  return { clientId, form, response, body: (await response.json()) as Record<string, unknown> }
}

test('a machine of the configuration calls with a token of its own', async () => {
  const response = await fetch(`${gateway.url}/oauth/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa('ci-bot:the+secret+of+ci')}` },
    body: new URLSearchParams({ grant_type: 'client_credentials', resource: team }),
  })
  const body = (await response.json()) as Record<string, unknown>

  expect(body).toMatchObject({ token_type: 'Bearer' })
  expect((await post(team, callTool('anything'), bearer(body['access_token']))).status).toBe(200)
  expect(upstream.seen).toHaveLength(1)
})

test('a tool that needs another scope is answered with a step-up, and the re-authorised token works', async () => {
  const { body } = await signIn()
  expect((await post(team, callTool('read'), bearer(body['access_token']))).status).toBe(200)

  const refused = await post(team, callTool('write'), bearer(body['access_token']))

  expect(refused.status).toBe(403)
  const challenge = refused.headers.get('www-authenticate') ?? ''
  expect(challenge).toMatch(/^Bearer error="insufficient_scope"/)
  expect(challenge).toContain('scope="mcp team:write"')
  expect(challenge).toContain(`resource_metadata="${gateway.url}/.well-known/oauth-protected-resource/team/mcp"`)
  expect(upstream.seen).toHaveLength(1)

  const wider = await signIn({ scope: 'mcp team:write' })
  expect(wider.body['scope']).toBe('mcp team:write')
  expect((await post(team, callTool('write'), bearer(wider.body['access_token']))).status).toBe(200)
})

test('a tool that no scope opens is denied without a step-up', async () => {
  const { body } = await signIn()

  const answer = await post(team, callTool('delete_all'), bearer(body['access_token']))

  expect(answer.status).toBe(200)
  expect(await answer.json()).toMatchObject({ error: { code: -32060 } })
})

test('a device shows a code, the person reads it off and allows it, the device calls', async () => {
  const client = await registerClient(gateway.url, { redirect_uris: undefined, grant_types: [DEVICE_CODE] })
  const clientId = String(client.body['client_id'])
  const begun = (await (
    await fetch(`${gateway.url}/oauth/device-authorization`, {
      method: 'POST',
      body: new URLSearchParams({ client_id: clientId, resource: team }),
    })
  ).json()) as Record<string, string>

  const form = await browser.open(begun['verification_uri_complete'] ?? '')
  const question = await browser.submit(form, 'Continue')
  expect(question.html).toContain(begun['user_code'])
  expect(question.html).toContain(team)
  expect(question.html).toContain('ann@example.com')
  const done = await browser.submit(question, 'Allow')
  expect(done.html).toContain('Go back to your device')

  const { body } = await postToken(gateway.url, {
    grant_type: DEVICE_CODE,
    device_code: begun['device_code'] ?? '',
    client_id: clientId,
  })
  expect((await post(team, callTool('read'), bearer(body['access_token']))).status).toBe(200)
})

interface Holder {
  readonly key: CryptoKey
  readonly jwk: JWK
}
async function newHolder(): Promise<Holder> {
  const pair = await generateKeyPair('ES256', { extractable: true })
  return { key: pair.privateKey, jwk: await exportJWK(pair.publicKey) }
}
const prove = (holder: Holder, htu: string, claims: Record<string, unknown> = {}): Promise<string> =>
  new SignJWT({ htm: 'POST', htu, jti: randomUUID(), ...claims })
    .setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk: holder.jwk })
    .setIssuedAt()
    .sign(holder.key)

test('a token bound to a key works with proofs of that key only, each of them once (RFC 9449)', async () => {
  const holder = await newHolder()
  const endpoint = `${gateway.url}/oauth/token`
  const { response: unnonced } = await signIn({}, { dpop: await prove(holder, endpoint) })
  const nonceOfServer = unnonced.headers.get('dpop-nonce') ?? ''
  const proof = await prove(holder, endpoint, { nonce: nonceOfServer })
  const { body } = await signIn({}, { dpop: proof })
  expect(body['token_type']).toBe('DPoP')
  const token = String(body['access_token'])
  const ath = createHash('sha256').update(token).digest('base64url')

  const asBearer = await post(team, callTool('read'), bearer(token))
  const first = await post(team, callTool('read'), {
    authorization: `DPoP ${token}`,
    dpop: await prove(holder, team, { ath }),
  })
  const nonce = first.headers.get('dpop-nonce') ?? ''
  const good = await prove(holder, team, { ath, nonce })
  const served = await post(team, callTool('read'), { authorization: `DPoP ${token}`, dpop: good })
  const replayed = await post(team, callTool('read'), { authorization: `DPoP ${token}`, dpop: good })
  const thief = await newHolder()
  const stolen = await post(team, callTool('read'), {
    authorization: `DPoP ${token}`,
    dpop: await prove(thief, team, { ath, nonce }),
  })

  expect(asBearer.status).toBe(401)
  expect(first.status).toBe(401)
  expect(first.headers.get('www-authenticate')).toMatch(/^Bearer .*, DPoP error="use_dpop_nonce", algs="ES256 EdDSA"$/)
  expect(served.status).toBe(200)
  expect([replayed.status, stolen.status]).toEqual([401, 401])
  expect(upstream.seen).toHaveLength(1)
  expect(upstream.seen[0]?.headers).not.toHaveProperty('dpop')

  // Mallory keeps the proof until the gateway, which remembers in memory what it has seen, was restarted.
  await gateway.restart()
  const replayedLater = await post(team, callTool('read'), { authorization: `DPoP ${token}`, dpop: good })
  const honest = await post(team, callTool('read'), {
    authorization: `DPoP ${token}`,
    dpop: await prove(holder, team, { ath, nonce: replayedLater.headers.get('dpop-nonce') ?? '' }),
  })

  expect(replayedLater.status).toBe(401)
  expect(replayedLater.headers.get('www-authenticate')).toContain('error="use_dpop_nonce"')
  expect(honest.status).toBe(200)
})
