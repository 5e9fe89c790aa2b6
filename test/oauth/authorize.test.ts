import { afterAll, beforeAll, expect, test } from 'vitest'

import { LOOPBACK, openLab, pkce, type Lab } from './lab.ts'

let lab: Lab
let clientId: string
beforeAll(async () => {
  lab = await openLab()
  clientId = String((await lab.register({ client_name: 'Authorizes', redirect_uris: [LOOPBACK] })).body['client_id'])
})
afterAll(() => lab[Symbol.asyncDispose]())

const parameters = (challenge: string): Record<string, string> => ({
  response_type: 'code',
  client_id: clientId,
  redirect_uri: LOOPBACK,
  resource: lab.resource,
  state: 'my state',
  code_challenge: challenge,
  code_challenge_method: 'S256',
})
const redeem = (code: string | null, verifier: string) =>
  lab.post('/oauth/token', {
    grant_type: 'authorization_code',
    code: code ?? '',
    redirect_uri: LOOPBACK,
    client_id: clientId,
    code_verifier: verifier,
  })

test('an answer carries code, state and issuer (RFC 9207)', async () => {
  const { searchParams } = await lab.authorize(parameters(pkce().challenge))

  expect(searchParams.get('code')).toMatch(/^spc_/)
  expect(searchParams.get('state')).toBe('my state')
  expect(searchParams.get('iss')).toBe(lab.url)
})

test('an error carries state and issuer, too', async () => {
  const { searchParams } = await lab.authorize({
    ...parameters(pkce().challenge),
    resource: 'https://evil.example/mcp',
  })

  expect(searchParams.get('error')).toBe('invalid_target')
  expect(searchParams.get('state')).toBe('my state')
  expect(searchParams.get('iss')).toBe(lab.url)
})

test('a request that was pushed is authorised by its URI alone, once (RFC 9126)', async () => {
  const { verifier, challenge } = pkce()
  const pushed = await lab.post('/oauth/par', { ...parameters(challenge), resource: `${lab.resource}/` })
  expect(pushed).toMatchObject({
    status: 201,
    body: { request_uri: expect.stringMatching(/^urn:ietf:params:oauth:request_uri:/), expires_in: expect.any(Number) },
  })
  const byUri = { client_id: clientId, request_uri: String(pushed.body['request_uri']) }

  const back = await lab.authorize(byUri)
  const { status, body } = await redeem(back.searchParams.get('code'), verifier)

  expect(status).toBe(200)
  expect(lab.accessTokens.find(String(body['access_token']))).toMatchObject({ aud: lab.resource })
  expect((await lab.authorize(byUri)).searchParams.get('error')).toBe('invalid_request_uri')
})

test('an authorize URL may be opened several times before one of them is answered', async () => {
  const { verifier, challenge } = pkce()
  const url = `${lab.url}/oauth/authorize?${new URLSearchParams(parameters(challenge)).toString()}`
  const looks = await Promise.all([1, 2].map(() => fetch(url, { redirect: 'manual' })))

  const back = await lab.authorize(parameters(challenge))

  expect(looks.map(({ status }) => status)).toEqual([303, 303])
  expect((await redeem(back.searchParams.get('code'), verifier)).status).toBe(200)
})

test('the answer of the token endpoint is kept by nobody and says its scope', async () => {
  const { verifier, challenge } = pkce()
  const back = await lab.authorize(parameters(challenge))

  const { headers, body } = await redeem(back.searchParams.get('code'), verifier)

  expect(headers.get('cache-control')).toContain('no-store')
  expect(body).toMatchObject({ token_type: 'Bearer', scope: 'mcp', expires_in: 1800 })
})
