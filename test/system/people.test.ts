import { afterAll, beforeAll, expect, test } from 'vitest'

import { ScriptedBrowser, type Visited } from './support/browser.ts'
import { startGateway, type TestGateway } from './support/gateway.ts'
import { startMailbox, type Mailbox } from './support/mailbox.ts'
import { obtainTokens, post, REDIRECT } from './support/oauth.ts'
import { authorizeSsh, PASSWORD } from './support/people.ts'
import { makeSshKey, startSsh } from './support/ssh.ts'
import { MCP_URL } from './support/tunnel.ts'
import { startUpstream, type RecordingUpstream } from './support/upstream.ts'
import { until } from './support/until.ts'

const PING = '{"jsonrpc":"2.0","id":1,"method":"ping"}'
const OTHER_PASSWORD = 'another horse battery'

let mailbox: Mailbox
let gateway: TestGateway
let upstream: RecordingUpstream

beforeAll(async () => {
  mailbox = await startMailbox()
  upstream = await startUpstream()
  gateway = await startGateway({ config: mailbox.config })
})

afterAll(async () => {
  for (const open of [gateway, upstream, mailbox]) await open?.[Symbol.asyncDispose]()
})

const open = (browser: ScriptedBrowser, path: string): Promise<Visited> => browser.open(`${gateway.url}${path}`)

async function askForAccount(browser: ScriptedBrowser, email: string, next = '/'): Promise<Visited> {
  const form = await open(browser, `/sign-in/form?mode=sign-up&next=${encodeURIComponent(next)}`)
  return browser.submit(form, 'Create account', { email, password: PASSWORD })
}

/** From nothing to a signed-in browser, through the mail. */
async function join(email: string): Promise<ScriptedBrowser> {
  const browser = new ScriptedBrowser({ stopAt: [REDIRECT] })
  await askForAccount(browser, email)
  const { link } = await mailbox.mailTo(email, 'confirm your address')
  const home = await browser.submit(await browser.open(link), 'Confirm', { password: PASSWORD })
  expect(home.html).toContain('Your tunnel')
  return browser
}

async function signIn(browser: ScriptedBrowser, email: string, password = PASSWORD): Promise<Visited> {
  return browser.submit(await open(browser, '/sign-in/form?mode=sign-in'), 'Sign in', { email, password })
}

const isSignedIn = async (browser: ScriptedBrowser): Promise<boolean> =>
  (await open(browser, '/')).html.includes('Your tunnel')

interface ListedUser {
  readonly email: string
  readonly emailVerified: boolean
  readonly passkeys: number
}

async function listUsers(): Promise<readonly ListedUser[]> {
  return JSON.parse((await gateway.command('users', 'list')).stdout) as ListedUser[]
}

test('nobody has an account before the link in the mail and the password came together', async () => {
  const browser = new ScriptedBrowser()
  const page = await askForAccount(browser, 'ann@example.com', '/keys')
  expect(page.html).toContain('ann@example.com')
  expect(await isSignedIn(browser)).toBe(false)
  expect(await listUsers()).toEqual([])
  expect((await signIn(browser, 'ann@example.com')).html).toContain('Email or password is wrong')
  const { link, text } = await mailbox.mailTo('ann@example.com', 'confirm your address')
  expect([...text.matchAll(/https?:\/\/[^/\s]+/g)].map(([origin]) => origin)).toEqual([gateway.url, gateway.url])

  // A scanner looks at it first, then a person, from another browser.
  await new ScriptedBrowser().open(link)
  const elsewhere = new ScriptedBrowser()
  const wrong = await elsewhere.submit(await elsewhere.open(link), 'Confirm', { password: 'not the password' })
  expect(wrong.html).toContain('That is not the password')
  const after = await elsewhere.submit(wrong, 'Confirm', { password: PASSWORD })

  expect(new URL(after.url).pathname).toBe('/keys')
  expect(await listUsers()).toMatchObject([{ email: 'ann@example.com', emailVerified: true, passkeys: 0 }])
  expect((await elsewhere.open(link)).status).toBe(410)
  expect((await signIn(browser, 'ann@example.com')).html).toContain('Your tunnel')
})

