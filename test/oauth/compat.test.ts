/**
 * What real clients do, each habit alone. One block per file in authorization-server/compat/, which fails when that rule
 * is taken out. The whole requests of the clients are in recordings.test.ts.
 */
import { readdirSync, readFileSync } from 'node:fs'

import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { LOOPBACK, openLab, pkce, signIn, signInAs, type Answer, type Lab } from './lab.ts'

const DEVICE_CODE = 'urn:ietf:params:oauth:grant-type:device_code'

let lab: Lab
beforeAll(async () => {
  lab = await openLab()
})
afterAll(() => lab[Symbol.asyncDispose]())

let registered = 0
const register = (metadata: Readonly<Record<string, unknown>>): Promise<Answer> =>
  lab.register({ client_name: `Habit ${(registered += 1)}`, ...metadata })

async function publicClient(): Promise<{ readonly client_id: string }> {
  const { body } = await register({ redirect_uris: [LOOPBACK], token_endpoint_auth_method: 'none' })
  return { client_id: String(body['client_id']) }
}

const refreshWith = async (headers: Readonly<Record<string, string>>, path = '/oauth/token'): Promise<number> => {
  const { clientId, body } = await signIn(lab, { client_name: `Habit ${(registered += 1)}` })
  const form = new URLSearchParams({
    grant_type: 'refresh_token',
    refresh_token: String(body['refresh_token']),
    client_id: clientId,
  })
  return (await fetch(new URL(path, lab.url), { method: 'POST', headers, body: form.toString() })).status
}
const FORM = 'application/x-www-form-urlencoded'

describe('bearer-at-the-token-endpoint', () => {
  test('a client that sends its spent access token along is told apart by its id, as without it', async () => {
    expect(await refreshWith({ 'content-type': FORM, authorization: 'Bearer eyJhbGciOiJFUzI1NiJ9.e30.x' })).toBe(200)
  })
})

describe('content-type-twice', () => {
  test('a form that is called JSON as well is read as a form', async () => {
    expect(await refreshWith({ 'content-type': `application/json, ${FORM}` })).toBe(200)
  })
})

describe('endpoint-at-the-root', () => {
  test('a client that has forgotten the token endpoint finds it at /token', async () => {
    expect(await refreshWith({ 'content-type': FORM }, '/token')).toBe(200)
  })
})

describe('prompt-unknown', () => {
  test('a prompt that other servers know is ignored, whatever stands beside it', async () => {
    const client = await publicClient()

    expect((await signInAs(lab, client, { authorize: { prompt: 'select_account' } }))['access_token']).toBeDefined()
    expect((await signInAs(lab, client, { authorize: { prompt: 'select_account consent' } }))['scope']).toBe('mcp')
  })
})

describe('registration-of-native-app-as-web', () => {
  test.each([undefined, 'web'])('a loopback redirect makes a native app of type %s, on any port', async (type) => {
    const { status, body } = await register({
      redirect_uris: ['http://localhost/callback'],
      ...(type === undefined ? {} : { application_type: type }),
    })
    const client = { client_id: String(body['client_id']), redirect_uri: 'http://localhost:45123/callback' }

    expect({ status, type: body['application_type'] }).toEqual({ status: 201, type: 'native' })
    const authorize = { redirect_uri: client.redirect_uri }
    expect((await signInAs(lab, client, { authorize }))['access_token']).toBeDefined()
  })

  test('Cursor’s app scheme, loopback and web redirects are registered together', async () => {
    const redirects = [
      'cursor://anysphere.cursor-mcp/oauth/callback',
      'http://localhost:8787/callback',
      'https://www.cursor.com/agents/mcp/oauth/callback',
    ]

    const { status, body } = await register({ redirect_uris: redirects, application_type: 'web' })

    expect({ status, redirects: body['redirect_uris'] }).toEqual({ status: 201, redirects })
  })
})

describe('registration-with-decoration', () => {
  test('a scope and malformed extras neither fail a registration nor cap what can be asked for later', async () => {
    const { status, body } = await register({
      redirect_uris: [LOOPBACK],
      scope: 'unheard-of',
      logo_uri: 'no address',
      client_uri: 'javascript:alert(1)',
      contacts: 'nobody',
      software_statement: 'x',
    })

    expect(status).toBe(201)
    for (const name of ['scope', 'logo_uri', 'client_uri', 'contacts']) expect(body).not.toHaveProperty(name)
    expect((await signInAs(lab, { client_id: String(body['client_id']) }))['scope']).toBe('mcp')
  })
})

describe('registration-with-foreign-grants', () => {
  test('grants and responses that only other servers have are left out, and a refresh is always granted', async () => {
    const { status, body } = await register({
      redirect_uris: [LOOPBACK],
      grant_types: ['authorization_code', 'implicit', 'password', DEVICE_CODE],
      response_types: ['code', 'id_token'],
    })

    expect(status).toBe(201)
    expect(body['grant_types']).toEqual(['authorization_code', 'refresh_token', DEVICE_CODE])
    expect(body['response_types']).toEqual(['code'])
  })
})

describe('registration-with-nulls', () => {
  test('null and "" are the same as nothing, and no null comes back', async () => {
    const { status, body } = await register({
      redirect_uris: [LOOPBACK],
      client_uri: '',
      application_type: null,
      jwks: null,
      token_endpoint_auth_method: '',
    })

    expect(status).toBe(201)
    expect(body['token_endpoint_auth_method']).toBe('none')
    expect(Object.values(body)).not.toContain(null)
  })
})

