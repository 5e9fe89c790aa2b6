/** What strangers try at the authorization server. Each test begins with the attacker's story. */
import { afterAll, beforeAll, expect, test, vi } from 'vitest'

import { LOOPBACK, openLab, pkce, signIn, signInAs, type Answer, type Lab } from './lab.ts'

let lab: Lab
beforeAll(async () => {
  lab = await openLab()
})
afterAll(() => lab[Symbol.asyncDispose]())

const update = (client: Answer, contentType: string, body: Uint8Array<ArrayBuffer>): Promise<Response> =>
  fetch(String(client.body['registration_client_uri']), {
    method: 'PUT',
    headers: {
      authorization: `Bearer ${String(client.body['registration_access_token'])}`,
      'content-type': contentType,
    },
    body,
  })

// Mallory registers an ordinary client and updates it with a body in UTF-16: our rules read UTF-8 and find nothing to
// look at, the library decodes what the content type names. So she gets what the rules keep from self-registered
// clients: grants of machines, names as long as a page, schemes that another app on the phone answers.
test('metadata in another charset does not get past the rules for registrations', async () => {
  const client = await lab.register({ client_name: 'Plain', redirect_uris: [LOOPBACK, 'http://localhost/utf-16'] })
  const metadata = {
    client_id: client.body['client_id'],
    client_name: 'x'.repeat(5000),
    redirect_uris: [LOOPBACK],
    application_type: 'native',
    grant_types: ['authorization_code'],
    response_types: ['code'],
    token_endpoint_auth_method: 'none',
  }

  const body = new Uint8Array(Buffer.from(JSON.stringify(metadata), 'utf16le'))
  const answers = await Promise.all(
    ['utf-16le', 'UTF-16LE', '"utf-16le"'].map((charset) =>
      update(client, `application/json; charset=${charset}`, body),
    ),
  )

  expect(answers.map(({ status }) => status)).toEqual([400, 400, 400])
})

// Mallory writes the content type of a token request in capitals: our rules take it for no form, the library does not
// mind. A repeated refresh would then count as a theft, and revoking an access token would do nothing at all.
test('a form is a form in any spelling of its content type', async () => {
  const { clientId, body } = await signIn(lab, { client_name: 'Capitals' })
  const token = String(body['access_token'])

  const revoked = await lab.post(
    '/oauth/revoke',
    { token, client_id: clientId },
    { 'content-type': 'Application/X-WWW-Form-Urlencoded; Charset=UTF-8' },
  )

  expect(revoked.status).toBe(200)
  expect(lab.accessTokens.find(token)).toBeUndefined()
})

// Mallory sends thousands of token requests that must fail, each with a new client id as long as a request may be. What
// is noted for people whose client does not connect must not fill the memory with it.
test('what strangers write is noted in short', async () => {
  const long = 'c'.repeat(20_000)

  await lab.post('/oauth/token', { grant_type: 'authorization_code', client_id: long, resource: `${lab.url}/${long}` })

  const noted = lab.attempts.list(() => true).flatMap(({ seen }) => seen)
  expect(noted.some(({ clientId }) => clientId?.startsWith('ccc'))).toBe(true)
  expect(Math.max(...noted.map((sighting) => JSON.stringify(sighting).length))).toBeLessThan(5000)
})

// Ann revokes a client whose refresh token Mallory has. A refresh that was answered a minute before must not be answered
// again as if nothing had happened.
test('a repeated refresh is not answered again once its grant has ended', async () => {
  const { clientId, body, refresh } = await signIn(lab, { client_name: 'Revoked' })
  const first = await refresh()
  expect((await refresh()).body).toEqual(first.body)
  const grant = (await lab.grants.active()).find((each) => each.clientId === clientId)

  await lab.grants.revoke(grant?.id ?? '')
  const again = await refresh()

  expect(again).toMatchObject({ status: 400, body: { error: 'invalid_grant' } })
  expect(JSON.stringify(again.body)).not.toContain(String(first.body['refresh_token']))
  expect(lab.accessTokens.find(String(body['access_token']))).toBeUndefined()
})

// Mallory's page asks for two resources at once: Ann is shown one, and must not have allowed the other.
test('of two resources that are asked for, nothing is granted but what is shown', async () => {
  const registered = await lab.register({ client_name: 'Two', redirect_uris: [LOOPBACK] })
  const { verifier, challenge } = pkce()
  const parameters = new URLSearchParams({
    response_type: 'code',
    client_id: String(registered.body['client_id']),
    redirect_uri: LOOPBACK,
    code_challenge: challenge,
    code_challenge_method: 'S256',
  })
  parameters.append('resource', lab.resource)
  parameters.append('resource', `${lab.url}/p1-calm-otter-4821/mcp`)

  const outcome = await lab.authorize(parameters.toString()).catch(String)

  const code = outcome instanceof URL ? (outcome.searchParams.get('code') ?? '') : ''
  const answer = await lab.post('/oauth/token', {
    grant_type: 'authorization_code',
    client_id: String(registered.body['client_id']),
    code,
    redirect_uri: LOOPBACK,
    code_verifier: verifier,
    resource: `${lab.url}/p1-calm-otter-4821/mcp`,
  })
  expect(answer.status).toBe(400)
})

