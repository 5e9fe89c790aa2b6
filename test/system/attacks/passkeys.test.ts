/**
 * Mallory answers challenges that were not hers: overheard ones, those of other people, of other pages and of other sites.
 * Her authenticator says whatever she likes.
 */
import { afterAll, beforeAll, expect, test } from 'vitest'

import { Authenticator, optionsOn } from '../support/authenticator.ts'
import { ScriptedBrowser, type Visited } from '../support/browser.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { PASSWORD, signUp } from '../support/people.ts'

interface Person {
  readonly email: string
  readonly browser: ScriptedBrowser
  readonly authenticator: Authenticator
  readonly codes: readonly string[]
}

let gateway: TestGateway
let ann: Person
let mallory: Person

beforeAll(async () => {
  gateway = await startGateway()
  ann = await enrol('ann@example.com')
  mallory = await enrol('mallory@example.com')
})

afterAll(async () => {
  await gateway?.[Symbol.asyncDispose]()
})

const open = (browser: ScriptedBrowser, path: string): Promise<Visited> => browser.open(`${gateway.url}${path}`)

const isSignedIn = async (browser: ScriptedBrowser): Promise<boolean> =>
  (await open(browser, '/')).html.includes('Your tunnel')

/** An account with one passkey. */
async function enrol(email: string): Promise<Person> {
  const browser = new ScriptedBrowser()
  await signUp(gateway.url, browser, email)
  const authenticator = new Authenticator(gateway.url)
  const page = await open(browser, '/account')
  const credential = authenticator.create(optionsOn(page.html, '/account/passkeys/add'))
  const shown = await browser.submit(page, 'Add a passkey', { credential })
  const codes = [...shown.html.matchAll(/<code>([a-z2-7-]{19})<\/code>/g)].map(([, code]) => code ?? '')
  expect(codes).toHaveLength(10)
  return { email, browser, authenticator, codes }
}

const signInForm = (browser: ScriptedBrowser): Promise<Visited> => open(browser, '/sign-in/form?mode=sign-in')
const answerTo = (page: Visited, by: Authenticator, lies = {}): string =>
  by.get(optionsOn(page.html, '/sign-in/passkey'), lies)

test('an honest answer signs in, so that the refusals below mean something', async () => {
  const browser = new ScriptedBrowser()
  const page = await signInForm(browser)

  const home = await browser.submit(page, 'Sign in with a passkey', {
    credential: answerTo(page, ann.authenticator),
  })

  expect(home.html).toContain('ann@example.com')
})

// Mallory has overheard a whole sign-in, and sends the same answer again: from there, and from her own page.
test('an answer counts once, also when it is sent many times at the same moment', async () => {
  const browsers = Array.from({ length: 6 }, () => new ScriptedBrowser())
  const pages = await Promise.all(browsers.map(signInForm))
  const [first] = pages
  if (first === undefined) throw new Error('There is no page')
  const credential = answerTo(first, ann.authenticator)

  await Promise.all(
    browsers.map(async (browser, index) =>
      browser.submit(pages[index] ?? first, 'Sign in with a passkey', { credential }),
    ),
  )

  expect((await Promise.all(browsers.map(isSignedIn))).filter(Boolean)).toHaveLength(1)
  const late = new ScriptedBrowser()
  await late.submit(await signInForm(late), 'Sign in with a passkey', { credential })
  expect(await isSignedIn(late)).toBe(false)
})

// Mallory's site asks Ann's authenticator, forges what she can, or has an authenticator that does not ask its person.
test.each([
  ['from another origin', { origin: 'http://evil.example' }],
  ['from another port of this computer', { origin: 'http://localhost:1' }],
  ['for another host', { rpId: 'evil.example' }],
  ['without knowing its person', { verified: false }],
  ['to a challenge of Mallory’s own', { challenge: Buffer.alloc(56, 7).toString('base64url') }],
  ['in the name of nobody', { userHandle: '' }],
  ['in the name of somebody else', { userHandle: Buffer.from('usr_somebody').toString('base64url') }],
])('an answer %s is refused', async (_how, lies) => {
  const browser = new ScriptedBrowser()
  const page = await signInForm(browser)

  const answer = await browser.submit(page, 'Sign in with a passkey', {
    credential: answerTo(page, ann.authenticator, lies),
  })

  expect(answer.status).toBe(400)
  expect(await isSignedIn(browser)).toBe(false)
})

