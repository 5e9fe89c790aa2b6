/**
 * Whoever can make the gateway believe that an identity provider said something is anybody they like. Mallory has
 * accounts at the same providers, can run a provider of her own that somebody has configured, sees addresses of answers
 * over shoulders, and can make Ann's browser open any page.
 */
import { createHmac } from 'node:crypto'

import { generateKeyPair, SignJWT, UnsecuredJWT, type JWTPayload } from 'jose'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'

import {
  assertRefusal,
  comeBackWith,
  CORP_SECRET,
  startBentGateway,
  type BentGateway,
} from '../support/bent-gateway.ts'
import { startGateway } from '../support/gateway.ts'
import { startBentProvider } from '../support/identity-provider.ts'
import { newBrowser, signInWith } from '../support/upstream-people.ts'

let world: BentGateway

beforeAll(async () => {
  world = await startBentGateway()
})

afterAll(async () => world?.[Symbol.asyncDispose]())

beforeEach(() => world.straighten())

// Mallory reads the address of Ann's answer over her shoulder and opens it after Ann, in her own browser or in Ann's.
test('an answer is taken once, by the browser that asked', async () => {
  const { browser, answer } = await comeBackWith(world.gateway, 'Corp')
  const mallory = newBrowser()

  const stolen = await mallory.open(answer)
  const first = await browser.resume(answer)
  const again = await browser.resume(answer)

  await assertRefusal(stolen, mallory, 410)
  expect(first.html).toContain('Your tunnel')
  expect(again.status).toBe(410)
  expect(again.html).toContain('This sign-in has ended')
})

// The cookie was copied, too, and the provider is one that takes a code more than once.
test('an answer with a copy of its cookie is taken once', async () => {
  world.corp.careless = true
  const { browser, answer } = await comeBackWith(world.gateway, 'Corp')
  const cookie = [...browser.cookiesFor(world.gateway.url)].map(([name, value]) => `${name}=${value}`).join('; ')
  await browser.resume(answer)

  const copy = await fetch(answer, { headers: { cookie }, redirect: 'manual' })

  expect(cookie).toContain('sallyport_idp=')
  expect(copy.status).toBe(410)
})

// Mallory makes Ann's browser open Mallory's own answer, so that Ann works in Mallory's account without knowing.
test('nobody is signed in by a link that somebody else sends', async () => {
  world.corp.claims = { sub: 'mallory', email: 'mallory@example.com', email_verified: true }
  const { answer } = await comeBackWith(world.gateway, 'Corp')
  const ann = newBrowser()
  const annHalfway = await comeBackWith(world.gateway, 'Corp')

  await assertRefusal(await ann.open(answer), ann, 410)
  await assertRefusal(await annHalfway.browser.resume(answer), annHalfway.browser, 410)
})

test('what stands in the cookie cannot be read, and a changed one is none', async () => {
  const { browser, answer } = await comeBackWith(world.gateway, 'Corp')
  const cookies = browser.cookiesFor(world.gateway.url)
  const sealed = cookies.get('sallyport_idp') ?? ''
  const changed = `${sealed.slice(0, 40)}${sealed[40] === 'A' ? 'B' : 'A'}${sealed.slice(41)}`

  const page = await fetch(answer, { headers: { cookie: `sallyport_idp=${changed}` }, redirect: 'manual' })

  const { searchParams } = new URL(answer)
  expect(Buffer.from(sealed, 'base64url').toString('latin1')).not.toContain(searchParams.get('state'))
  expect(page.status).toBe(410)
})

// The mix-up attack (RFC 9207 §1): Mallory's provider says that it is Corp, or is to be handed a code of Corp's.
test('an answer counts only at the provider that it says it is from', async () => {
  world.evil.answer = { iss: world.corp.issuer }
  const other = await comeBackWith(world.gateway, 'Evil')
  await assertRefusal(await other.browser.resume(other.answer), other.browser)
  world.evil.answer = {}

  const { browser, answer } = await comeBackWith(world.gateway, 'Corp')
  const moved = answer.replace('/callback/corp', '/callback/evil')
  await assertRefusal(await browser.resume(moved), browser, 410)
  expect(world.evil.redeemed).not.toContain(new URL(answer).searchParams.get('code'))
})

