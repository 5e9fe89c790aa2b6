import { createServer, type Server } from 'node:net'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'

import { ScriptedBrowser, type Visited } from '../support/browser.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { startOAuthUpstream, type OAuthUpstream } from '../support/oauth-upstream.ts'
import { obtainTokens, post, REDIRECT } from '../support/oauth.ts'
import { signUp } from '../support/people.ts'

/** Each looks its server up for itself, so that what one test bends is not remembered in the next. */
const ROUTES = ['notes', 'other', 'mixed', 'nameless', 'posed', 'inside', 'near', 'script', 'plain', 'stolen'] as const
let gateway: TestGateway
let upstream: OAuthUpstream
/** Listens where nobody should come, and counts who comes. */
let decoy: Server
let decoyVisits = 0

beforeAll(async () => {
  upstream = await startOAuthUpstream()
  decoy = createServer((socket) => {
    decoyVisits += 1
    socket.destroy()
  })
  await new Promise<void>((resolve) => decoy.listen(0, '0.0.0.0', resolve))
  const route = (name: string): string => `
  - from: http://localhost:PORT/${name}
    to: http://127.0.0.1:${upstream.port}
    policy: [{ allow: { and: [{ authenticated_user: true }] } }]
    upstream_oauth: {}`
  gateway = await startGateway({ config: `routes:${ROUTES.map(route).join('')}\n` })
})

afterAll(async () => {
  decoy?.close()
  for (const open of [upstream, gateway]) await open?.[Symbol.asyncDispose]()
})

beforeEach(() => {
  upstream.resourceMetadata = {}
  upstream.serverMetadata = {}
  upstream.answersAs = undefined
  upstream.letIn.length = 0
  upstream.tokenRequests.length = 0
})

/** Codes that were carried to the token endpoint. */
const redeemed = (): readonly string[] => upstream.tokenRequests.flatMap((body) => body.getAll('code'))

let people = 0

/** Somebody new, whose browser stops before it comes back from the server. */
async function arrive(): Promise<ScriptedBrowser> {
  const browser = new ScriptedBrowser({ stopAt: [REDIRECT, `${gateway.url}/upstream/callback/`] })
  await signUp(gateway.url, browser, `person-${(people += 1)}@example.com`)
  return browser
}

const connectPage = (browser: ScriptedBrowser, route: string): Promise<Visited> =>
  browser.open(`${gateway.url}/upstream/connect?route=${route}`)

/** To the moment before the answer arrives; the address holds the code. */
async function signInAt(browser: ScriptedBrowser, route: string, as: string): Promise<string> {
  upstream.current = as
  const { url } = await browser.submit(await connectPage(browser, route), 'Connect')
  expect(url).toContain(`/upstream/callback/${route}?`)
  return url
}

/** As whom the server lets this person in; undefined where it does not. */
async function whoIs(browser: ScriptedBrowser, route: string): Promise<string | undefined> {
  const url = `${gateway.url}/${route}/mcp`
  const { access_token: token } = await obtainTokens(gateway.url, browser, url)
  const call = '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"read"}}'
  const answer = await post(url, call, { authorization: `Bearer ${token}` })
  return ((await answer.json()) as { result?: { who: string } }).result?.who
}

// Mallory signs in at the server as himself, keeps the address with the code to himself and gets Ann to open it: what she
// writes from then on would land in his account.
test('an answer is worth nothing in a browser that did not ask', async () => {
  const [mallory, ann] = [await arrive(), await arrive()]
  const answer = await signInAt(mallory, 'notes', 'mallory-upstream')

  const page = await ann.resume(answer)

  expect(page.status).toBe(410)
  expect(await whoIs(ann, 'notes')).toBeUndefined()
  expect(redeemed()).toHaveLength(0)
})

