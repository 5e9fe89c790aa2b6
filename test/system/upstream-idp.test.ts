import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'

import { startGateway, type TestGateway } from './support/gateway.ts'
import {
  startBentProvider,
  startRealProvider,
  type BentProvider,
  type RealProvider,
} from './support/identity-provider.ts'
import { registerClient, authorizeClient, obtainTokens } from './support/oauth.ts'
import { authorizeSsh, PASSWORD, signUp } from './support/people.ts'
import { makeSshKey, startSsh } from './support/ssh.ts'
import { MCP_URL } from './support/tunnel.ts'
import { callWith, mayCall, newBrowser, signInWith } from './support/upstream-people.ts'
import { until } from './support/until.ts'
import { startUpstream, type RecordingUpstream } from './support/upstream.ts'

let gateway: TestGateway
let upstream: RecordingUpstream
let corp: RealProvider
let partner: BentProvider

beforeAll(async () => {
  upstream = await startUpstream()
  corp = await startRealProvider()
  partner = await startBentProvider()
  gateway = await startGateway({
    config: `
identity_providers:
  - { id: corp, name: Corp, issuer: "${corp.issuer}", client_id: gateway, client_secret_env: CORP_SECRET }
  - { id: partner, name: Partner, issuer: "${partner.issuer}", client_id: gateway, client_secret_file: partner.secret }
routes:
  - from: http://localhost:PORT/ops
    to: http://127.0.0.1:${upstream.port}
    policy: [{ allow: { and: [{ groups: { has: admins } }] } }]
  - from: http://localhost:PORT/example
    to: http://127.0.0.1:${upstream.port}
    policy: [{ allow: { and: [{ domain: example.com }] } }]
  - from: http://localhost:PORT/partners
    to: http://127.0.0.1:${upstream.port}
    policy: [{ allow: { and: [{ claim/provider: partner }] } }]
`,
    files: { 'partner.secret': 'a secret\n' },
    env: { CORP_SECRET: corp.clientSecret },
  })
  corp.allow(`${gateway.url}/sign-in/callback/corp`)
})

afterAll(async () => {
  for (const open of [partner, corp, upstream, gateway]) await open?.[Symbol.asyncDispose]()
})

beforeEach(() => {
  corp.denies = false
  partner.claims = { sub: 'person-1' }
  partner.bend = (claims) => claims
  partner.answer = {}
})

/** Somebody at Corp, who is at its sign-in now. */
function atCorp(subject: string, groups: readonly string[], email = `${subject}@example.com`): void {
  corp.people.set(subject, { email, email_verified: true, name: subject, groups })
  corp.current = subject
}

test('signing in at a provider makes an account, and its groups reach the policy', async () => {
  const [ann, bob] = [newBrowser(), newBrowser()]
  atCorp('ann', ['staff', 'admins'])
  const home = await signInWith(gateway.url, 'Corp', ann)
  atCorp('bob', ['staff'])
  await signInWith(gateway.url, 'Corp', bob)

  expect(home.html).toContain('Your tunnel')
  expect(home.html).toContain('ann@example.com')
  expect(await mayCall(gateway.url, ann, 'ops')).toBe(true)
  expect(await mayCall(gateway.url, bob, 'ops')).toBe(false)
  expect(await mayCall(gateway.url, bob, 'example')).toBe(true)
  expect(await mayCall(gateway.url, bob, 'partners')).toBe(false)
})

test('a second sign-in finds the same account, with the groups of now', async () => {
  atCorp('carl', ['admins'])
  const first = newBrowser()
  await signInWith(gateway.url, 'Corp', first)
  const { access_token: token } = await obtainTokens(gateway.url, first, `${gateway.url}/ops/mcp`)
  expect(await callWith(token, `${gateway.url}/ops/mcp`)).toBe(true)
  atCorp('carl', [])

  await signInWith(gateway.url, 'Corp')

  // The token is the one of before: what the policy looks at is who the person is now.
  expect(await callWith(token, `${gateway.url}/ops/mcp`)).toBe(false)
})

test('a sign-in at the provider is no consent for a client', async () => {
  atCorp('dora', ['admins'])
  const browser = newBrowser()
  const clientId = String((await registerClient(gateway.url)).body['client_id'])
  const resource = `${gateway.url}/ops/mcp`

  const asked = await browser.open(authorizeUrl(clientId, resource))
  const consent = await browser.follow(asked, 'Continue with Corp')

  expect(asked.html).toContain('Continue with Corp')
  expect(consent.html).toContain('Connect a client?')
  expect(consent.html).toContain('dora@example.com')
  const back = await authorizeClient(gateway.url, browser, { clientId, resource, answer: 'Cancel' })
  expect(back.searchParams.get('error')).toBe('access_denied')
})

