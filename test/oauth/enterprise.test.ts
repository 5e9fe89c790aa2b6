import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK } from 'jose'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { Secret } from '../../control-plane/kernel/secret.ts'
import { ann, openLab, type Answer, type Lab } from './lab.ts'

const GRANT = 'urn:ietf:params:oauth:grant-type:jwt-bearer'
const ISSUER = 'https://idp.corp.example'

let lab: Lab
let key: CryptoKey
let published: JWK
let fetched: string[]

beforeAll(async () => {
  const pair = await generateKeyPair('ES256')
  key = pair.privateKey
  published = { ...(await exportJWK(pair.publicKey)), kid: 'k1', alg: 'ES256' }
  fetched = []
  lab = await openLab({
    oauth: {
      enterpriseIssuers: [{ issuer: ISSUER, jwksUri: undefined, domains: [] }],
      clients: ['desk', 'other'].map((id) => ({
        id,
        name: id,
        redirectUris: [],
        grantTypes: [GRANT],
        authentication: { method: 'client_secret_post', secret: new Secret('s') } as const,
      })),
    },
    outbound: async (url) => {
      fetched.push(url)
      const body = url.endsWith('/openid-configuration')
        ? { issuer: ISSUER, jwks_uri: `${ISSUER}/jwks` }
        : { keys: [published] }
      return { status: 200, headers: new Headers(), body: JSON.stringify(body) }
    },
  })
})
afterAll(() => lab[Symbol.asyncDispose]())

let count = 0
interface Changes {
  readonly claims?: Record<string, unknown>
  readonly header?: Record<string, unknown>
  readonly key?: CryptoKey
}
function assertion({ claims = {}, header = {}, key: signer = key }: Changes = {}): Promise<string> {
  const now = Math.floor(Date.now() / 1000)
  return new SignJWT({
    iss: ISSUER,
    sub: 'corp-ann',
    email: ann.email,
    aud: lab.url,
    client_id: 'desk',
    jti: `j${(count += 1)}`,
    iat: now,
    exp: now + 300,
    scope: 'mcp',
    resource: lab.resource,
    ...claims,
  })
    .setProtectedHeader({ alg: 'ES256', typ: 'oauth-id-jag+jwt', kid: 'k1', ...header })
    .sign(signer)
}
const exchange = (jwt: string, extra: Record<string, string> = {}): Promise<Answer> =>
  lab.post('/oauth/token', { grant_type: GRANT, assertion: jwt, client_id: 'desk', client_secret: 's', ...extra })

test('an ID-JAG of a trusted issuer gets its person a token for one resource, and no refresh token', async () => {
  const { status, body } = await exchange(await assertion())

  expect(status).toBe(200)
  expect(body).toMatchObject({ token_type: 'Bearer', scope: 'mcp', expires_in: 1800 })
  expect(body).not.toHaveProperty('refresh_token')
  const claims = lab.accessTokens.find(String(body['access_token']))
  expect(claims).toMatchObject({ sub: ann.id, aud: lab.resource, client_id: 'desk' })
  await lab.grants.revoke(String(claims?.gid))
  expect(lab.accessTokens.find(String(body['access_token']))).toBeUndefined()
})

test('discovery advertises the grant and its profile', async () => {
  const { body } = await lab.get('/.well-known/oauth-authorization-server')

  expect(body['grant_types_supported']).toContain(GRANT)
  expect(body['authorization_grant_profiles_supported']).toEqual(['urn:ietf:params:oauth:grant-profile:id-jag'])
})

test('an assertion works once, also when it comes several times at the same moment', async () => {
  const jwt = await assertion()

  const answers = await Promise.all(Array.from({ length: 6 }, () => exchange(jwt)))

  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
  expect((await exchange(jwt)).body).toMatchObject({ error: 'invalid_grant' })
})

const now = (): number => Math.floor(Date.now() / 1000)
test.each<[string, () => Changes]>([
  ['for another client', () => ({ claims: { client_id: 'other' } })],
  ['for another authorization server', () => ({ claims: { aud: 'https://elsewhere.example' } })],
  ['of another issuer', () => ({ claims: { iss: 'https://evil.example' } })],
  ['of another kind', () => ({ header: { typ: 'JWT' } })],
  ['that has expired', () => ({ claims: { iat: now() - 600, exp: now() - 300 } })],
  ['that lives for a day', () => ({ claims: { exp: now() + 86_400 } })],
  ['without an id', () => ({ claims: { jti: undefined } })],
  ['of somebody unknown', () => ({ claims: { email: 'nobody@example.com' } })],
])('an assertion %s gets nothing', async (_what, changes) => {
  expect(await exchange(await assertion(changes()))).toMatchObject({ status: 400, body: { error: 'invalid_grant' } })
})

test('an assertion signed by anybody else, or by nobody, gets nothing', async () => {
  const { privateKey } = await generateKeyPair('ES256')
  const [head, body] = (await assertion()).split('.')
  const none = `${Buffer.from('{"alg":"none","typ":"oauth-id-jag+jwt"}').toString('base64url')}.${body}.`

  for (const jwt of [await assertion({ key: privateKey }), none, `${head}.${body}.AAAA`, 'nonsense']) {
    expect((await exchange(jwt)).body).toMatchObject({ error: 'invalid_grant' })
  }
})

test('an assertion for one resource gets no token for another', async () => {
  const elsewhere = await exchange(await assertion(), { resource: `${lab.url}/${ann.tunnelName}/other` })
  const nowhere = await exchange(await assertion({ claims: { resource: 'https://evil.example/mcp' } }))

  expect([elsewhere.body['error'], nowhere.body['error']]).toEqual(['invalid_target', 'invalid_target'])
})

test('a client that registered itself cannot use the grant', async () => {
  const client = await lab.register({ redirect_uris: ['http://127.0.0.1:9/cb'], grant_types: [GRANT] })
  const clientId = String(client.body['client_id'])

  const { body } = await lab.post('/oauth/token', {
    grant_type: GRANT,
    assertion: await assertion({ claims: { client_id: clientId } }),
    client_id: clientId,
  })

  expect(body['error_description']).toMatch(/not allowed for this client/)
})

test('keys are fetched once while they are fresh, and again for a key that was not there', async () => {
  await exchange(await assertion())
  const before = fetched.length
  await exchange(await assertion())
  expect(fetched.length).toBe(before)
  const pair = await generateKeyPair('ES256')
  published = { ...(await exportJWK(pair.publicKey)), kid: 'k2', alg: 'ES256' }

  const { status } = await exchange(await assertion({ key: pair.privateKey, header: { kid: 'k2' } }))

  expect(status).toBe(200)
})