test('a provider that promises to name itself and does not is not believed', async () => {
  const promising = await startBentProvider()
  promising.metadata = { authorization_response_iss_parameter_supported: true }
  promising.claims = { sub: '1', email: 'one@example.com', email_verified: true }
  const other = await startGateway({
    config: `identity_providers: [{ id: p, name: P, issuer: "${promising.issuer}", client_id: gateway }]\n`,
  })

  const silent = await signInWith(other.url, 'P')
  promising.answer = { iss: promising.issuer }
  const named = await signInWith(other.url, 'P')

  expect(silent.status).toBe(502)
  expect(named.html).toContain('one@example.com')
  for (const open of [promising, other]) await open[Symbol.asyncDispose]()
})

const bent =
  (change: JWTPayload): ((claims: JWTPayload) => JWTPayload) =>
  (claims) => ({ ...claims, ...change })

const without =
  (name: string): ((claims: JWTPayload) => JWTPayload) =>
  (claims) =>
    Object.fromEntries(Object.entries(claims).filter(([key]) => key !== name))

// Mallory gets a token from somewhere else into the answer: another person's, another client's, an older one.
test.each([
  ['another nonce', bent({ nonce: 'of another sign-in' })],
  ['no nonce', without('nonce')],
  ['another audience', bent({ aud: 'another-client' })],
  ['our audience beside another, for another party', bent({ aud: ['gateway', 'other'], azp: 'other' })],
  ['another issuer', bent({ iss: 'https://accounts.google.com' })],
  ['no subject', without('sub')],
  ['a number for a subject', bent({ sub: 7 as unknown as string })],
])('a token with %s signs nobody in', async (_what, bend) => {
  world.corp.bend = bend
  const browser = newBrowser()

  const page = await signInWith(world.gateway.url, 'Corp', browser)

  await assertRefusal(page, browser)
  expect(page.html).toContain('The answer of Corp cannot be trusted')
})

// A provider's token endpoint that Mallory has got into, without its keys.
test.each([
  ['nobody', async (claims: JWTPayload) => new UnsecuredJWT(claims).encode()],
  ['a key of her own', async (claims: JWTPayload) => signedBy(claims, 'mallory')],
  [
    'a key of her own under the provider’s key id',
    async (claims: JWTPayload) => signedBy(claims, world.corp.keys[0]?.kid),
  ],
  ['the client’s secret', async (claims: JWTPayload) => hmac(claims, CORP_SECRET)],
  [
    'the provider’s public key as a secret',
    async (claims: JWTPayload) => hmac(claims, JSON.stringify(world.corp.keys[0])),
  ],
])('a token that is signed by %s signs nobody in', async (_who, forge) => {
  world.corp.forge = forge
  const browser = newBrowser()

  await assertRefusal(await signInWith(world.gateway.url, 'Corp', browser), browser)
})

async function signedBy(claims: JWTPayload, kid: string | undefined): Promise<string> {
  const { privateKey } = await generateKeyPair('ES256')
  return new SignJWT(claims).setProtectedHeader({ alg: 'ES256', kid: kid ?? '' }).sign(privateKey)
}

function hmac(claims: JWTPayload, secret: string): string {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')
  const signed = `${part({ alg: 'HS256' })}.${part(claims)}`
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`
}

test.each(['//evil.example/', '/\\evil.example/', 'https://evil.example/', '/%0d%0aset-cookie:x=1'])(
  'after the sign-in nobody is sent to "%s"',
  async (next) => {
    const browser = newBrowser()

    const page = await browser.open(`${world.gateway.url}/sign-in/with/corp?next=${encodeURIComponent(next)}`)

    expect(new URL(page.url).origin).toBe(world.gateway.url)
  },
)

test('no secret of a sign-in is logged, whatever went wrong', async () => {
  world.corp.bend = bent({ nonce: 'other' })
  const { browser, answer } = await comeBackWith(world.gateway, 'Corp')
  await browser.resume(answer)
  await browser.resume(answer)

  const { searchParams } = new URL(answer)
  for (const secret of [searchParams.get('code'), searchParams.get('state'), CORP_SECRET]) {
    expect(secret).toBeTruthy()
    expect(world.gateway.output()).not.toContain(secret)
  }
  expect(world.gateway.output()).toContain('identity.sign_in_failed')
})