function authorizeUrl(clientId: string, resource: string): string {
  const url = new URL('/oauth/authorize', gateway.url)
  url.search = new URLSearchParams({
    response_type: 'code',
    client_id: clientId,
    redirect_uri: 'http://127.0.0.1:9/callback',
    resource,
    code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    code_challenge_method: 'S256',
  }).toString()
  return url.href
}

test('the link of a terminal leads through the provider and back to the question', async () => {
  atCorp('emma', [])
  const ssh = startSsh(gateway.sshPort, ['-T', '-R', '0', 'localhost', `port=${upstream.port}`], { key: makeSshKey() })
  const link = await ssh.see(/(http:\/\/localhost:\d+\/sign-in\?user_code=[\w-]+)/)
  const browser = newBrowser()

  const question = await browser.follow(await browser.open(link), 'Continue with Corp')
  await browser.submit(question, 'Authorize')

  expect(question.html).toContain('emma@example.com')
  expect(await ssh.see(MCP_URL)).toMatch(/\/mcp$/)
  await ssh.kill()
})

test('a provider that is down is said to be, the other ways are named, and it works again once it is back', async () => {
  const lost = await startBentProvider()
  const { port } = new URL(lost.issuer)
  const other = await startGateway({
    config: `identity_providers:
  - { id: lost, name: Lost, issuer: "${lost.issuer}", client_id: gateway }
  - { id: corp, name: Corp, issuer: "${corp.issuer}", client_id: gateway }
`,
  })
  await lost[Symbol.asyncDispose]()

  const down = await signInWith(other.url, 'Lost')

  expect(down.status).toBe(503)
  expect(down.html).toContain('Lost cannot be reached right now')
  expect(down.html).toMatch(/or use Corp or your password/)
  const reference = /Reference: <code>([0-9a-f-]{36})<\/code>/.exec(down.html)?.[1]
  expect(other.output()).toContain(`"requestId":"${reference}"`)
  expect((await signUp(other.url, newBrowser(), 'ann@example.com')).status).toBe(200)

  await using back = await startBentProvider({ port: Number(port) })
  back.claims = { sub: '1', email: 'late@example.com', email_verified: true }
  await expect
    .poll(async () => (await signInWith(other.url, 'Lost')).html, { timeout: 20_000 })
    .toContain('Your tunnel')
  await other[Symbol.asyncDispose]()
})

test('a provider that breaks in the middle is said to be unreachable, too', async () => {
  partner.down = undefined
  const browser = newBrowser()
  partner.bend = (claims) => {
    partner.down = 500
    return claims
  }

  const page = await signInWith(gateway.url, 'Partner', browser)
  partner.down = undefined

  expect(page.status).toBe(503)
  expect(page.html).toContain('Partner cannot be reached right now')
})

test('who says no at the provider reads so, and is not signed in', async () => {
  atCorp('fred', [])
  corp.denies = true
  const browser = newBrowser()

  const page = await signInWith(gateway.url, 'Corp', browser)

  expect(page.status).toBe(403)
  expect(page.html).toContain('Corp did not sign you in')
  expect((await browser.open(`${gateway.url}/`)).html).toContain('Continue with Corp')
})

test('keys that the provider has rotated a moment ago are its keys', async () => {
  partner.claims = { sub: 'rotating', email: 'rotating@partner.example', email_verified: true }
  await signInWith(gateway.url, 'Partner')

  await partner.rotate()
  const after = await signInWith(gateway.url, 'Partner')

  expect(after.html).toContain('rotating@partner.example')
})

test.each([
  ['issued 50 s in the future', 50, 650, 200],
  ['issued 90 s in the future', 90, 690, 502],
  ['expired 50 s ago', -650, -50, 200],
  ['expired 90 s ago', -690, -90, 502],
])('a token that was %s is answered with %4$s', async (_when, issuedIn, expiresIn, status) => {
  partner.claims = { sub: 'clock', email: 'clock@partner.example', email_verified: true }
  const nowS = Math.floor(Date.now() / 1000)
  partner.bend = (claims) => ({ ...claims, iat: nowS + issuedIn, exp: nowS + expiresIn })

  const page = await signInWith(gateway.url, 'Partner')

  expect(page.status).toBe(status)
  expect(page.html.includes('The clocks differ')).toBe(status !== 200)
})

