/** Mallory against the authorization server as a whole, through the real gateway. */
import { createHash, randomBytes } from 'node:crypto'

import { afterAll, beforeAll, expect, test } from 'vitest'

import { ScriptedBrowser, type Visited } from '../support/browser.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { localRequest } from '../support/local-request.ts'
import { authorizeClient, postToken, REDIRECT, registerClient } from '../support/oauth.ts'
import { signUp } from '../support/people.ts'

const DEVICE_CODE = 'urn:ietf:params:oauth:grant-type:device_code'

let gateway: TestGateway
let browser: ScriptedBrowser
let resource: string

beforeAll(async () => {
  gateway = await startGateway({ config: 'oauth: { client_id_metadata_documents: true }\n' })
  browser = new ScriptedBrowser({ stopAt: [REDIRECT] })
  const page = await signUp(gateway.url, browser, 'ann@example.com')
  resource = /http:\/\/localhost:\d+\/[a-z0-9-]+\/mcp/.exec(page.html)?.[0] ?? ''
})
afterAll(() => gateway?.[Symbol.asyncDispose]())

const register = async (): Promise<string> => String((await registerClient(gateway.url)).body['client_id'])

function authorize(parameters: Readonly<Record<string, string | undefined>>): Promise<Visited> {
  const url = new URL('/oauth/authorize', gateway.url)
  const given = {
    response_type: 'code',
    redirect_uri: REDIRECT,
    resource,
    code_challenge: createHash('sha256').update(randomBytes(32)).digest('base64url'),
    code_challenge_method: 'S256',
    ...parameters,
  }
  for (const [name, value] of Object.entries(given)) if (value !== undefined) url.searchParams.set(name, value)
  return browser.open(url.href)
}

/** She takes the proof away, or makes it one that she can see: a code that she steals would then be worth something. */
test.each([
  ['no challenge', { code_challenge: undefined, code_challenge_method: undefined }],
  ['an empty challenge', { code_challenge: '' }],
  ['the plain method', { code_challenge: 'x'.repeat(43), code_challenge_method: 'plain' }],
  ['no method, which would mean plain', { code_challenge: 'x'.repeat(43), code_challenge_method: undefined }],
  ['a challenge that is no hash', { code_challenge: 'short' }],
])('an authorization with %s is refused, and says who refuses', async (_what, parameters) => {
  const back = await authorize({ client_id: await register(), state: 's', ...parameters })

  const { searchParams } = new URL(back.url)
  expect(searchParams.get('error')).toBe('invalid_request')
  expect(searchParams.get('code')).toBeNull()
  // Mix-up: a client with several servers must be able to tell whose answer this is (RFC 9207), errors too.
  expect(searchParams.get('iss')).toBe(gateway.url)
})

/** She has the code of somebody's client, but not its verifier. */
test.each(['', 'x', 'v'.repeat(43)])(
  'a code with the verifier "%s" gives nothing, and is not lost to its owner',
  async (verifier) => {
    const clientId = await register()
    const back = await authorizeClient(gateway.url, browser, { clientId, resource })
    const form = {
      grant_type: 'authorization_code',
      code: back.searchParams.get('code') ?? '',
      redirect_uri: REDIRECT,
      client_id: clientId,
    }

    const stolen = await postToken(gateway.url, { ...form, code_verifier: verifier })
    const owned = await postToken(gateway.url, { ...form, code_verifier: back.verifier })

    expect(stolen.status).toBe(400)
    expect(owned.status).toBe(200)
  },
)

/** Her client's document lies where only this server can look: the cloud's metadata service, this computer, the intranet. */
test.each([
  'https://169.254.169.254/client.json',
  'https://[::ffff:127.0.0.1]/client.json',
  'https://[64:ff9b::7f00:1]/client.json',
  'https://localhost/client.json',
  'https://localhost.localdomain:1/client.json',
  'https://0x7f.1/client.json',
])('a client document at %s is not fetched', async (clientId) => {
  const page = await authorize({ client_id: clientId, redirect_uri: 'https://evil.example/cb' })

  expect(page.status).toBe(400)
  expect(page.html).toContain('invalid_client')
})

/** She wants her page to get the code: no answer may go to an address that the client has not registered. */
test.each([
  'https://evil.example/cb',
  `${REDIRECT}.evil.example`,
  `${REDIRECT}@evil.example/`,
  `http://evil.example/${REDIRECT}`,
  `${REDIRECT}?next=https://evil.example`,
  'http://localhost:9/callback',
])('the redirect %s leads nowhere', async (redirect) => {
  const page = await authorize({ client_id: await register(), redirect_uri: redirect })

  expect(page.status).toBe(400)
  expect(page.url).toContain(`${gateway.url}/oauth/authorize`)
  expect(page.html).toContain('invalid_redirect_uri')
})

/** She starts a device flow on her own machine and sends Ann the link: Ann must see whom she lets in, and where from. */
test('a link to a device’s question decides nothing by itself, and shows what is approved', async () => {
  const client = await registerClient(gateway.url, { redirect_uris: undefined, grant_types: [DEVICE_CODE] })
  const form = { client_id: String(client.body['client_id']), resource }
  const begun = await fetch(`${gateway.url}/oauth/device-authorization`, {
    method: 'POST',
    body: new URLSearchParams(form),
  })
  const device = (await begun.json()) as Record<string, string>
  const poll = () =>
    postToken(gateway.url, {
      grant_type: DEVICE_CODE,
      device_code: device['device_code'] ?? '',
      client_id: form.client_id,
    })

  const opened = await browser.open(device['verification_uri_complete'] ?? '')
  expect((await poll()).body).toMatchObject({ error: 'authorization_pending' })
  const question = await browser.submit(opened, 'Continue')
  expect((await poll()).body).toMatchObject({ error: 'authorization_pending' })
  for (const shown of ['unverified name', resource, device['user_code'] ?? '', 'Asked from', 'ann@example.com']) {
    expect(question.html).toContain(shown)
  }
  expect(question.headers.get('content-security-policy')).toContain("frame-ancestors 'none'")

  // Posted from her own page, with a token of her own making, it counts for nothing.
  const forged = await fetch(`${gateway.url}/device/decide`, {
    method: 'POST',
    body: new URLSearchParams({ user_code: device['user_code'] ?? '', decision: 'allow', _csrf: 'x' }),
  })
  expect(forged.status).toBe(403)
  await browser.submit(question, 'Cancel')
  expect((await poll()).body).toMatchObject({ error: 'access_denied' })
})

/** She registers clients until the store or everybody's patience is full. */
test('10,000 registrations from one network lock nobody else out', async () => {
  const statuses = new Map<number, number>()
  for (let round = 0; round < 100; round += 1) {
    const burst = Array.from({ length: 100 }, async () => (await registerClient(gateway.url)).status)
    for (const status of await Promise.all(burst)) statuses.set(status, (statuses.get(status) ?? 0) + 1)
  }

  expect(new Set(statuses.keys())).toEqual(new Set([201, 429]))
  expect(statuses.get(429)).toBeGreaterThan(9500)
  // From the neighbouring address, as another person.
  const other = await localRequest(`${gateway.url.replace('localhost', '127.0.0.1')}/oauth/register`, {
    localAddress: '127.0.0.2',
    host: new URL(gateway.url).host,
    body: JSON.stringify({ client_name: 'Somebody else', redirect_uris: [REDIRECT] }),
  })
  expect(other).toBe(201)
})
