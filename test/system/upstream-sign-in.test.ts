import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'

import { ScriptedBrowser, type Visited } from './support/browser.ts'
import { startGateway, type TestGateway } from './support/gateway.ts'
import { startOAuthUpstream, type OAuthUpstream } from './support/oauth-upstream.ts'
import { obtainTokens, post, REDIRECT } from './support/oauth.ts'
import { PASSWORD, signUp } from './support/people.ts'
import { until } from './support/until.ts'

let gateway: TestGateway
let upstream: OAuthUpstream
let ann: Caller
let bob: Caller

/** A person with a browser and a client that may call the route. */
interface Caller {
  readonly browser: ScriptedBrowser
  readonly authorization: string
}

interface Answer {
  readonly status: number
  readonly result?: { readonly who: string }
  readonly error?: { readonly code: number; readonly message: string; readonly data: Record<string, unknown> }
}

beforeAll(async () => {
  upstream = await startOAuthUpstream()
  gateway = await startGateway({
    config: `
routes:
  - from: http://localhost:PORT/notes
    to: http://127.0.0.1:${upstream.port}
    policy: [{ allow: { and: [{ domain: example.com }] } }]
    upstream_oauth: {}
`,
  })
  ann = await arrive('ann@example.com')
  bob = await arrive('bob@example.com')
})

afterAll(async () => {
  for (const open of [upstream, gateway]) await open?.[Symbol.asyncDispose]()
})

beforeEach(() => {
  upstream.denies = false
  upstream.tokenLifeS = 600
  upstream.refused = new Set()
  upstream.letIn.length = 0
})

async function arrive(email: string): Promise<Caller> {
  const browser = new ScriptedBrowser({ stopAt: [REDIRECT] })
  await signUp(gateway.url, browser, email)
  const { access_token: token } = await obtainTokens(gateway.url, browser, `${gateway.url}/notes/mcp`)
  return { browser, authorization: `Bearer ${token}` }
}

async function call({ authorization }: Caller, tool = 'read', path = '/notes/mcp'): Promise<Answer> {
  const body = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: tool } }
  const answer = await post(`${gateway.url}${path}`, JSON.stringify(body), { authorization })
  return { status: answer.status, ...((await answer.json().catch(() => ({}))) as Omit<Answer, 'status'>) }
}

/** From the link in the error to the end. */
async function connect(who: Caller, as: string): Promise<Visited> {
  upstream.current = as
  const { error } = await call(who)
  const page = await who.browser.open(String(error?.data['url']))
  return who.browser.submit(page, 'Connect')
}

const linkIn = ({ error }: Answer): unknown => error?.data['url']

test('before a person has signed in at the server, their client gets words and a link, and no challenge', async () => {
  const answer = await call(ann)

  expect(answer.status).toBe(200)
  expect(answer.error).toMatchObject({
    code: -32064,
    message: expect.stringContaining('sign in there first'),
    data: { code: 'upstream_sign_in_required', url: `${gateway.url}/upstream/connect?route=notes` },
  })
  expect(upstream.letIn).toHaveLength(0)
})

test('what is no request gets the link as text', async () => {
  const answer = await fetch(`${gateway.url}/notes/mcp`, { headers: { authorization: ann.authorization } })

  expect(answer.status).toBe(403)
  expect(await answer.text()).toContain('/upstream/connect?route=notes')
})

test('the page shows the server and where one signs in; afterwards calls carry the server’s own token', async () => {
  const shown = await ann.browser.open(`${gateway.url}/upstream/connect?route=notes`)
  expect(shown.html).toContain(upstream.url)
  expect(shown.html).toContain(upstream.issuer)

  const done = await connect(ann, 'ann-upstream')
  const answer = await call(ann)

  expect(done.html).toContain('You are connected')
  expect(answer.result).toEqual({ who: 'ann-upstream' })
  expect(upstream.letIn[0]?.claims).toMatchObject({ iss: upstream.issuer, aud: upstream.url })
  expect(upstream.asked[0]?.get('resource')).toBe(upstream.url)
  expect(upstream.asked[0]?.get('code_challenge_method')).toBe('S256')
  expect(upstream.asked[0]?.get('scope')).toBe('notes offline_access')
})

test('who opens the link without being signed in here signs in first and gets there', async () => {
  const elsewhere = new ScriptedBrowser()

  const form = await elsewhere.open(`${gateway.url}/upstream/connect?route=notes`)
  const page = await elsewhere.submit(form, 'Sign in', { email: 'ann@example.com', password: PASSWORD })

  expect(page.html).toContain('You are connected')
})

test('two people have two tokens', async () => {
  expect(linkIn(await call(bob))).toBeDefined()

  await connect(bob, 'bob-upstream')

  expect((await call(bob)).result?.who).toBe('bob-upstream')
  expect((await call(ann)).result?.who).toBe('ann-upstream')
})