// Mallory has Ann's password, and her own passkey. She hopes that any passkey will do after it.
test('after the password only a passkey of the same person counts, and only for this step', async () => {
  const victim = await enrol('victim@example.com')
  await victim.browser.submit(await open(victim.browser, '/account'), 'Ask for a passkey after the password')
  const browser = new ScriptedBrowser()
  const toStep = async (): Promise<Visited> =>
    browser.submit(await signInForm(browser), 'Sign in', { email: victim.email, password: PASSWORD })
  const step = await toStep()
  expect(step.html).toContain('One more step')
  const options = optionsOn(step.html, '/sign-in/second-factor')
  const other = await signInForm(new ScriptedBrowser())

  for (const credential of [
    mallory.authenticator.get(options),
    mallory.authenticator.get(options, { userHandle: Buffer.from('usr_x').toString('base64url') }),
    // The victim's own answer, but to the challenge of another form.
    answerTo(other, victim.authenticator),
  ]) {
    const answer = await browser.submit(await toStep(), 'Use a passkey', { credential })
    expect(answer.status).toBe(400)
  }
  expect(await isSignedIn(browser)).toBe(false)

  const fresh = await toStep()
  const credential = victim.authenticator.get(optionsOn(fresh.html, '/sign-in/second-factor'))
  expect((await browser.submit(fresh, 'Use a passkey', { credential })).html).toContain('Your tunnel')
})

// Mallory changes the ticket of the second step, or keeps it over a change of the password.
test('a forged ticket, and one from before the password changed, end the step', async () => {
  const victim = await enrol('ticket@example.com')
  await victim.browser.submit(await open(victim.browser, '/account'), 'Ask for a passkey after the password')
  const browser = new ScriptedBrowser()
  const step = await browser.submit(await signInForm(browser), 'Sign in', { email: victim.email, password: PASSWORD })
  const [code = ''] = victim.codes
  const forged = await browser.submit(step, 'Use the recovery code', { code, ticket: 'forged' })
  expect(forged.status).toBe(410)
  await victim.browser.submit(await open(victim.browser, '/account'), 'Change the password', {
    current: PASSWORD,
    password: 'another horse battery',
  })

  const late = await browser.submit(step, 'Use the recovery code', { code })

  expect(late.status).toBe(410)
  expect(await isSignedIn(browser)).toBe(false)
})

// Mallory's page posts an answer of her authenticator from Ann's browser: her passkey would open Ann's account.
test('a passkey is added only by an answer to a challenge of the same session', async () => {
  const own = await open(mallory.browser, '/account')
  const page = await open(ann.browser, '/account')
  const foreign = new Authenticator(gateway.url).create(optionsOn(own.html, '/account/passkeys/add'))

  const answer = await ann.browser.submit(page, 'Add a passkey', { credential: foreign })

  expect(answer.status).toBe(400)
  expect((await open(ann.browser, '/account')).html.match(/passkeys\/remove/g)).toHaveLength(1)
})

// Mallory registers Ann's credential id in her own account, so that Ann's answers sign Ann in to it.
test('a credential that belongs to one account is not taken over by another', async () => {
  const page = await open(mallory.browser, '/account')
  const credential = ann.authenticator.create(optionsOn(page.html, '/account/passkeys/add'))

  const answer = await mallory.browser.submit(page, 'Add a passkey', { credential })

  expect(answer.status).toBe(400)
})

// Mallory asks for the removal of Ann's passkey by its id.
test('nobody removes or renames the passkey of another', async () => {
  const page = await open(mallory.browser, '/account')

  await mallory.browser.submit(page, 'Remove', { id: ann.authenticator.id })
  await mallory.browser.submit(page, 'Rename', { id: ann.authenticator.id, name: 'Mallory was here' })

  const kept = await open(ann.browser, '/account')
  expect(kept.html).toContain(ann.authenticator.id)
  expect(kept.html).not.toContain('Mallory was here')
})

// Mallory has seen one recovery code over Ann's shoulder, and is as quick as Ann.
test('a recovery code lets one in, however many use it at the same moment', async () => {
  const victim = await enrol('codes@example.com')
  await victim.browser.submit(await open(victim.browser, '/account'), 'Remove the password')
  const [code = ''] = victim.codes
  const browsers = Array.from({ length: 4 }, () => new ScriptedBrowser())
  const forms = await Promise.all(browsers.map((browser) => open(browser, '/sign-in/forgot')))
  const use = (index: number): Promise<Visited> =>
    (browsers[index] ?? new ScriptedBrowser()).submit(
      forms[index] ?? forms[0] ?? unreachable(),
      'Use the recovery code',
      {
        email: victim.email,
        code,
      },
    )

  await Promise.all(browsers.map((_, index) => use(index)))

  expect((await Promise.all(browsers.map(isSignedIn))).filter(Boolean)).toHaveLength(1)
})

// Mallory knows a recovery code, and no password: for an account with a password the code alone is not enough.
test('a recovery code does not stand in for a password', async () => {
  const [code = ''] = ann.codes
  const browser = new ScriptedBrowser()

  const answer = await browser.submit(await open(browser, '/sign-in/forgot'), 'Use the recovery code', {
    email: ann.email,
    code,
  })

  expect(answer.status).toBe(400)
  expect(await isSignedIn(browser)).toBe(false)
})

const unreachable = (): never => {
  throw new Error('There is no form')
}