test('a link that is sent again replaces the one before', async () => {
  const browser = new ScriptedBrowser()
  const page = await askForAccount(browser, 'again@example.com')
  const first = await mailbox.mailTo('again@example.com', 'confirm')

  await browser.submit(page, 'Send it again')

  const second = await mailbox.mailTo('again@example.com', 'confirm', 2)
  expect((await browser.open(first.link)).status).toBe(410)
  expect((await browser.open(second.link)).status).toBe(200)
})

test('a new password by mail ends the sessions that were there, and the person is told', async () => {
  const browser = await join('bob@example.com')
  const asking = new ScriptedBrowser()
  await asking.submit(await open(asking, '/sign-in/forgot'), 'Send me a link', { email: 'Bob@Example.com' })
  const { link } = await mailbox.mailTo('bob@example.com', 'choose a new password')

  const form = await asking.open(link)
  const short = await asking.submit(form, 'Save the password', { password: 'short' })
  expect(short.html).toContain('at least')
  await asking.submit(short, 'Save the password', { password: OTHER_PASSWORD })

  expect(await isSignedIn(browser)).toBe(false)
  expect((await signIn(asking, 'bob@example.com')).html).toContain('Email or password is wrong')
  expect((await signIn(asking, 'bob@example.com', OTHER_PASSWORD)).html).toContain('Your tunnel')
  expect((await mailbox.mailTo('bob@example.com', 'your account was changed')).text).toContain('password was replaced')
  expect((await asking.open(link)).status).toBe(410)
})

test('who is invited makes an account with the link, once', async () => {
  const invited = await gateway.command('users', 'invite', 'Carol@example.com')
  const { link } = JSON.parse(invited.stdout) as { link: string }
  expect((await mailbox.mailTo('carol@example.com', 'you are invited')).link).toBe(link)

  const browser = new ScriptedBrowser()
  const home = await browser.submit(await browser.open(link), 'Create account', { password: PASSWORD })

  expect(home.html).toContain('carol@example.com')
  expect(await listUsers()).toContainEqual(expect.objectContaining({ email: 'carol@example.com', emailVerified: true }))
  expect((await browser.open(link)).status).toBe(410)
  expect((await gateway.command('users', 'invite', 'carol@example.com')).stderr).toContain('There is a user')
})

test('the operator hands out a link to choose a new password', async () => {
  const browser = await join('dave@example.com')
  const { link } = JSON.parse((await gateway.command('users', 'reset', 'dave@example.com')).stdout) as { link: string }

  await browser.submit(await browser.open(link), 'Save the password', { password: OTHER_PASSWORD })

  expect((await signIn(browser, 'dave@example.com', OTHER_PASSWORD)).html).toContain('Your tunnel')
  expect((await gateway.command('users', 'reset', 'nobody@example.com')).code).toBe(1)
})

test('people see the browsers that are signed in, end one, and all', async () => {
  const browsers = [await join('erin@example.com'), new ScriptedBrowser(), new ScriptedBrowser()] as const
  const [here, there, elsewhere] = browsers
  for (const browser of [there, elsewhere]) await signIn(browser, 'erin@example.com')
  const page = await open(here, '/account/sessions')
  const forms = [...page.html.matchAll(/<li>[\s\S]*?<\/li>/g)].map(([item]) => item)
  expect(forms).toHaveLength(3)
  const other = forms.find((form) => !form.includes('(this one)')) ?? ''

  await here.submit({ ...page, html: other }, 'Sign out')

  const signedIn = await Promise.all(browsers.map(isSignedIn))
  expect(signedIn[0]).toBe(true)
  expect(signedIn.filter(Boolean)).toHaveLength(2)

  await here.submit(await open(here, '/account/sessions'), 'Sign out everywhere')

  expect(await Promise.all(browsers.map(isSignedIn))).toEqual([false, false, false])
})

test('changing the password signs the other browsers out, and not this one', async () => {
  const here = await join('fay@example.com')
  const there = new ScriptedBrowser()
  await signIn(there, 'fay@example.com')
  const page = await open(here, '/account')

  const wrong = await here.submit(page, 'Change the password', { current: 'not it at all', password: OTHER_PASSWORD })
  expect(wrong.html).toContain('That is not your password now')
  await here.submit(wrong, 'Change the password', { current: PASSWORD, password: OTHER_PASSWORD })

  expect([await isSignedIn(here), await isSignedIn(there)]).toEqual([true, false])
})

