/** What a web page of another origin can read of a refusal: a client that runs in a page goes by nothing else. */

import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { ScriptedBrowser } from './support/browser.ts'
import { awaitCallback, type Callback } from './support/callback.ts'
import { hasNoChromium, launchChromium } from './support/chromium.ts'
import { startGateway, type TestGateway } from './support/gateway.ts'
import { obtainTokens, REDIRECT } from './support/oauth.ts'
import { signUp } from './support/people.ts'

const skipped = hasNoChromium
const CALL = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'write', arguments: {} } })

let gateway: TestGateway
let site: Callback
let browser: Browser
let page: Page
beforeAll(async () => {
  if (skipped) return
  site = await awaitCallback()
  gateway = await startGateway({
    config: `
routes:
  - from: http://localhost:PORT/team
    to: http://127.0.0.1:9
    policy: [{ allow: { and: [{ email: ann@example.com }, { oauth_scope: "team:write" }] } }]
`,
  })
  browser = await launchChromium()
  page = await browser.newPage()
  await page.goto(site.url)
})
afterAll(async () => {
  await browser?.close()
  for (const open of [gateway, site]) await open?.[Symbol.asyncDispose]()
})

interface Sent {
  readonly method?: string
  readonly body?: string
  readonly headers?: Record<string, string>
}

/** In the page: what a script of it can read. */
const read = (url: string, init: Sent = {}): Promise<{ status: number; challenge: string | null; body: string }> =>
  page.evaluate(
    async ([target, options]) => {
      const response = await fetch(target, options)
      return {
        status: response.status,
        challenge: response.headers.get('www-authenticate'),
        body: await response.text(),
      }
    },
    [url, init] as const,
  )

const mcpPost = (headers: Readonly<Record<string, string>> = {}): Sent => ({
  method: 'POST',
  body: CALL,
  headers: { 'content-type': 'application/json', 'mcp-protocol-version': '2025-11-25', ...headers },
})

test.skipIf(skipped)('a page reads why it was refused: no token, and one that lacks a scope', async () => {
  const person = new ScriptedBrowser({ stopAt: [REDIRECT] })
  await signUp(gateway.url, person, 'ann@example.com')
  const team = `${gateway.url}/team/mcp`
  const { access_token: token } = await obtainTokens(gateway.url, person, team)

  const anonymous = await read(team, mcpPost())
  const narrow = await read(team, mcpPost({ authorization: `Bearer ${token}` }))

  expect(anonymous).toMatchObject({ status: 401, challenge: expect.stringMatching(/^Bearer .*resource_metadata="/) })
  expect(narrow).toMatchObject({
    status: 403,
    challenge: expect.stringMatching(/^Bearer error="insufficient_scope".*scope="[^"]*team:write/),
  })
})

test.skipIf(skipped)(
  'a page reads the metadata, registers, and reads what was wrong with its token request',
  async () => {
    const json = { 'content-type': 'application/json', 'mcp-protocol-version': '2025-11-25' }
    const metadata = await read(`${gateway.url}/.well-known/oauth-authorization-server`, { headers: json })
    const resource = await read(`${gateway.url}/.well-known/oauth-protected-resource/team/mcp`, { headers: json })
    const registered = await read(`${gateway.url}/oauth/register`, {
      method: 'POST',
      headers: json,
      body: JSON.stringify({ redirect_uris: [site.url] }),
    })
    const refused = await read(`${gateway.url}/oauth/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', authorization: 'Bearer spent' },
      body: 'grant_type=refresh_token&refresh_token=x&client_id=x',
    })

    expect([metadata.status, resource.status, registered.status]).toEqual([200, 200, 201])
    expect(JSON.parse(refused.body)).toMatchObject({ error: 'invalid_client' })
  },
)
