/**
 * Mallory is who she is at a provider that is configured here, and the provider says so honestly. What she wants is the
 * account, the address or the rights of somebody else.
 */
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'

import { assertRefusal, startBentGateway, TENANT, type BentGateway } from '../support/bent-gateway.ts'
import { ScriptedBrowser } from '../support/browser.ts'
import { startGateway } from '../support/gateway.ts'
import { startBentProvider } from '../support/identity-provider.ts'
import { REDIRECT } from '../support/oauth.ts'
import { signUp } from '../support/people.ts'
import { trustTestDomain } from '../support/tls.ts'
import { mayCall, newBrowser, signInWith } from '../support/upstream-people.ts'

const OTHER_TENANT = '11111111-86f1-41af-91ab-2d7cd011db47'

let world: BentGateway

beforeAll(async () => {
  world = await startBentGateway()
})

afterAll(async () => world?.[Symbol.asyncDispose]())

beforeEach(() => world.straighten())

// Mallory writes the boss's address into her profile at a provider that does not check it.
test.each([
  ['not verified', { email: 'boss@example.com', email_verified: false }],
  ['of which nothing is said', { email: 'boss@example.com' }],
  ['that is verified, but is two', { email: 'x@boss.example,mallory@evil.example@boss.example', email_verified: true }],
])('an address %s is nobody’s: it neither opens an account nor matches a rule', async (_what, profile) => {
  world.evil.claims = { sub: randomBytes(8).toString('hex'), ...profile }
  const browser = newBrowser()

  const home = await signInWith(world.gateway.url, 'Evil', browser)

  expect(home.html).toMatch(/Signed in as [a-z2-7]{16}@evil\.invalid/)
  expect(await mayCall(world.gateway.url, browser, 'boss')).toBe(false)
})

// The boss has an account with a password; Mallory has a verified mailbox of that name at a provider that she runs.
test('an address that a second provider vouches for opens no account', async () => {
  const boss = newBrowser()
  await signUp(world.gateway.url, boss, 'boss@example.com')
  world.evil.claims = { sub: 'boss?', email: 'Boss@Example.com', email_verified: true }
  const mallory = newBrowser()

  const page = await signInWith(world.gateway.url, 'Evil', mallory)

  await assertRefusal(page, mallory, 403)
  expect(page.html).toContain('has an account already')
  expect(await mayCall(world.gateway.url, boss, 'boss')).toBe(true)
})

// Mallory changes the address of her own account at the provider to one that is taken here.
test('an address that moves onto another account’s takes nothing from it', async () => {
  await signUp(world.gateway.url, newBrowser(), 'chief@boss.example')
  world.evil.claims = { sub: 'climber', email: 'climber@boss.example', email_verified: true }
  const climber = newBrowser()
  await signInWith(world.gateway.url, 'Evil', climber)
  expect(await mayCall(world.gateway.url, climber, 'boss')).toBe(true)
  world.evil.claims = { sub: 'climber', email: 'chief@boss.example', email_verified: true }

  const home = await signInWith(world.gateway.url, 'Evil', climber)

  // Not the chief, and not who she was either: the provider does not say so any more.
  expect(home.html).toMatch(/Signed in as [a-z2-7]{16}@evil\.invalid/)
  expect(await mayCall(world.gateway.url, climber, 'boss')).toBe(false)
})

// Mallory wants her identity connected to Ann's account: Ann's browser is signed in at Evil as Mallory.
test('only a form of ours connects an identity, for whoever began it', async () => {
  const ann = newBrowser()
  const email = `${randomBytes(4).toString('hex')}@example.com`
  await signUp(world.gateway.url, ann, email)
  world.evil.claims = { sub: 'planted', email: 'planted@evil.example', email_verified: true }

  const asked = await ann.open(`${world.gateway.url}/sign-in/with/evil?link=1`)
  expect(asked.html).toContain('Connect Evil?')
  expect(asked.headers.get('content-security-policy')).toContain(`form-action 'self' https: ${world.evil.origin};`)
  const cookie = [...ann.cookiesFor(world.gateway.url)].map(([name, value]) => `${name}=${value}`).join('; ')
  const forged = await fetch(`${world.gateway.url}/sign-in/with/evil`, {
    method: 'POST',
    headers: { cookie },
    redirect: 'manual',
  })

  expect(forged.status).toBe(403)
  const mallory = await signInWith(world.gateway.url, 'Evil')
  expect(mallory.html).not.toContain(email)
})

// Ann left her browser signed in. Mallory has it for a minute, and would make Ann's account one that her own identity opens.
test('a session that was left open connects no identity', async () => {
  const ann = newBrowser()
  await signUp(world.gateway.url, ann, `${randomBytes(4).toString('hex')}@example.com`)
  const link = `${world.gateway.url}/sign-in/with/evil?link=1`
  const page = await ann.open(link)
  const database = new DatabaseSync(join(world.gateway.dataFolder, 'store.sqlite'), { timeout: 5000 })
  database.prepare('update web_sessions set created_at = created_at - ?').run(31 * 60_000)
  database.close()

  const asked = await ann.open(link)
  const posted = await ann.submit(page, 'Connect')

  expect([asked.status, posted.status]).toEqual([403, 403])
  expect(asked.html).toContain('show once more that it is you')
})

