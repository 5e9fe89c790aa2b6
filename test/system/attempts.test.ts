/** Why did it not connect: what the gateway saw of a client's way in, and what `sallyport doctor` finds from outside. */
import { afterAll, beforeAll, expect, test } from 'vitest'

import { ScriptedBrowser } from './support/browser.ts'
import { startGateway, type TestGateway } from './support/gateway.ts'
import { obtainTokens, post, postToken, REDIRECT, registerClient } from './support/oauth.ts'
import { signUp } from './support/people.ts'
import { freePort } from './support/ports.ts'
import { openTunnel, type OpenTunnel } from './support/tunnel.ts'
import { startUpstream, type RecordingUpstream } from './support/upstream.ts'

const PING = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping' })

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

interface Summary {
  readonly reference: string
  readonly client: string
  readonly stoppedAt?: string
  readonly cause: string
  readonly seen: readonly { readonly step: string; readonly outcome: string }[]
}
const attempt = async (reference: string): Promise<Summary> =>
  JSON.parse((await gateway.command('attempts', reference)).stdout) as Summary
const challenged = async (headers: Record<string, string> = {}): Promise<string> => {
  const response = await post(tunnel.url, PING, headers)
  expect(response.status).toBe(401)
  return ((await response.json()) as { reference: string }).reference
}
const metadata = async (): Promise<void> => {
  await fetch(tunnel.url.replace(/(:\d+)(\/.*)/, '$1/.well-known/oauth-protected-resource$2'))
  await fetch(`${gateway.url}/.well-known/oauth-authorization-server`)
}

test('a client that gets through is one attempt from the first 401 to the first call', async () => {
  const reference = await challenged()
  await metadata()
  const tokens = await obtainTokens(gateway.url, tunnel.browser, tunnel.url)
  await post(tunnel.url, PING, { authorization: `Bearer ${tokens.access_token}` })

  const { seen, cause, client } = await attempt(reference)

  expect(new Set(seen.map(({ step }) => step))).toEqual(
    new Set([
      'challenge',
      'resource_metadata',
      'server_metadata',
      'registration',
      'authorize',
      'sign_in',
      'consent',
      'token',
      'call',
    ]),
  )
  expect(cause).toBe('The client is connected.')
  expect(client).toMatch(/^Test client/)
})

test('a refused token request carries the reference, and the page says which step failed and why', async () => {
  await challenged()
  await metadata()
  const clientId = String((await registerClient(gateway.url)).body['client_id'])
  const form = { grant_type: 'authorization_code', code: 'spc_wrong', redirect_uri: REDIRECT, client_id: clientId }
  const { body } = await postToken(gateway.url, { ...form, code_verifier: 'v'.repeat(43) })

  const reference = /\(reference ([A-Z2-9-]+)\)/.exec(String(body['error_description']))?.[1] ?? ''
  const page = await tunnel.browser.open(`${gateway.url}/attempts/${reference}`)

  expect(page.status).toBe(200)
  expect(page.html).toContain('Where it stopped')
  expect(page.html).toContain('invalid_grant')
  expect(page.html).toContain(tunnel.url)
  const list = await tunnel.browser.open(`${gateway.url}/attempts`)
  expect(list.html).toContain(`/attempts/${reference}`)
})

test('a client that asks for another resource than it calls is told so in those words', async () => {
  await challenged()
  await metadata()
  const elsewhere = tunnel.url.replace(/mcp$/, 'other')
  const tokens = await obtainTokens(gateway.url, tunnel.browser, elsewhere)

  const reference = await challenged({ authorization: `Bearer ${tokens.access_token}` })

  expect((await attempt(reference)).cause).toBe(
    `The client asked for a token for ${elsewhere}, but uses it at ${tunnel.url}.`,
  )
})

test.each([
  ['a token of somebody else', 'Bearer abc', /did not issue/],
  ['a fixed header', 'Basic eDp5', /did not issue/],
])('%s is recognised as such', async (_what, authorization, cause) => {
  expect((await attempt(await challenged({ authorization }))).cause).toMatch(cause)
})

test('a page of somebody else’s attempt does not exist', async () => {
  const reference = await challenged()
  await metadata()
  await obtainTokens(gateway.url, tunnel.browser, tunnel.url)
  const stranger = new ScriptedBrowser()
  await signUp(gateway.url, stranger, 'mallory@example.com')

  const page = await stranger.open(`${gateway.url}/attempts/${reference}`)
  const list = await stranger.open(`${gateway.url}/attempts`)

  expect(page.status).toBe(404)
  expect(page.html).not.toContain(tunnel.route)
  expect(list.html).not.toContain(reference)
})

test('a 2025-03-26 client, which knows no "resource", gets the one at which it was turned away', async () => {
  await challenged()
  await metadata()
  const clientId = String((await registerClient(gateway.url)).body['client_id'])
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: clientId,
    redirect_uri: REDIRECT,
    code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    code_challenge_method: 'S256',
  })

  const consent = await tunnel.browser.open(`${gateway.url}/oauth/authorize?${query.toString()}`)
  const back = new URL((await tunnel.browser.submit(consent, 'Allow')).url)
  const { body } = await postToken(gateway.url, {
    grant_type: 'authorization_code',
    code: back.searchParams.get('code') ?? '',
    redirect_uri: REDIRECT,
    client_id: clientId,
    code_verifier: 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk',
  })

  expect(consent.html).toContain(tunnel.url)
  const answer = await post(tunnel.url, PING, { authorization: `Bearer ${String(body['access_token'])}` })
  expect(answer.status).toBe(200)
})

test('doctor finds nothing wrong with a tunnel of this gateway, and says what is wrong elsewhere', async () => {
  const good = await gateway.command('doctor', tunnel.url)
  const json = await gateway.command('doctor', tunnel.url, '--json')
  const wrongPath = await gateway.command('doctor', `${gateway.url}/nobody-here-0000/mcp`)
  const port = await freePort()
  const nobody = await gateway.command('doctor', `http://127.0.0.1:${port}/mcp`)
  const noUrl = await gateway.command('doctor', 'nonsense')

  expect(good.stdout).toContain('Clients can get as far as the sign-in.')
  expect(good.stdout).not.toMatch(/^[!✗]/m)
  expect(JSON.parse(json.stdout)).toMatchObject({ url: tunnel.url, reached: true })
  expect(wrongPath.stdout).toContain('404')
  expect(nobody.stdout).toContain(`nothing listens at 127.0.0.1:${port}`)
  expect([good, json, wrongPath, nobody, noUrl].map(({ code }) => code)).toEqual([0, 0, 1, 4, 2])
})
