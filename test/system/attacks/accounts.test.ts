/**
 * Mallory wants Ann's account: by guessing, by links, by planting things in Ann's browser, by copying what she can. Where
 * she cannot have it, she wants to know that it exists, or to keep Ann out.
 */
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

import { afterAll, beforeAll, expect, test } from 'vitest'

import { ScriptedBrowser, type Visited } from '../support/browser.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { startMailbox, type Mailbox } from '../support/mailbox.ts'
import { authorizeSsh, PASSWORD, signUp } from '../support/people.ts'
import { makeSshKey, startSsh } from '../support/ssh.ts'
import { MCP_URL } from '../support/tunnel.ts'
import { until } from '../support/until.ts'

const NEW_PASSWORD = 'another horse battery'

let mailbox: Mailbox
let gateway: TestGateway

beforeAll(async () => {
  mailbox = await startMailbox()
  gateway = await startGateway({ config: mailbox.config })
  await enrol('ann@example.com')
})

afterAll(async () => {
  for (const open of [gateway, mailbox]) await open?.[Symbol.asyncDispose]()
})

const open = (browser: ScriptedBrowser, path: string, at = gateway): Promise<Visited> =>
  browser.open(`${at.url}${path}`)

/** An account through the mail, in a browser that is signed in afterwards. */
async function enrol(email: string, password = PASSWORD): Promise<ScriptedBrowser> {
  const browser = new ScriptedBrowser()
  const form = await open(browser, '/sign-in/form?mode=sign-up')
  await browser.submit(form, 'Create account', { email, password })
  const { link } = await mailbox.mailTo(email, 'confirm your address')
  await browser.submit(await browser.open(link), 'Confirm', { password })
  return browser
}

async function signIn(browser: ScriptedBrowser, email: string, password = PASSWORD, at = gateway): Promise<Visited> {
  const form = await open(browser, '/sign-in/form?mode=sign-in', at)
  return browser.submit(form, 'Sign in', { email, password })
}

async function askForReset(browser: ScriptedBrowser, email: string, at = gateway): Promise<Visited> {
  return browser.submit(await open(browser, '/sign-in/forgot', at), 'Send me a link', { email })
}

const isSignedIn = async (browser: ScriptedBrowser, at = gateway): Promise<boolean> =>
  (await open(browser, '/', at)).html.includes('Your tunnel')

/** A page without what differs on every page. */
const bare = ({ status, html }: Visited, email: string): string =>
  `${status} ${html}`
    .replaceAll(email, 'EMAIL')
    .replace(/nonce="[^"]*"/g, '')
    .replace(/name="_csrf" value="[^"]*"/g, '')
    .replace(/data-options="[^"]*"/g, '')
    .replace(/lnk_[a-z2-7]{26}/g, 'LINK')

// Mallory tries addresses at every form, to learn which of them have accounts.
test('sign-in, sign-up and reset answer alike whether or not there is an account', async () => {
  const [known, unknown] = ['ann@example.com', 'nobody@example.com'] as const
  const asked = async (email: string): Promise<readonly string[]> => {
    const browser = new ScriptedBrowser()
    const form = await open(browser, '/sign-in/form?mode=sign-up')
    const pages = [
      await signIn(browser, email, 'not the password'),
      await browser.submit(form, 'Create account', { email, password: NEW_PASSWORD }),
      await askForReset(browser, email),
      await browser.submit(await open(browser, '/sign-in/forgot'), 'Use the recovery code', { email, code: 'aaaa' }),
    ]
    return pages.map((page) => bare(page, email))
  }

  expect(await asked(known)).toEqual(await asked(unknown))

  expect((await mailbox.mailTo(known, 'you have an account already')).link).toBe('')
  expect((await mailbox.mailTo(unknown, 'confirm your address')).link).not.toBe('')
})