test('an address that changes upstream changes here, and the old one opens nothing any more', async () => {
  atCorp('gina', [], 'gina@example.com')
  const browser = newBrowser()
  await signInWith(gateway.url, 'Corp', browser)
  expect(await mayCall(gateway.url, browser, 'example')).toBe(true)
  atCorp('gina', [], 'gina@elsewhere.org')

  const home = await signInWith(gateway.url, 'Corp')

  expect(home.html).toContain('gina@elsewhere.org')
  expect(await mayCall(gateway.url, browser, 'example')).toBe(false)
})

test('one address at two providers is two people, until who is signed in to the account connects the other', async () => {
  atCorp('hugo', [])
  const atHome = newBrowser()
  await signInWith(gateway.url, 'Corp', atHome)
  partner.claims = { sub: 'hugo-2', email: 'hugo@example.com', email_verified: true }

  const elsewhere = newBrowser()
  const refused = await signInWith(gateway.url, 'Partner', elsewhere)

  expect(refused.status).toBe(403)
  expect(refused.html).toContain('hugo@example.com has an account already')
  expect((await elsewhere.open(`${gateway.url}/`)).html).not.toContain('Your tunnel')

  const connect = await atHome.follow(await atHome.open(`${gateway.url}/`), 'Connect Partner')
  expect(connect.html).toContain('Connect Partner?')
  await atHome.submit(connect, 'Connect')
  expect((await signInWith(gateway.url, 'Partner', elsewhere)).html).toContain('hugo@example.com')
  expect(await mayCall(gateway.url, elsewhere, 'partners')).toBe(true)
})

test('an account with a password connects a provider through the page that says the address is taken', async () => {
  await signUp(gateway.url, newBrowser(), 'iris@example.com')
  partner.claims = { sub: 'iris', email: 'iris@example.com', email_verified: true }
  const browser = newBrowser()
  const refused = await signInWith(gateway.url, 'Partner', browser)

  const form = await browser.follow(refused, 'Sign in and connect Partner')
  const ask = await browser.submit(form, 'Sign in', { email: 'iris@example.com', password: PASSWORD })
  await browser.submit(ask, 'Connect')

  expect((await signInWith(gateway.url, 'Partner')).html).toContain('iris@example.com')
})

test('who signs out is asked which account it is', async () => {
  partner.claims = { sub: 'jack', email: 'jack@partner.example', email_verified: true }
  const browser = newBrowser()
  const home = await signInWith(gateway.url, 'Partner', browser)
  expect(partner.asked.get('prompt')).toBe('consent')

  const form = await browser.submit(home, 'Sign out')
  await browser.follow(form, 'Continue with Partner')

  expect(partner.asked.get('prompt')).toBe('login consent')
})

test('a restart forgets nobody', async () => {
  atCorp('kate', ['admins'])
  const browser = newBrowser()
  await signInWith(gateway.url, 'Corp', browser)
  const { access_token: token } = await obtainTokens(gateway.url, browser, `${gateway.url}/ops/mcp`)

  await gateway.restart()

  expect(await callWith(token, `${gateway.url}/ops/mcp`)).toBe(true)
  expect(gateway.output()).not.toContain(corp.clientSecret)
})

test('who is removed upstream is refused soon after their next call, and their tunnel ends', async () => {
  await using strict = await startRealProvider()
  await using other = await startGateway({
    config: `
identity_providers:
  - { id: strict, name: Strict, issuer: "${strict.issuer}", client_id: gateway, client_secret_env: SECRET, max_stale_hours: 0 }
`,
    env: { SECRET: strict.clientSecret },
  })
  strict.allow(`${other.url}/sign-in/callback/strict`)
  strict.people.set('lena', { email: 'lena@example.com', email_verified: true })
  strict.current = 'lena'
  const browser = newBrowser()
  await signInWith(other.url, 'Strict', browser)
  const ssh = startSsh(other.sshPort, ['-T', '-R', '0', 'localhost', `port=${upstream.port}`], { key: makeSshKey() })
  await authorizeSsh(browser, await ssh.see(/(http:\/\/localhost:\d+\/sign-in\?user_code=[\w-]+)/))
  const url = await ssh.see(MCP_URL)
  const { access_token: token } = await obtainTokens(other.url, browser, url)
  strict.people.delete('lena')
  letTimePass(other)

  expect(await callWith(token, url)).toBe(true)

  await until('the call to be refused', async () => !(await callWith(token, url)))
  await ssh.see(/Your account was disabled/)
  expect((await browser.open(`${other.url}/`)).html).not.toContain('Your tunnel')
  await ssh.kill()
})

/** As if the last refresh had been long ago. */
function letTimePass({ dataFolder }: TestGateway): void {
  const store = new DatabaseSync(join(dataFolder, 'store.sqlite'))
  store.exec('pragma busy_timeout = 5000; update identities set refreshed_at = 0')
  store.close()
}
