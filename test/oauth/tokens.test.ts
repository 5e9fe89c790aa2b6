import { afterAll, beforeAll, expect, test } from 'vitest'

import { Secret } from '../../control-plane/kernel/secret.ts'
import { LOOPBACK, openLab, signIn, signInAs, type Lab } from './lab.ts'

let lab: Lab
beforeAll(async () => {
  lab = await openLab({
    policy: { allow: { and: [{ user: { is: 'ci-bot' } }, { oauth_scope: 'deploy' }] } },
    oauth: {
      clients: [
        {
          id: 'ci-bot',
          name: 'CI',
          redirectUris: [],
          grantTypes: ['client_credentials'],
          authentication: { method: 'client_secret_basic', secret: new Secret('ci secret') },
        },
      ],
    },
  })
})
afterAll(() => lab[Symbol.asyncDispose]())

const basic = (id: string, secret: string): Record<string, string> => ({
  authorization: `Basic ${Buffer.from(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`).toString('base64')}`,
})

test('a public client takes one of its access tokens back; its refresh token lives on (RFC 7009)', async () => {
  const { body, clientId, refresh } = await signIn(lab, { client_name: 'Revokes access' })
  const token = String(body['access_token'])
  expect(lab.accessTokens.find(token)).toBeDefined()

  const answer = await lab.post('/oauth/revoke', { token, client_id: clientId })

  expect(answer.status).toBe(200)
  expect(lab.accessTokens.find(token)).toBeUndefined()
  await lab.restart()
  expect(lab.accessTokens.find(token)).toBeUndefined()
  expect((await refresh()).status).toBe(200)
})

test('taking back a refresh token ends the grant with all that it gave', async () => {
  const { body, clientId, refresh } = await signIn(lab, { client_name: 'Revokes refresh' })

  const answer = await lab.post('/oauth/revoke', { token: String(body['refresh_token']), client_id: clientId })

  expect(answer.status).toBe(200)
  expect(lab.accessTokens.find(String(body['access_token']))).toBeUndefined()
  expect((await refresh()).status).toBe(400)
})

test('a refresh token that was just used is described as gone, and taking it back ends the grant', async () => {
  const { body, clientId, refresh } = await signIn(lab, { client_name: 'Just used' })
  const successor = await refresh()
  const form = { token: String(body['refresh_token']), client_id: clientId }

  expect(await lab.post('/oauth/introspect', form)).toMatchObject({ status: 200, body: { active: false } })
  expect((await lab.post('/oauth/revoke', form)).status).toBe(200)
  expect(lab.accessTokens.find(String(successor.body['access_token']))).toBeUndefined()
})

test('another client’s token is neither taken back nor described', async () => {
  const ann = await signIn(lab, { client_name: 'Ann’s' })
  const mallory = await signIn(lab, { client_name: 'Mallory’s' })
  for (const name of ['access_token', 'refresh_token'] as const) {
    const form = { token: String(ann.body[name]), client_id: mallory.clientId }

    expect((await lab.post('/oauth/introspect', form)).body).toEqual({ active: false })
    expect((await lab.post('/oauth/revoke', form)).status).toBe(200)
  }

  expect(lab.accessTokens.find(String(ann.body['access_token']))).toBeDefined()
  expect((await ann.refresh()).status).toBe(200)
})

test('introspection describes a client’s own tokens, and only while they are good (RFC 7662)', async () => {
  const { body, clientId } = await signIn(lab, { client_name: 'Introspects' })
  const ask = async (token: unknown): Promise<unknown> =>
    (await lab.post('/oauth/introspect', { token: String(token), client_id: clientId })).body

  expect(await ask(body['access_token'])).toMatchObject({
    active: true,
    token_type: 'Bearer',
    aud: lab.resource,
    client_id: clientId,
    scope: 'mcp',
  })
  expect(await ask(body['refresh_token'])).toMatchObject({ active: true, client_id: clientId })
  expect(await ask('nonsense')).toEqual({ active: false })
  await lab.post('/oauth/revoke', { token: String(body['access_token']), client_id: clientId })
  expect(await ask(body['access_token'])).toEqual({ active: false })
})

test('without a client nothing is described or taken back', async () => {
  const { body } = await signIn(lab, { client_name: 'Nobody asks' })

  for (const endpoint of ['/oauth/introspect', '/oauth/revoke']) {
    expect((await lab.post(endpoint, { token: String(body['access_token']) })).status).toBe(400)
  }
  expect(lab.accessTokens.find(String(body['access_token']))).toBeDefined()
})

test('codes, refresh and registration tokens say what they are, and none of them is logged', async () => {
  const registered = await lab.register({ client_name: 'Prefixes', redirect_uris: [LOOPBACK] })
  const clientId = String(registered.body['client_id'])
  const body = await signInAs(lab, { client_id: clientId })
  const refused = {
    grant_type: 'refresh_token',
    refresh_token: `${String(body['refresh_token'])}x`,
    client_id: clientId,
  }
  await lab.post('/oauth/token', refused)

  expect(registered.body['registration_access_token']).toMatch(/^spg_[\w-]{43}$/)
  expect(body['refresh_token']).toMatch(/^spr_[\w-]{43}$/)
  expect(lab.logged.join('\n')).toContain('invalid_grant')
  expect(lab.logged.join('\n')).not.toMatch(/sp[cdgrx]_[\w-]{20}|eyJ/)
})

test('a machine client gets a token for itself, with the scopes that it asks for (RFC 6749 §4.4)', async () => {
  const form = { grant_type: 'client_credentials', resource: `${lab.url}/team/mcp`, scope: 'mcp deploy' }

  const { status, body } = await lab.post('/oauth/token', form, basic('ci-bot', 'ci secret'))

  expect(status).toBe(200)
  expect(body).toMatchObject({ token_type: 'Bearer', scope: 'mcp deploy' })
  expect(body).not.toHaveProperty('refresh_token')
  expect(lab.accessTokens.find(String(body['access_token']))).toMatchObject({ sub: 'ci-bot', client_id: 'ci-bot' })
  const metadata = await lab.get('/.well-known/oauth-authorization-server')
  expect(metadata.body['grant_types_supported']).toContain('client_credentials')
})

test.each([
  ['a wrong secret', basic('ci-bot', 'wrong'), {}],
  ['no secret', {}, { client_id: 'ci-bot' }],
  ['an empty secret', {}, { client_id: 'ci-bot', client_secret: '' }],
])('a machine client with %s gets nothing', async (_what, headers, extra) => {
  const form = { grant_type: 'client_credentials', resource: lab.resource, ...extra }

  expect(await lab.post('/oauth/token', form, headers)).toMatchObject({
    status: 401,
    body: { error: 'invalid_client' },
  })
})

test('a client that registered itself cannot act without a person', async () => {
  const { body } = await lab.register({
    redirect_uris: [LOOPBACK],
    grant_types: ['client_credentials'],
    token_endpoint_auth_method: 'client_secret_post',
  })

  const { status } = await lab.post('/oauth/token', {
    grant_type: 'client_credentials',
    resource: lab.resource,
    client_id: String(body['client_id']),
    client_secret: String(body['client_secret']),
  })

  expect(status).toBe(400)
})