// Mallory has read Ann's mail after Ann has used the link, or races her.
test('of all who use a reset link at the same moment one succeeds, and nobody after that', async () => {
  const ann = new ScriptedBrowser()
  const email = 'once@example.com'
  await enrol(email)
  await askForReset(ann, email)
  const { link } = await mailbox.mailTo(email, 'choose a new password')
  const tries = await Promise.all(
    Array.from({ length: 5 }, async (_, index) => {
      const browser = new ScriptedBrowser()
      const form = await browser.open(link)
      return { browser, form, password: `${NEW_PASSWORD} ${index}` }
    }),
  )

  const pages = await Promise.all(
    tries.map(({ browser, form, password }) => browser.submit(form, 'Save the password', { password })),
  )

  expect(pages.filter(({ status }) => status === 200)).toHaveLength(1)
  expect(pages.filter(({ status }) => status === 410)).toHaveLength(4)
  expect((await ann.open(link)).status).toBe(410)
})

// Mallory asks for a hundred resets of Ann's account, so that Ann's own link would end.
test('more reset links do not end the one that Ann has, and its use ends them all', async () => {
  const email = 'flooded@example.com'
  await enrol(email)
  const [ann, mallory] = [new ScriptedBrowser(), new ScriptedBrowser()]
  await askForReset(ann, email)
  const { link } = await mailbox.mailTo(email, 'choose a new password')
  for (let count = 0; count < 3; count += 1) await askForReset(mallory, email)
  const last = await mailbox.mailTo(email, 'choose a new password', 4)

  const done = await ann.submit(await ann.open(link), 'Save the password', { password: NEW_PASSWORD })

  expect(done.status).toBe(200)
  expect((await mallory.open(last.link)).status).toBe(410)
})

// Mallory signs up with the address of Eve, who finds the mail and clicks: the account would be Mallory's, with Eve's name.
test('a verification link without the password that was chosen makes no account', async () => {
  const email = 'eve@example.com'
  const mallory = new ScriptedBrowser()
  const form = await open(mallory, '/sign-in/form?mode=sign-up')
  await mallory.submit(form, 'Create account', { email, password: 'mallory knows this' })
  const { link } = await mailbox.mailTo(email, 'confirm your address')
  const eve = new ScriptedBrowser()

  const page = await eve.submit(await eve.open(link), 'Confirm', { password: PASSWORD })

  expect(page.html).toContain('That is not the password')
  expect((await signIn(mallory, email, 'mallory knows this')).html).toContain('Email or password is wrong')
  // Eve's own sign-up has a link of its own, with her own password.
  await eve.submit(await open(eve, '/sign-in/form?mode=sign-up'), 'Create account', { email, password: PASSWORD })
  const own = await mailbox.mailTo(email, 'confirm your address', 2)
  await eve.submit(await eve.open(own.link), 'Confirm', { password: PASSWORD })
  expect(await isSignedIn(eve)).toBe(true)
  expect((await eve.submit(page, 'Confirm', { password: 'mallory knows this' })).status).toBe(410)
})

// Mallory is signed in as herself and opens the link of another, hoping that her session is proof enough.
test('a session of another account does not stand in for the password', async () => {
  const mallory = await enrol('mallory@example.com')
  const form = await open(mallory, '/sign-in/form?mode=sign-up')
  const grace = new ScriptedBrowser()
  await grace.submit(await open(grace, '/sign-in/form?mode=sign-up'), 'Create account', {
    email: 'grace@example.com',
    password: PASSWORD,
  })
  const { link } = await mailbox.mailTo('grace@example.com', 'confirm your address')
  const page = await mallory.open(link)

  const answer = await mallory.submit({ ...page, html: page.html.replace('required', '') }, 'Confirm', { password: '' })

  expect(form.status).toBe(200)
  expect(answer.html).toContain('That is not the password')
})

