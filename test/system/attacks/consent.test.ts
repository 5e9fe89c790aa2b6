/**
 * The consent page is all that a person has to go by. Mallory wants it to name somebody else, to be answered by nobody,
 * or to be answered by another person than the one it was shown to.
 */
import { createHash, randomBytes } from 'node:crypto'

import { afterAll, beforeAll, expect, test } from 'vitest'

import { ScriptedBrowser, type Visited } from '../support/browser.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { obtainTokens, registerClient } from '../support/oauth.ts'
import { PASSWORD, signUp } from '../support/people.ts'
import { openTunnel, type OpenTunnel } from '../support/tunnel.ts'
import { startUpstream, type RecordingUpstream } from '../support/upstream.ts'

const WEB_REDIRECT = 'https://client.example.com/callback'

let gateway: TestGateway
let upstream: RecordingUpstream
let tunnel: OpenTunnel
const ann = new ScriptedBrowser({ stopAt: [WEB_REDIRECT] })

beforeAll(async () => {
  gateway = await startGateway()
  upstream = await startUpstream()
  tunnel = await openTunnel(gateway, { email: 'ann@example.com', port: upstream.port })
  await signIn('ann@example.com')
})

afterAll(async () => {
  for (const open of [tunnel, upstream, gateway]) await open?.[Symbol.asyncDispose]()
})

async function signIn(email: string): Promise<void> {
  await ann.submit(await ann.open(`${gateway.url}/sign-in/form`), 'Sign in', { email, password: PASSWORD })
}

async function clientsWithGrants(): Promise<readonly string[]> {
  const grants = JSON.parse((await gateway.command('grants', 'list')).stdout) as { clientId: string }[]
  return grants.map(({ clientId }) => clientId)
}

async function ask(redirect: string): Promise<Visited> {
  const { body } = await registerClient(gateway.url, { redirect_uris: [redirect] })
  return askAs(String(body['client_id']), redirect)
}

function askAs(clientId: string, redirect: string): Promise<Visited> {
  const url = new URL('/oauth/authorize', gateway.url)
  url.search = new URLSearchParams({
    response_type: 'code',
    client_id: clientId,
    redirect_uri: redirect,
    resource: tunnel.url,
    code_challenge: createHash('sha256').update(randomBytes(32)).digest('base64url'),
    code_challenge_method: 'S256',
  }).toString()
  return ann.open(url.href)
}

test('an app’s own scheme is shown as such, not as the host that stands behind it', async () => {
  const page = await ask('evil://accounts.google.com/callback')

  expect(page.html).toContain('<strong>evil: (an app on this computer)</strong>')
  expect(page.html).not.toContain('accounts.google.com')
  expect(page.headers.get('content-security-policy')).toContain("form-action 'self' evil:;")
})

test('a client with a web redirect is asked about again, too', async () => {
  const { body } = await registerClient(gateway.url, { redirect_uris: [WEB_REDIRECT] })
  for (let time = 0; time < 2; time += 1) {
    const page = await askAs(String(body['client_id']), WEB_REDIRECT)
    expect(page.html).toContain('Connect a client?')
    const back = await ann.submit(page, 'Allow')
    expect(back.url).toMatch(/[?&]code=/)
  }
})

test('an answer counts only for the question that its address names', async () => {
  const page = await ask(WEB_REDIRECT)
  const other = await ask(WEB_REDIRECT)

  const answer = await ann.submit(page, 'Allow')

  expect(other.url).not.toBe(page.url)
  expect(answer.status).toBe(410)
})

test('a form that another site posts, with cookie and token of its own choice, does nothing', async () => {
  const page = await ask(WEB_REDIRECT)

  for (const site of ['cross-site', 'same-site']) {
    const response = await fetch(page.url, { method: 'POST', headers: { 'sec-fetch-site': site } })
    expect(response.status).toBe(403)
    expect(await response.text()).toContain('another site')
  }
})

test('a page that was shown to Ann is not answered by who has signed in since', async () => {
  const before = await clientsWithGrants()
  const page = await ask(WEB_REDIRECT)
  await signUp(gateway.url, ann, 'bob@example.com')

  const answer = await ann.submit(page, 'Allow')

  expect(answer.html).toContain('Connect a client?')
  expect(answer.html).toContain('bob@example.com')

  // Bob's own answer counts, after the library has forgotten Ann: a page that submits itself where scripts run.
  const forget = await ann.submit(answer, 'Allow')
  const back = await ann.submit(forget, 'Continue')
  expect(back.url).toMatch(/[?&]code=/)
  expect(await clientsWithGrants()).toEqual(expect.arrayContaining([...before]))
  await signIn('ann@example.com')
})

test('nobody revokes what another person allowed', async () => {
  const tokens = await obtainTokens(gateway.url, tunnel.browser, tunnel.url)
  const home = await tunnel.browser.open(`${gateway.url}/apps`)
  const ids = [...home.html.matchAll(/name="grant_id" value="(grt_\w+)"/g)].map(([, id]) => id ?? '')
  const mallory = new ScriptedBrowser()
  const own = await signUp(gateway.url, mallory, 'mallory@example.com')
  const csrf = /name="_csrf" value="[^"]*"/.exec(own.html)?.[0] ?? ''

  for (const id of ids) {
    const form = `<form action="/grants/revoke"><input ${csrf} /><input name="grant_id" value="${id}" /><button>Go</button></form>`
    await mallory.submit({ ...own, html: form }, 'Go')
  }

  expect(ids.length).toBeGreaterThan(0)
  expect(await clientsWithGrants()).toContain(tokens.clientId)
})