// Mallory holds the registration token of a client that others use, and writes its id in another way: the library decodes
// the path, so a guard that reads it raw would let her through wherever nobody normalizes paths in front of us.
test.each([
  ['percent-encoded', (path: string) => path.replace('cli_', 'cli%5F')],
  ['with a percent-encoded letter', (path: string) => path.replace('cli_', '%63li_')],
  ['with a slash at the end', (path: string) => `${path}/`],
  ['in capitals', (path: string) => path.replace('/oauth/register/', '/OAUTH/Register/')],
])('a client that others use is not deleted by its id %s', async (_, spell) => {
  const metadata = { client_name: 'Spelled', redirect_uris: [LOOPBACK] }
  const hers = await lab.register(metadata)
  await lab.register(metadata)
  const address = new URL(String(hers.body['registration_client_uri']))
  const authorization = `Bearer ${String(hers.body['registration_access_token'])}`
  const spelled = new URL(spell(address.pathname), address.origin)
  expect(spelled.pathname).not.toBe(address.pathname)

  const removed = await fetch(spelled, { method: 'DELETE', headers: { authorization } })

  expect(removed.status).toBe(404)
  expect((await fetch(address, { headers: { authorization } })).status).toBe(200)
})

// Mallory registered what everybody's client registers, and holds on to her registration token. After a year in which
// nobody has registered anew nobody must have forgotten that the client is not hers alone.
test('a client that others use is not managed by one registrant, however long ago they registered', async () => {
  const metadata = { client_name: 'Old', redirect_uris: [LOOPBACK] }
  const hers = await lab.register(metadata)
  const { clientId } = await signIn(lab, metadata)
  expect(hers.body['client_id']).toBe(clientId)
  const authorization = `Bearer ${String(hers.body['registration_access_token'])}`
  const address = String(hers.body['registration_client_uri'])
  expect((await fetch(address, { headers: { authorization } })).status).toBe(200)
  vi.useFakeTimers({ toFake: ['Date'] })
  vi.setSystemTime(Date.now() + 401 * 24 * 60 * 60_000)

  const removed = await fetch(address, { method: 'DELETE', headers: { authorization } })

  vi.useRealTimers()
  expect(removed.status).toBe(403)
})

// Mallory's name has characters that turn the direction of writing, or have no width: behind them the browser would show
// our own words, "(unverified name)" and whose account it is, in another order or somewhere else.
test.each([
  ['Claude\u202E\u2066(deman dna)', 'Claude (deman dna)'],
  ['  Cl\u200Baude\n\n\u0000Code  ', 'Cl aude Code'],
  ['\u202E\u200B', undefined],
])('a client’s name %j is shown as %j', async (name, shown) => {
  const { status, body } = await lab.register({ client_name: name, redirect_uris: [LOOPBACK] })

  expect(status).toBe(201)
  expect(body['client_name']).toBe(shown)
})

// Mallory's client asks for the scope of one route at the address of another, and then for both addresses with one code.
test('a scope that a route does not know is not in its token, whatever the person was asked', async () => {
  const policy = [{ allow: { and: [{ authenticated_user: true }, { oauth_scope: 'team:write' }] } }]
  await using team = await openLab({ policy })
  const registered = await team.register({ client_name: 'Scopes', redirect_uris: [LOOPBACK] })
  const client = { client_id: String(registered.body['client_id']) }

  const own = await signInAs(team, client, { authorize: { scope: 'mcp team:write' } })
  const teams = await signInAs(team, client, {
    authorize: { scope: 'mcp team:write', resource: `${team.url}/team/mcp` },
  })

  expect(own['scope']).toBe('mcp')
  expect(teams['scope']).toBe('mcp team:write')
})

// Mallory has seen a code: it and its copy come at the same moment, twenty times.
test('of many who bring one code at the same moment, one gets tokens', async () => {
  const registered = await lab.register({ client_name: 'Codes', redirect_uris: [LOOPBACK] })
  const { verifier, challenge } = pkce()
  const client = { client_id: String(registered.body['client_id']), redirect_uri: LOOPBACK }
  const asked = { response_type: 'code', code_challenge: challenge, code_challenge_method: 'S256' }
  const back = await lab.authorize({ ...client, ...asked, resource: lab.resource })
  const form = {
    ...client,
    grant_type: 'authorization_code',
    code: back.searchParams.get('code') ?? '',
    code_verifier: verifier,
  }

  const answers = await Promise.all(Array.from({ length: 20 }, () => lab.post('/oauth/token', form)))

  expect(answers.filter(({ status }) => status === 200).length).toBeLessThanOrEqual(1)
  expect(answers.filter(({ status }) => status === 400).length).toBeGreaterThanOrEqual(19)
})