// Mallory makes us send mail with headers of her own, or to several at once.
test('no mail goes out for an address that would say more to a mail server than to us', async () => {
  const browser = await enrol('injector@example.com')
  const before = mailbox.mails.length

  for (const email of [
    'mallory@example.com\r\nBcc: victim@example.com',
    'mallory@example.com\nSubject: You won',
    'mallory@example.com,victim@example.com',
    'mallory,victim@example.com',
    'Ann <victim@example.com>',
    '"x\r\nBcc: victim@example.com"@example.com',
  ]) {
    const form = await open(browser, '/sign-in/form?mode=sign-up')
    const page = await browser.submit(form, 'Create account', { email, password: PASSWORD })
    expect(page.html).toContain('That is not an email address')
    await askForReset(browser, email)
  }

  // Mail is sent in the order in which it is asked for: once this one is here, the others would be.
  await askForReset(browser, 'injector@example.com')
  await mailbox.mailTo('injector@example.com', 'choose a new password')
  expect(mailbox.mails.slice(before).map(({ to }) => to.join())).toEqual(['injector@example.com'])
})

// Mallory's page posts a sign-in with her own account, so that Ann works in it without noticing.
test('a sign-in form without this browser’s own token signs nobody in', async () => {
  const foreign = await open(new ScriptedBrowser(), '/sign-in/form?mode=sign-in')
  const ann = new ScriptedBrowser()
  await open(ann, '/sign-in/form?mode=sign-in')

  for (const page of [foreign, { ...foreign, html: foreign.html.replace(/name="_csrf" value="[^"]*"/, '') }]) {
    const answer = await ann.submit(page, 'Sign in', { email: 'ann@example.com', password: PASSWORD })
    expect(answer.status).toBe(403)
  }
  for (const site of ['cross-site', 'same-site']) {
    const answer = await fetch(`${gateway.url}/sign-in`, { method: 'POST', headers: { 'sec-fetch-site': site } })
    expect(answer.status).toBe(403)
  }
  expect(ann.cookie(gateway.url, 'sallyport')).toBeUndefined()
})

// Mallory plants her own session in Ann's browser, and waits for Ann to sign in to it.
test('signing in gives the browser another session, and ends the one that was planted', async () => {
  const mallory = await enrol('planter@example.com')
  const planted = mallory.cookie(gateway.url, 'sallyport') ?? ''
  const ann = new ScriptedBrowser()
  ann.plant(gateway.url, 'sallyport', planted)

  await signIn(ann, 'ann@example.com')

  expect(ann.cookie(gateway.url, 'sallyport')).not.toBe(planted)
  expect((await open(ann, '/')).html).toContain('ann@example.com')
  expect(await isSignedIn(mallory)).toBe(false)
})

// Mallory has copied Ann's cookie, and uses it after Ann's browser has got another.
test('an old cookie after the grace ends the session for both, and the log says so', async () => {
  const ann = await enrol('copied@example.com')
  const copied = ann.cookie(gateway.url, 'sallyport') ?? ''
  const mallory = new ScriptedBrowser()
  mallory.plant(gateway.url, 'sallyport', copied)
  expect(await isSignedIn(mallory)).toBe(true)
  turnBack('rotated_at', 25 * 60 * 60_000)
  expect(await isSignedIn(ann)).toBe(true)
  expect(ann.cookie(gateway.url, 'sallyport')).not.toBe(copied)
  turnBack('rotated_at', 61_000)

  expect(await isSignedIn(mallory)).toBe(false)

  expect(await isSignedIn(ann)).toBe(false)
  expect(gateway.output()).toContain('"event":"session.copied"')
})

/** Lets time pass for the sessions at rest. */
function turnBack(column: 'rotated_at', byMs: number): void {
  const database = new DatabaseSync(join(gateway.dataFolder, 'store.sqlite'), { timeout: 5000 })
  database.exec(`update web_sessions set ${column} = ${column} - ${byMs}`)
  database.close()
}

// Mallory sends Ann a link to our own sign-in that ends on Mallory's site.
test('no "next" leads away after a real sign-in', async () => {
  const away = ['http://evil.example', 'https://evil.example']
  const ann = new ScriptedBrowser({ stopAt: away })
  // Tries are counted for the account from here on, not for this computer.
  await signIn(ann, 'ann@example.com')
  for (const next of [
    '//evil.example',
    '/\\evil.example',
    '/\t/evil.example',
    '\t//evil.example',
    '/%09/evil.example',
    '/%5cevil.example',
    '%2f%2fevil.example',
    'https://evil.example',
    'https:evil.example',
    '/\n/evil.example',
  ]) {
    const form = await open(ann, `/sign-in/form?mode=sign-in&next=${encodeURIComponent(next)}`)
    const page = await ann.submit(form, 'Sign in', { email: 'ann@example.com', password: PASSWORD })
    // The field of the form may be the attacker's, too.
    const again = await ann.submit(form, 'Sign in', { email: 'ann@example.com', password: PASSWORD, next })
    const ends = [page, again].map(({ url, status }) => [next, new URL(url).origin, status === 429])
    const home = [next, gateway.url, false]
    expect(ends).toEqual([home, home])
  }
})

// Mallory guesses without end, from Ann's own network, so that Ann's next sign-in is refused.
test('a hammering attacker runs dry, and does not keep the owner out', async () => {
  await using alone = await startGateway({ config: mailbox.config })
  const ann = new ScriptedBrowser()
  const form = await open(ann, '/sign-in/form?mode=sign-up', alone)
  const before = mailbox.mails.length
  await ann.submit(form, 'Create account', { email: 'ann@example.com', password: PASSWORD })
  const { link } = await until('the mail', () => mailbox.mails.slice(before).find((mail) => mail.link !== ''))
  await ann.submit(await ann.open(link), 'Confirm', { password: PASSWORD })
  await ann.submit(await open(ann, '/', alone), 'Sign out')
  const mallory = new ScriptedBrowser()

  const answers: Visited[] = []
  for (let count = 0; count < 40; count += 1)
    answers.push(await signIn(mallory, 'ann@example.com', `guess number ${count}`, alone))
  const right = await signIn(mallory, 'ann@example.com', PASSWORD, alone)

  expect(answers.filter(({ html }) => html.includes('Email or password is wrong'))).toHaveLength(5)
  expect(right.status).toBe(429)
  // Her own browser is known; a new one of hers gets in by mail.
  expect((await signIn(ann, 'ann@example.com', PASSWORD, alone)).html).toContain('Your tunnel')
  const fresh = new ScriptedBrowser()
  await askForReset(fresh, 'ann@example.com', alone)
  const reset = await until('the mail', () =>
    mailbox.mails.slice(before).find(({ subject }) => subject.includes('choose a new password')),
  )
  await fresh.submit(await fresh.open(reset.link), 'Save the password', { password: NEW_PASSWORD })
  expect((await signIn(fresh, 'ann@example.com', NEW_PASSWORD, alone)).html).toContain('Your tunnel')
})

// On a gateway without mail Mallory takes Ann's address first, leaves her key in the account, and waits for Ann.
test('who proves an address that was not proven gets the account without what was left in it', async () => {
  await using alone = await startGateway()
  const mallory = new ScriptedBrowser()
  await signUp(alone.url, mallory, 'ann@example.com')
  const key = makeSshKey()
  const ssh = startSsh(alone.sshPort, ['-T', '-R', '0', 'localhost'], { key })
  await authorizeSsh(mallory, await ssh.see(/(http:\/\/localhost:\d+\/sign-in\?user_code=[\w-]+)/))
  await ssh.see(MCP_URL)
  const ann = new ScriptedBrowser()
  await askForReset(ann, 'ann@example.com', alone)
  const link = await until('the link', () => /"link":"([^"]*\/reset[^"]*)"/.exec(alone.output())?.[1])

  await ann.submit(await ann.open(link), 'Save the password', { password: NEW_PASSWORD })

  await until('the connection to end', () => ssh.child.exitCode !== null)
  expect(await isSignedIn(mallory, alone)).toBe(false)
  await signIn(ann, 'ann@example.com', NEW_PASSWORD, alone)
  expect((await open(ann, '/keys', alone)).html).toContain('None yet')
})