// The same, but Ann has a sign-in of her own under way.
test('an answer to somebody else’s question is worth nothing in a browser that asked its own', async () => {
  const [mallory, ann] = [await arrive(), await arrive()]
  const answer = await signInAt(mallory, 'notes', 'mallory-upstream')
  const own = await signInAt(ann, 'notes', 'ann-upstream')

  expect((await ann.resume(answer)).status).toBe(410)
  await ann.resume(own)

  expect(await whoIs(ann, 'notes')).toBe('ann-upstream')
})

// Ann begins on a shared computer and leaves; Mallory signs in to his account here and lets her answer arrive.
test('an answer is worth nothing once somebody else is signed in here', async () => {
  const ann = await arrive()
  const answer = await signInAt(ann, 'notes', 'ann-upstream')
  await ann.submit(await ann.open(`${gateway.url}/apps`), 'Sign out')
  await signUp(gateway.url, ann, 'mallory-on-anns-computer@example.com')

  const page = await ann.resume(answer)

  expect(page.status).toBe(409)
  expect(await whoIs(ann, 'notes')).toBeUndefined()
})

// Mallory finds the address of a finished sign-in in a history, and has kept the cookie as well.
test('an answer is taken once, cookie or not', async () => {
  const ann = await arrive()
  const answer = await signInAt(ann, 'notes', 'ann-upstream')
  const cookie = ann.cookie(gateway.url, 'sallyport_upstream') ?? ''
  expect((await ann.resume(answer)).status).toBe(200)

  const again = await ann.resume(answer)
  ann.plant(gateway.url, 'sallyport_upstream', cookie)
  const withCookie = await ann.resume(answer)

  expect([again.status, withCookie.status]).toEqual([410, 410])
  expect(redeemed()).toHaveLength(1)
})

// A server of Mallory's sends the browser on to an honest one, so that the honest one's code comes to us as if it were
// his, and we carry it to his token endpoint: the answer says who gave it, and it comes back at another route's address.
test('an answer of another server is not carried to the one that was asked', async () => {
  const ann = await arrive()
  upstream.answersAs = 'https://honest.example'
  const answer = await signInAt(ann, 'mixed', 'ann-upstream')

  const page = await ann.resume(answer)

  expect(page.status).toBe(502)
  expect(page.html).toContain('did not come from where we asked')
  expect(redeemed()).toHaveLength(0)
})

test('an answer that does not say who gave it is refused where the server says that its answers do', async () => {
  const ann = await arrive()
  upstream.answersAs = ''
  const answer = await signInAt(ann, 'nameless', 'ann-upstream')

  expect((await ann.resume(answer)).status).toBe(502)
  expect(redeemed()).toHaveLength(0)
})

test('an answer for one route is worth nothing at another', async () => {
  const ann = await arrive()
  const answer = await signInAt(ann, 'other', 'ann-upstream')

  const page = await ann.resume(answer.replace('/callback/other', '/callback/notes'))

  expect(page.status).toBe(410)
  expect(redeemed()).toHaveLength(0)
})

// The server behind a route poses as another one: we would ask for a token for that one and send it to this one.
test('a server that calls itself another one is not signed in at', async () => {
  upstream.resourceMetadata = { resource: 'https://bank.example/mcp' }

  const page = await connectPage(await arrive(), 'posed')

  expect(page.status).toBe(502)
  expect(gateway.output()).toContain('is about another server')
})

// Metadata leads our own requests to where only we can go: the cloud's metadata service, a neighbour, this computer.
test.each([
  ['inside', (port: number) => `https://127.0.0.1:${port}`],
  ['near', (port: number) => `http://127.0.0.2:${port}`],
])('metadata that names a private address leads nowhere (%s)', async (route, issuerAt) => {
  const before = decoyVisits
  upstream.resourceMetadata = { authorization_servers: [issuerAt((decoy.address() as AddressInfo).port)] }

  const page = await connectPage(await arrive(), route)

  expect(page.status).toBe(503)
  expect(page.html).not.toContain('Connect</button>')
  expect(decoyVisits).toBe(before)
})