test('a connected app is listed with what it may do and when it did, and a revoked one is refused', async () => {
  const browser = await join('gil@example.com')
  const ssh = startSsh(gateway.sshPort, ['-T', '-R', '0', 'localhost', `port=${upstream.port}`], { key: makeSshKey() })
  await authorizeSsh(browser, await ssh.see(/(http:\/\/localhost:\d+\/sign-in\?user_code=[\w-]+)/))
  const url = await ssh.see(MCP_URL)
  const tokens = await obtainTokens(gateway.url, browser, url)
  const call = () => post(url, PING, { authorization: `Bearer ${tokens.access_token}` })
  expect((await open(browser, '/apps')).html).toContain('last used never')

  expect((await call()).status).toBe(200)

  const page = await until('the app to be seen', async () => {
    const apps = await open(browser, '/apps')
    return /last used\s+\d{4}-/.test(apps.html) && apps
  })
  for (const part of ['Test client', url, new URL(REDIRECT).host, 'scope mcp']) expect(page.html).toContain(part)
  await browser.submit(page, 'Revoke')
  expect((await call()).status).toBe(401)
  await ssh.kill()
})

test('an SSH key is listed with where it was, its owner is told, and revoking it ends its connection', async () => {
  const browser = await join('hal@example.com')
  const key = makeSshKey()
  const first = startSsh(gateway.sshPort, ['-T', '-R', '0', 'localhost'], { key })
  await authorizeSsh(browser, await first.see(/(http:\/\/localhost:\d+\/sign-in\?user_code=[\w-]+)/))
  await first.see(MCP_URL)
  await first.kill()
  const told = await mailbox.mailTo('hal@example.com', 'your account was changed')
  const ssh = startSsh(gateway.sshPort, ['-T', '-R', '0', 'localhost'], { key })
  await ssh.see(MCP_URL)

  const page = await open(browser, '/keys')
  const fingerprint = /SHA256:[\w+/]{43}/.exec(page.html)?.[0] ?? 'none'
  expect(told.text).toContain(fingerprint)
  expect(page.html).toMatch(/ssh-ed25519, bound \d{4}-/)
  expect(page.html).toMatch(/last seen\s+\d{4}-[^<]*from 127\.0\.0\.1/)
  await browser.submit(page, 'Revoke')

  await until('the connection to end', () => ssh.child.exitCode !== null)
  expect(ssh.text()).toContain('This SSH key was revoked')
  expect((await open(browser, '/keys')).html).not.toContain(fingerprint)
})

test('every signed-in page leads to the others', async () => {
  const browser = await join('ida@example.com')

  for (const path of ['/', '/apps', '/keys', '/account', '/account/sessions']) {
    const page = await open(browser, path)
    expect(page.status).toBe(200)
    for (const link of ['href="/"', 'href="/apps"', 'href="/keys"', 'href="/account"', 'Sign out'])
      expect(page.html).toContain(link)
  }
  for (const path of ['/apps', '/keys', '/account', '/account/sessions'])
    expect((await open(new ScriptedBrowser(), path)).url).toContain('/sign-in/form')
})

test('without mail, on loopback, an account works at once, and the link to confirm it is printed', async () => {
  await using alone = await startGateway()
  const browser = new ScriptedBrowser()
  const form = await browser.open(`${alone.url}/sign-in/form?mode=sign-up`)
  const home = await browser.submit(form, 'Create account', { email: 'ann@example.com', password: PASSWORD })
  expect(home.html).toContain('Your tunnel')
  expect((await browser.open(`${alone.url}/account`)).html).toContain('not confirmed yet')

  const link = await until('the link to be printed', () => /"link":"([^"]+)"/.exec(alone.output())?.[1])
  await browser.submit(await browser.open(link), 'Confirm')

  expect((await browser.open(`${alone.url}/account`)).html).toMatch(/<small>confirmed<\/small>/)
})
