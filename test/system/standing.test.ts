import { afterAll, beforeAll, expect, test } from 'vitest'

import { startGateway, type TestGateway } from './support/gateway.ts'
import { authorizeClient, obtainTokens, post, postToken, REDIRECT, registerClient } from './support/oauth.ts'
import { openTunnel, type OpenTunnel } from './support/tunnel.ts'
import { startUpstream, type RecordingUpstream } from './support/upstream.ts'
import { until } from './support/until.ts'

let gateway: TestGateway
let upstream: RecordingUpstream
let tunnel: OpenTunnel

const PING = '{"jsonrpc":"2.0","id":1,"method":"ping"}'

beforeAll(async () => {
  gateway = await startGateway()
  upstream = await startUpstream()
  tunnel = await openTunnel(gateway, { email: 'ann@example.com', port: upstream.port })
})

afterAll(async () => {
  for (const open of [tunnel, upstream, gateway]) await open?.[Symbol.asyncDispose]()
})

const call = async (token: string): Promise<number> =>
  (await post(tunnel.url, PING, { authorization: `Bearer ${token}` })).status

test('revoking a grant refuses the very next request, and its refresh token', async () => {
  const tokens = await obtainTokens(gateway.url, tunnel.browser, tunnel.url)
  expect(await call(tokens.access_token)).toBe(200)
  const grants = JSON.parse((await gateway.command('grants', 'list')).stdout) as { id: string; clientId: string }[]
  const grant = grants.find(({ clientId }) => clientId === tokens.clientId)

  const revoked = await gateway.command('grants', 'revoke', grant?.id ?? '')

  expect(revoked.code).toBe(0)
  expect(await call(tokens.access_token)).toBe(401)
  const refreshed = await postToken(gateway.url, {
    grant_type: 'refresh_token',
    refresh_token: tokens.refresh_token,
    client_id: tokens.clientId,
  })
  expect(refreshed).toMatchObject({ status: 400, body: { error: 'invalid_grant' } })
  expect(await call(tunnel.tokens.access_token)).toBe(200)
})

test('a person revokes a client on their own page', async () => {
  const tokens = await obtainTokens(gateway.url, tunnel.browser, tunnel.url)
  const page = await tunnel.browser.open(`${gateway.url}/apps`)
  const forms = [...page.html.matchAll(/<form method="post" action="\/grants\/revoke">[\s\S]*?<\/form>/g)].map(
    ([form]) => form,
  )

  await tunnel.browser.submit({ ...page, html: forms.at(-1) ?? '' }, 'Revoke')

  expect(await call(tokens.access_token)).toBe(401)
})

test('refreshing rotates; the same refresh sent twice gets the same successor; another client gets nothing', async () => {
  const tokens = await obtainTokens(gateway.url, tunnel.browser, tunnel.url)
  const form = { grant_type: 'refresh_token', refresh_token: tokens.refresh_token, client_id: tokens.clientId }

  const [first, second] = await Promise.all([postToken(gateway.url, form), postToken(gateway.url, form)])

  expect(first.status).toBe(200)
  expect(first.body['refresh_token']).not.toBe(tokens.refresh_token)
  expect(second.body).toEqual(first.body)
  expect(await call(String(first.body['access_token']))).toBe(200)

  const other = String((await registerClient(gateway.url)).body['client_id'])
  const stolen = await postToken(gateway.url, { ...form, client_id: other })
  expect(stolen).toMatchObject({ status: 400, body: { error: 'invalid_grant' } })
})

/** The form that redeems a fresh code of a fresh client. */
async function codeForm(): Promise<Record<string, string>> {
  const clientId = String((await registerClient(gateway.url)).body['client_id'])
  const back = await authorizeClient(gateway.url, tunnel.browser, { clientId, resource: tunnel.url })
  return {
    grant_type: 'authorization_code',
    code: back.searchParams.get('code') ?? '',
    redirect_uri: REDIRECT,
    client_id: clientId,
    code_verifier: back.verifier,
    resource: tunnel.url,
  }
}

test('a replayed code gets nothing and ends what it had given', async () => {
  const form = await codeForm()
  const first = await postToken(gateway.url, form)
  expect(await call(String(first.body['access_token']))).toBe(200)

  const replay = await postToken(gateway.url, form)

  expect(replay).toMatchObject({ status: 400, body: { error: 'invalid_grant' } })
  expect(await call(String(first.body['access_token']))).toBe(401)
})

test('one code redeemed twice at the same moment gives one token at most', async () => {
  const form = await codeForm()

  const answers = await Promise.all(Array.from({ length: 8 }, () => postToken(gateway.url, form)))

  expect(answers.filter(({ status }) => status === 200).length).toBeLessThanOrEqual(1)
})

test('rotating the signing key keeps old tokens valid and signs new ones with the new key', async () => {
  const keyOf = (token: string): unknown =>
    (JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()) as { kid: string }).kid
  const before = await obtainTokens(gateway.url, tunnel.browser, tunnel.url)

  const rotated = await gateway.command('keys', 'rotate')

  expect(rotated.code).toBe(0)
  const { kid } = JSON.parse(rotated.stdout) as { kid: string }
  const after = await obtainTokens(gateway.url, tunnel.browser, tunnel.url)
  expect([keyOf(before.access_token) === kid, keyOf(after.access_token) === kid]).toEqual([false, true])
  expect([await call(before.access_token), await call(after.access_token)]).toEqual([200, 200])
  const { keys } = (await (await fetch(`${gateway.url}/oauth/jwks`)).json()) as { keys: { kid: string; d?: string }[] }
  expect(keys.map((key) => key.kid)).toEqual(expect.arrayContaining([kid, keyOf(before.access_token)]))
  expect(keys.every((key) => key.d === undefined)).toBe(true)
})

test('disabling a user refuses the next request and ends the tunnel with a reason', async () => {
  const disabled = await gateway.command('users', 'disable', 'ann@example.com')

  expect(disabled.code).toBe(0)
  expect(await call(tunnel.tokens.access_token)).toBe(401)
  await until('the ssh client to end', () => tunnel.ssh.child.exitCode !== null)
  expect(tunnel.ssh.text()).toContain('Your account was disabled')

  await gateway.command('users', 'enable', 'ann@example.com')
  const answer = await post(tunnel.url, PING, tunnel.bearer)
  expect(await answer.json()).toMatchObject({ id: 1, error: { code: -32061 } })
})
