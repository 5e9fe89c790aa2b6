/**
 * Mallory has an account and a token of her own, and the URL of the victim's tunnel. She tries every token that is not
 * the victim's client's for exactly that URL. Each try is a 401 with a challenge, and the victim's server sees nothing.
 */
import { createHmac, createPublicKey, generateKeyPairSync, sign } from 'node:crypto'

import { afterAll, beforeAll, expect, test } from 'vitest'

import { startGateway, type TestGateway } from '../support/gateway.ts'
import { obtainTokens, post } from '../support/oauth.ts'
import { openTunnel, type OpenTunnel } from '../support/tunnel.ts'
import { startUpstream, type RecordingUpstream } from '../support/upstream.ts'

let gateway: TestGateway
let upstream: RecordingUpstream
let victim: OpenTunnel
let mallory: OpenTunnel

const PING = '{"jsonrpc":"2.0","id":1,"method":"ping"}'

beforeAll(async () => {
  gateway = await startGateway()
  upstream = await startUpstream()
  victim = await openTunnel(gateway, { email: 'victim@example.com', port: upstream.port })
  mallory = await openTunnel(gateway, { email: 'mallory@example.com', port: upstream.port })
  // What is remembered of a good token must not help a changed one.
  await post(victim.url, PING, victim.bearer)
})

afterAll(async () => {
  for (const open of [victim, mallory, upstream, gateway]) await open?.[Symbol.asyncDispose]()
})

type Json = Record<string, unknown>
const part = (token: string, index: number): Json =>
  JSON.parse(Buffer.from(token.split('.')[index] ?? '', 'base64url').toString()) as Json
const encode = (json: Json): string => Buffer.from(JSON.stringify(json)).toString('base64url')

/** The victim's token with other contents, signed by a key of Mallory's. */
function forge(
  change: { readonly header?: Json; readonly claims?: Json },
  signature: (input: string) => string,
): string {
  const token = victim.tokens.access_token
  const input = `${encode({ ...part(token, 0), ...change.header })}.${encode({ ...part(token, 1), ...change.claims })}`
  return `${input}.${signature(input)}`
}

const ownKey = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const signOwn = (input: string): string =>
  sign('sha256', Buffer.from(input), { key: ownKey.privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url')
const keepSignature = (): string => victim.tokens.access_token.split('.')[2] ?? ''

const FORGERIES: readonly [string, () => string | Promise<string>][] = [
  ['signed by another key under our key id', () => forge({}, signOwn)],
  [
    'with her own key inside the header',
    () =>
      forge(
        {
          header: {
            jwk: createPublicKey(ownKey.publicKey.export({ type: 'spki', format: 'pem' })).export({ format: 'jwk' }),
          },
        },
        signOwn,
      ),
  ],
  ['with alg none', () => forge({ header: { alg: 'none' } }, () => '')],
  [
    'with an HMAC under our public key',
    async () => {
      const jwks = await (await fetch(`${gateway.url}/oauth/jwks`)).text()
      return forge({ header: { alg: 'HS256' } }, (input) =>
        createHmac('sha256', jwks).update(input).digest('base64url'),
      )
    },
  ],
  ['with a later expiry and the old signature', () => forge({ claims: { exp: 4_000_000_000 } }, keepSignature)],
  ['with another audience and the old signature', () => forge({ claims: { aud: mallory.url } }, keepSignature)],
  [
    'with one character of the signature changed',
    () => `${victim.tokens.access_token.slice(0, -2)}${victim.tokens.access_token.endsWith('A') ? 'B' : 'A'}A`,
  ],
  ['with the signature of another message', () => forge({}, () => mallory.tokens.access_token.split('.')[2] ?? '')],
  ['with white space in the middle', () => victim.tokens.access_token.replace('.', '. ')],
  ['sent twice', () => `${victim.tokens.access_token}, Bearer ${victim.tokens.access_token}`],
  ['that is the refresh token', () => victim.tokens.refresh_token],
  ['that is empty', () => ''],
]

test.each(FORGERIES)('a token %s is refused', async (_name, make) => {
  const before = upstream.seen.length

  const response = await post(victim.url, PING, { authorization: `Bearer ${await make()}` })

  expect(response.status).toBe(401)
  expect(response.headers.get('www-authenticate')).toMatch(/^Bearer error="invalid_token", resource_metadata="/)
  expect(upstream.seen.length).toBe(before)
})

test('a token for her own tunnel does not open the victim’s', async () => {
  const before = upstream.seen.length

  const response = await post(victim.url, PING, mallory.bearer)

  expect(response.status).toBe(401)
  expect(upstream.seen.length).toBe(before)
})

test('a token for the victim’s URL in her own name is signed in, but not let in', async () => {
  const before = upstream.seen.length
  const { access_token: token } = await obtainTokens(gateway.url, mallory.browser, victim.url)

  const response = await post(victim.url, PING, { authorization: `Bearer ${token}` })

  expect(response.status).toBe(200)
  expect(await response.json()).toMatchObject({ id: 1, error: { code: -32060, message: 'Access denied' } })
  expect(upstream.seen.length).toBe(before)
})

test('a token for one path of a tunnel does not open another path', async () => {
  const before = upstream.seen.length

  const response = await post(`${victim.url}/admin`, PING, victim.bearer)

  expect(response.status).toBe(401)
  expect(upstream.seen.length).toBe(before)
})

test.each(['/../', '/%2e%2e/', '/..;/', '//', '/%2f/', '/./'])(
  'a path with %s does not lead from one tunnel to another',
  async (step) => {
    const { request } = await import('node:http')
    const before = upstream.seen.length

    const status = await new Promise<number | undefined>((resolve, reject) => {
      const path = `/${mallory.route}${step}${victim.route}/mcp`
      const headers = { ...mallory.bearer, 'content-type': 'application/json', 'content-length': PING.length }
      const sent = request({ host: 'localhost', port: gateway.httpPort, path, method: 'POST', headers }, (response) => {
        response.resume()
        resolve(response.statusCode)
      })
      sent.on('error', reject)
      sent.end(PING)
    })

    expect([400, 401, 404]).toContain(status)
    expect(upstream.seen.length).toBe(before)
  },
)

test('a token in the query counts for nothing', async () => {
  const response = await post(`${victim.url}?access_token=${victim.tokens.access_token}`, PING)

  expect(response.status).toBe(401)
})

test('an access token opens no page of the account', async () => {
  const response = await fetch(`${gateway.url}/`, { headers: victim.bearer, redirect: 'manual' })

  expect(response.status).toBe(303)
  expect(response.headers.get('location')).toBe('/sign-in/form')
})