// The sign-in page is a script, or a place where everybody on the way reads the code.
test.each([
  ['script', 'javascript:alert(1)'],
  ['plain', 'http://evil.example/authorize'],
])('no browser is sent to %s: %s', async (route, endpoint) => {
  upstream.serverMetadata = { authorization_endpoint: endpoint }

  const page = await connectPage(await arrive(), route)

  expect(page.status).toBe(502)
  expect(page.html).not.toContain(endpoint)
  expect(page.headers.get('content-security-policy')).not.toContain('evil.example')
})

// A link to our page that ends at Mallory's.
test('nothing in the link decides where one ends', async () => {
  const ann = await arrive()
  const evil = 'https://evil.example/'
  upstream.current = 'ann-upstream'
  const query = new URLSearchParams({ route: 'notes', next: evil, redirect_uri: evil, url: evil })
  const page = await ann.open(`${gateway.url}/upstream/connect?${query.toString()}`)

  const answer = await ann.submit(page, 'Connect', { next: evil, redirect_uri: evil })
  const end = await ann.resume(answer.url)

  expect(new URL(end.url).origin).toBe(gateway.url)
  expect((await connectPage(ann, encodeURIComponent(evil))).status).toBe(404)
})

// A page of Mallory's begins a sign-in, or ends a connection, in the background.
test.each(['connect', 'disconnect'])('another site cannot %s for a person', async (what) => {
  const ann = await arrive()
  const cookie = [...ann.cookiesFor(gateway.url)].map(([name, value]) => `${name}=${value}`).join('; ')

  const answer = await fetch(`${gateway.url}/upstream/${what}`, {
    method: 'POST',
    redirect: 'manual',
    headers: { cookie, origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
    body: new URLSearchParams({ route: 'notes' }),
  })

  expect(answer.status).toBe(403)
})

// Mallory can write to the database, but has no key: he puts Ann's tokens under his own name, and under another route.
test('tokens that were moved to another person or route do not open', async () => {
  const [ann, mallory] = [await arrive(), await arrive()]
  await ann.resume(await signInAt(ann, 'stolen', 'ann-upstream'))
  await mallory.resume(await signInAt(mallory, 'stolen', 'mallory-upstream'))
  await gateway.stop()
  const db = new DatabaseSync(join(gateway.dataFolder, 'store.sqlite'))
  const rows = db.prepare("select user_id, sealed_tokens from upstream_connections where route = 'stolen'").all()
  const [first, second] = rows as { user_id: string; sealed_tokens: string }[]
  const put = db.prepare("update upstream_connections set sealed_tokens = ? where user_id = ? and route = 'stolen'")
  put.run(first?.sealed_tokens ?? '', second?.user_id ?? '')
  put.run(second?.sealed_tokens ?? '', first?.user_id ?? '')
  db.exec(
    `insert into upstream_connections select user_id, 'notes', resource, issuer, generation, sealed_tokens, scope,
     asked_scope, expires_at, connected_at, renewed_at from upstream_connections where route = 'stolen'`,
  )
  db.close()
  await gateway.restart()

  for (const who of [ann, mallory]) {
    for (const route of ['stolen', 'notes']) expect(await whoIs(who, route)).toBeUndefined()
  }
  expect(gateway.output()).toContain('upstream.tokens_unreadable')
  expect(upstream.letIn).toHaveLength(0)
})

// Mallory reads a copy of the database.
test('a copy of the database holds no token and no client secret', async () => {
  const ann = await arrive()
  await ann.resume(await signInAt(ann, 'notes', 'ann-upstream'))
  await whoIs(ann, 'notes')
  const [{ token } = { token: '' }] = upstream.letIn

  const db = new DatabaseSync(join(gateway.dataFolder, 'store.sqlite'), { readOnly: true })
  const rows = ['upstream_connections', 'upstream_clients'].flatMap((table) =>
    db.prepare(`select * from ${table}`).all(),
  )
  db.close()

  expect(token).not.toBe('')
  expect(JSON.stringify(rows)).not.toContain(token)
  expect(JSON.stringify(rows)).not.toMatch(/client_secret|"secret"/)
})