test('the token goes to the MCP URL and nowhere else on that server', async () => {
  const { access_token: token } = await obtainTokens(gateway.url, ann.browser, `${gateway.url}/notes/elsewhere`)

  const answer = await call({ ...ann, authorization: `Bearer ${token}` }, 'read', '/notes/elsewhere')

  expect(answer.status).toBe(404)
})

test('a restart keeps the tokens', async () => {
  await gateway.restart()

  expect((await call(ann)).result?.who).toBe('ann-upstream')
})

test('tokens are renewed before they expire, without the person', async () => {
  await ann.browser.submit(await ann.browser.open(`${gateway.url}/apps`), 'Disconnect')
  upstream.tokenLifeS = 6
  await connect(ann, 'ann-upstream')
  await call(ann)
  const first = upstream.letIn[0]?.token

  const renewed = await until('another token', async () => {
    const { result } = await call(ann)
    expect(result?.who).toBe('ann-upstream')
    return upstream.letIn.find(({ token }) => token !== first)
  })

  expect(renewed.claims.sub).toBe('ann-upstream')
})

test('when the server has ended the grant, the person gets the link again', async () => {
  await upstream.revokeGrants()

  const answer = await until('the link', async () => {
    const next = await call(ann)
    return linkIn(next) !== undefined && next
  })

  expect(answer.error?.data['code']).toBe('upstream_sign_in_required')
})

test('a token that the server refuses is renewed once, and the next call works', async () => {
  await connect(ann, 'ann-upstream')
  await call(ann)
  upstream.refused = new Set(upstream.letIn.map(({ token }) => token))

  const refused = await call(ann)

  expect(refused.status).toBe(502)
  await until('a call to work', async () => (await call(ann)).result?.who === 'ann-upstream')
})

test('when a renewed token is refused as well, the person has to sign in again', async () => {
  upstream.refused = 'all'

  const answer = await until('the link', async () => {
    const next = await call(ann)
    return linkIn(next) !== undefined && next
  })

  expect(answer.error?.code).toBe(-32064)
})

test('a call that needs more scope sends the person to sign in with that scope', async () => {
  await connect(ann, 'ann-upstream')
  expect((await call(ann, 'write')).status).toBe(403)
  await until('the link', async () => linkIn(await call(ann)) !== undefined)

  await connect(ann, 'ann-upstream')

  expect(upstream.asked.at(-1)?.get('scope')?.split(' ').toSorted()).toEqual(['notes', 'offline_access', 'write'])
  expect((await call(ann, 'write')).result?.who).toBe('ann-upstream')
})

test('who says no there is told so, and may try again', async () => {
  await ann.browser.submit(await ann.browser.open(`${gateway.url}/apps`), 'Disconnect')
  upstream.denies = true

  const declined = await connect(ann, 'ann-upstream')

  expect(declined.status).toBe(403)
  expect(declined.html).toContain('Try again')
  expect(linkIn(await call(ann))).toBeDefined()
})

test('connected servers are listed with the apps; disconnecting ends it here and there', async () => {
  await connect(ann, 'ann-upstream')
  const apps = await ann.browser.open(`${gateway.url}/apps`)
  expect(apps.html).toContain(`127.0.0.1:${upstream.port}`)

  await ann.browser.submit(apps, 'Disconnect')

  expect(linkIn(await call(ann))).toBeDefined()
  expect((await ann.browser.open(`${gateway.url}/apps`)).html).not.toContain('Disconnect')
  await until('the revocation', () => upstream.visits.includes('POST /token/revocation'))
})

test('who may not use the route finds no server to sign in at', async () => {
  const stranger = new ScriptedBrowser()
  await signUp(gateway.url, stranger, 'eve@elsewhere.example')

  const page = await stranger.open(`${gateway.url}/upstream/connect?route=notes`)

  expect(page.status).toBe(404)
  expect(page.html).not.toContain(upstream.issuer)
})

test('what we are can be read by servers that fetch it, for each route apart', async () => {
  const url = `${gateway.url}/oauth/client-metadata/upstream/notes`

  const document = (await (await fetch(url)).json()) as Record<string, unknown>

  expect(document).toMatchObject({ client_id: url, redirect_uris: [`${gateway.url}/upstream/callback/notes`] })
  expect((await fetch(`${gateway.url}/oauth/client-metadata/upstream/nowhere`)).status).toBe(404)
})

test('no token of the server is in the log or in what the client sees', async () => {
  await connect(ann, 'ann-upstream')
  await call(ann)

  for (const { token } of upstream.letIn) expect(gateway.output()).not.toContain(token)
  for (const body of upstream.tokenRequests) {
    expect(gateway.output()).not.toContain(body.get('refresh_token') ?? 'nothing to find')
  }
})