// Ann begins to connect at a shared computer and leaves; Bob signs in before the provider has answered.
test('an identity is connected to nobody but who began it', async () => {
  const browser = new ScriptedBrowser({ stopAt: [`${world.gateway.url}/sign-in/callback/`, REDIRECT] })
  await signUp(world.gateway.url, browser, `${randomBytes(4).toString('hex')}@example.com`)
  world.evil.claims = { sub: randomBytes(4).toString('hex'), email: 'late@evil.example', email_verified: true }
  const answer = await browser.submit(await browser.open(`${world.gateway.url}/sign-in/with/evil?link=1`), 'Connect')
  const bob = `${randomBytes(4).toString('hex')}@example.com`
  await signUp(world.gateway.url, browser, bob)

  const page = await browser.resume(answer.url)

  expect(page.status).toBe(409)
  expect((await signInWith(world.gateway.url, 'Evil')).html).not.toContain(bob)
})

test('an identity that is connected to one account is not connected to a second', async () => {
  world.evil.claims = { sub: 'mine', email: 'mine@evil.example', email_verified: true }
  await signInWith(world.gateway.url, 'Evil')
  const other = newBrowser()
  await signUp(world.gateway.url, other, `${randomBytes(4).toString('hex')}@example.com`)

  const page = await other.submit(await other.open(`${world.gateway.url}/sign-in/with/evil?link=1`), 'Connect')

  expect(page.status).toBe(403)
  expect(page.html).toContain('belongs to another account here')
  expect((await signInWith(world.gateway.url, 'Evil')).html).toContain('mine@evil.example')
})

// Mallory has a tenant of her own, where she is administrator and writes tokens as she likes, but for Microsoft's signature.
test('of many tenants those that are named may come in, each under its own issuer', async () => {
  const good = await signInWith(world.gateway.url, 'Microsoft')
  expect(good.html).toContain('Your tunnel')

  const browser = newBrowser()
  world.entra.claims = { iss: `${world.entra.origin}/${OTHER_TENANT}/v2.0`, tid: OTHER_TENANT, oid: 'ann', sub: 'x' }
  const foreign = await signInWith(world.gateway.url, 'Microsoft', browser)
  await assertRefusal(foreign, browser, 403)

  world.entra.claims = { iss: `${world.entra.origin}/${OTHER_TENANT}/v2.0`, tid: TENANT, oid: 'ann', sub: 'x' }
  await assertRefusal(await signInWith(world.gateway.url, 'Microsoft', browser), browser)

  world.entra.claims = { iss: `${world.entra.origin}/${TENANT}/v2.0`, sub: 'x' }
  await assertRefusal(await signInWith(world.gateway.url, 'Microsoft', browser), browser)
})

test('an address in a token of Microsoft’s opens nothing, whatever it says of itself', async () => {
  const claims = { iss: `${world.entra.origin}/${TENANT}/v2.0`, tid: TENANT, oid: 'nobody', sub: 'x' }
  world.entra.claims = {
    ...claims,
    email: 'boss@example.com',
    email_verified: true,
    verified_primary_email: ['boss@example.com'],
  }
  const browser = newBrowser()

  const home = await signInWith(world.gateway.url, 'Microsoft', browser)

  expect(home.html).toMatch(/Signed in as [a-z2-7]{16}@entra\.invalid/)
  expect(await mayCall(world.gateway.url, browser, 'boss')).toBe(false)
})

// A gateway on the internet without passwords: the first who comes must not own it.
test('on a public address the first account is for those whom the configuration names', async () => {
  const { certificate, key } = trustTestDomain('sallyport-idp.test')
  const open = await startBentProvider()
  const other = await startGateway({
    publicUrl: 'https://gateway.sallyport-idp.test:PORT',
    config: `tls: { certificate: cert.pem, key: key.pem }
accounts: { passwords: false }
identity_providers:
  - id: only
    name: Only
    issuer: "${open.issuer}"
    client_id: gateway
    allowed: { domains: [example.com] }
`,
    files: { 'cert.pem': certificate, 'key.pem': key },
  })
  const browser = newBrowser()

  // With one way in there is nothing to choose from.
  open.claims = { sub: 'mallory', email: 'mallory@evil.example', email_verified: true }
  const refused = await browser.open(`${other.url}/sign-in/form`)
  expect(refused.html).toContain('You may not sign in here')
  expect([...browser.cookiesFor(other.url).keys()]).toEqual([])

  open.claims = { sub: 'ann', email: 'ann@example.com', email_verified: true }
  const begun = await fetch(`${other.url}/sign-in/with/only`, { redirect: 'manual' })
  expect(begun.headers.get('set-cookie')).toMatch(
    /^__Host-sallyport_idp=[\w-]+; Max-Age=600; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
  )
  const home = await browser.open(`${other.url}/sign-in/form`)
  expect(home.html).toContain('ann@example.com')
  const out = await browser.submit(home, 'Sign out')
  expect(out.html).toContain('Continue with Only')
  expect(out.html).not.toContain('type="password"')
  for (const opened of [open, other]) await opened[Symbol.asyncDispose]()
})