describe('registration-with-plain-http', () => {
  test.each([
    'http://app.example/callback',
    'javascript:alert(1)',
    'data:text/html,x',
    'file:///tmp/x',
    'intent://scan/#Intent;end',
    'blob:https://app.example/1',
  ])('%s is no place for a code', async (redirect) => {
    expect(await register({ redirect_uris: [redirect] })).toMatchObject({
      status: 400,
      body: { error: 'invalid_redirect_uri' },
    })
  })
})

describe('registration-without-auth-method', () => {
  test('a client that does not say how it proves itself has no secret', async () => {
    const { body } = await register({ redirect_uris: [LOOPBACK] })

    expect(body['token_endpoint_auth_method']).toBe('none')
    expect(body).not.toHaveProperty('client_secret')
  })
})

/** The resource in the first leg, and in the second where that one sends it. */
const tokensFor = async (authorize: string, token?: string): Promise<unknown> => {
  const form = token === undefined ? {} : { resource: token }
  const tokens = await signInAs(lab, { ...(await publicClient()), ...form }, { authorize: { resource: authorize } })
  return audienceOf(tokens)
}

const audienceOf = (tokens: Readonly<Record<string, unknown>>): unknown =>
  (
    JSON.parse(Buffer.from(String(tokens['access_token']).split('.')[1] ?? '', 'base64url').toString()) as object & {
      aud: unknown
    }
  ).aud

describe('resource-in-another-spelling', () => {
  test('an upper-case scheme or host in either leg is the same resource', async () => {
    const shouted = lab.resource.replace('http:', 'HTTP:')

    expect(await tokensFor(shouted, lab.resource)).toBe(lab.resource)
    expect(await tokensFor(lab.resource, shouted)).toBe(lab.resource)
  })
})

describe('resource-missing', () => {
  test('a client that knows no resource is asked about the one that last challenged its network', async () => {
    const client = await publicClient()
    lab.attempts.note({
      step: 'challenge',
      outcome: 'done',
      atMs: Date.now(),
      network: '127.0.0.1',
      resource: lab.resource,
    })
    const { verifier, challenge } = pkce()

    const back = await lab.authorize({
      ...client,
      response_type: 'code',
      redirect_uri: LOOPBACK,
      code_challenge: challenge,
      code_challenge_method: 'S256',
    })
    const { body } = await lab.post('/oauth/token', {
      ...client,
      grant_type: 'authorization_code',
      code: back.searchParams.get('code') ?? '',
      redirect_uri: LOOPBACK,
      code_verifier: verifier,
    })

    expect(audienceOf(body)).toBe(lab.resource)
  })
})

describe('resource-with-trailing-slash', () => {
  test.each([
    ['', '/'],
    ['/', ''],
    ['/', '/'],
  ])('"%s" after it at the first leg and "%s" at the second are the same resource', async (first, second) => {
    expect(await tokensFor(lab.resource + first, lab.resource + second)).toBe(lab.resource)
  })
})

describe('scope-missing-or-unknown', () => {
  test.each([undefined, '', ' offline_access', 'openid profile', 'mcp unheard-of', 'mcp mcp'])(
    'a client that asks for the scope %j gets the default',
    async (scope) => {
      const authorize: Record<string, string> = scope === undefined ? {} : { scope }

      expect((await signInAs(lab, await publicClient(), { authorize }))['scope']).toBe('mcp')
    },
  )
})

describe('scope-on-refresh', () => {
  test('Codex asks for more than it was granted, and gets what it was granted', async () => {
    const { refresh } = await signIn(lab, { client_name: 'Codex' })

    expect(await refresh({ scope: 'mcp offline_access' })).toMatchObject({ status: 200, body: { scope: 'mcp' } })
  })
})

describe('habits that the library takes as they are', () => {
  test('a public client that sends an empty secret is a public client', async () => {
    const { refresh } = await signIn(lab, { client_name: 'Empty secret' })

    expect(await refresh({ client_secret: '' })).toMatchObject({ status: 200 })
  })

  test('a client with a secret does not get by with an empty one', async () => {
    const { body } = await register({ redirect_uris: [LOOPBACK], token_endpoint_auth_method: 'client_secret_post' })
    const { client_id: id, client_secret: secret } = body
    const tokens = await signInAs(lab, { client_id: String(id), client_secret: String(secret) })

    const answer = await lab.post('/oauth/token', {
      grant_type: 'refresh_token',
      refresh_token: String(tokens['refresh_token']),
      client_id: String(id),
      client_secret: '',
    })

    expect(answer).toMatchObject({ status: 401, body: { error: 'invalid_client' } })
  })
})

test('every rule has its block here', () => {
  const folder = new URL('../../control-plane/authorization-server/compat/', import.meta.url)
  const rules = readdirSync(folder)
    .map((file) => file.replace(/\.ts$/, ''))
    .filter((name) => name !== 'rule' && name !== 'rules')
  const blocks = [...readFileSync(new URL(import.meta.url), 'utf8').matchAll(/^describe\('([\w-]+)'/gm)].map(
    ([, name]) => name,
  )

  expect(new Set(blocks)).toEqual(new Set(rules))
})
