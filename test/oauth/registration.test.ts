import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'

import { LOOPBACK, openLab, signInAs, type Answer, type Lab } from './lab.ts'

const DAY = 24 * 60 * 60_000

let lab: Lab
beforeAll(async () => {
  lab = await openLab()
})
afterAll(() => lab[Symbol.asyncDispose]())
afterEach(() => vi.useRealTimers())

const manage = async (of: Answer, method: string, body?: object): Promise<Response> =>
  fetch(String(of.body['registration_client_uri']), {
    method,
    headers: {
      authorization: `Bearer ${String(of.body['registration_access_token'])}`,
      'content-type': 'application/json',
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })

test('a public client that registers again is the same client, and gets no credential twice', async () => {
  const metadata = { client_name: 'Again', redirect_uris: [LOOPBACK], scope: 'a', contacts: ['not an address'] }

  const first = await lab.register(metadata)
  const second = await lab.register({ ...metadata, scope: 'b', logo_uri: 'nonsense' })

  expect([first.status, second.status]).toEqual([201, 201])
  expect(second.body['client_id']).toBe(first.body['client_id'])
  expect(second.body['registration_access_token']).not.toBe(first.body['registration_access_token'])
  expect(second.body).not.toHaveProperty('client_secret')
})

test('clients that differ in anything that counts are different clients', async () => {
  const metadata = { client_name: 'Differs', redirect_uris: [LOOPBACK] }
  const ids = await Promise.all(
    [metadata, { ...metadata, client_name: 'Other' }, { ...metadata, redirect_uris: [`${LOOPBACK}/2`] }].map(
      async (each) => (await lab.register(each)).body['client_id'],
    ),
  )

  expect(new Set(ids).size).toBe(3)
})

test('a confidential client is a new one each time, with a recognisable secret of its own', async () => {
  const metadata = {
    client_name: 'Secret',
    redirect_uris: [LOOPBACK],
    token_endpoint_auth_method: 'client_secret_basic',
  }

  const [first, second] = [await lab.register(metadata), await lab.register(metadata)]

  expect(first.body['client_secret']).toMatch(/^spx_/)
  expect(second.body['client_id']).not.toBe(first.body['client_id'])
  expect(second.body['client_secret']).not.toBe(first.body['client_secret'])
})

test('a client manages its own registration: read, change, delete (RFC 7592)', async () => {
  const registered = await lab.register({ client_name: 'Managed', redirect_uris: [LOOPBACK] })
  const clientId = registered.body['client_id']

  const read = await manage(registered, 'GET')
  const changed = await manage(registered, 'PUT', {
    client_id: clientId,
    client_name: 'Renamed',
    redirect_uris: [LOOPBACK],
  })
  const again = await lab.register({ client_name: 'Managed', redirect_uris: [LOOPBACK] })
  const deleted = await manage(
    { ...registered, body: { ...registered.body, ...((await changed.json()) as object) } },
    'DELETE',
  )

  expect(await read.json()).toMatchObject({ client_id: clientId, client_name: 'Managed' })
  expect(changed.status).toBe(200)
  expect(again.body['client_id']).not.toBe(clientId)
  expect(deleted.status).toBe(204)
})

test('a registration token manages no other client, and what several hold nobody changes or deletes', async () => {
  const mallory = await lab.register({ client_name: 'Victim', redirect_uris: [LOOPBACK] })
  const victim = await lab.register({ client_name: 'Victim', redirect_uris: [LOOPBACK] })
  const other = await lab.register({ client_name: 'Other one', redirect_uris: [LOOPBACK] })
  const change = {
    client_id: victim.body['client_id'],
    client_name: 'Evil',
    redirect_uris: ['https://evil.example/cb'],
  }

  expect((await manage(mallory, 'PUT', change)).status).toBe(403)
  expect((await manage(mallory, 'DELETE')).status).toBe(403)
  const foreign = { ...other.body, registration_access_token: mallory.body['registration_access_token'] }
  expect((await manage({ ...other, body: foreign }, 'DELETE')).status).toBe(401)
  expect((await signInAs(lab, { client_id: String(victim.body['client_id']) }))['access_token']).toBeDefined()
})

test('a registration that nobody uses is forgotten after a day, also when it is repeated; one in use stays', async () => {
  vi.useFakeTimers({ toFake: ['Date'] })
  const [unused, used] = await Promise.all(
    ['Unused', 'Used'].map((name) => lab.register({ client_name: name, redirect_uris: [LOOPBACK] })),
  )
  await lab.register({ client_name: 'Unused', redirect_uris: [LOOPBACK] })
  await signInAs(lab, { client_id: String(used?.body['client_id']) })

  vi.setSystemTime(Date.now() + DAY + 1000)

  await expect(signInAs(lab, { client_id: String(unused?.body['client_id']) })).rejects.toThrow(/invalid_client/)
  expect((await signInAs(lab, { client_id: String(used?.body['client_id']) }))['access_token']).toBeDefined()
})

test('discovery lists exactly what is supported, and every endpoint that it names answers', async () => {
  const { body } = await lab.get('/.well-known/oauth-authorization-server')
  const support = lab.authorization.support()

  expect(body).toMatchObject({
    issuer: lab.url,
    grant_types_supported: support.grantTypes,
    scopes_supported: support.scopes,
    token_endpoint_auth_methods_supported: support.clientAuthMethods,
    dpop_signing_alg_values_supported: support.dpopAlgorithms,
    authorization_response_iss_parameter_supported: true,
    code_challenge_methods_supported: ['S256'],
  })
  expect(body).not.toHaveProperty('client_id_metadata_document_supported')
  const endpoints = Object.entries(body).filter(([name]) => name.endsWith('_endpoint'))
  expect(endpoints.length).toBeGreaterThan(6)
  for (const [name, endpoint] of endpoints) {
    const method = name === 'authorization_endpoint' ? 'GET' : 'POST'
    expect([name, (await fetch(String(endpoint), { method })).status]).not.toEqual([name, 404])
  }
})

test('a grant that is not supported is neither listed nor answered', async () => {
  const client = await lab.register({ client_name: 'Hopes', redirect_uris: [LOOPBACK] })
  const form = { grant_type: 'client_credentials', client_id: String(client.body['client_id']) }

  const { body } = await lab.post('/oauth/token', form)

  expect(body).toMatchObject({ error: 'unsupported_grant_type' })
})
