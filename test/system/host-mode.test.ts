import { afterAll, beforeAll, expect, test } from 'vitest'

import { ScriptedBrowser } from './support/browser.ts'
import { serveAssets, startAssets } from './support/assets.ts'
import { startGateway, type TestGateway } from './support/gateway.ts'
import { obtainTokens, post, REDIRECT } from './support/oauth.ts'
import { authorizeSsh, PASSWORD } from './support/people.ts'
import { makeSshKey, startSsh } from './support/ssh.ts'
import { trustTestDomain } from './support/tls.ts'
import { startUpstream, type RecordingUpstream } from './support/upstream.ts'

const DOMAIN = 'sallyport.test'
let gateway: TestGateway
let upstream: RecordingUpstream
const key = makeSshKey()

beforeAll(async () => {
  const { certificate, key } = trustTestDomain(DOMAIN)
  upstream = await startUpstream()
  gateway = await startGateway({
    publicUrl: `https://gateway.${DOMAIN}:PORT`,
    config: `tls: { certificate: cert.pem, key: key.pem }\ntunnels: { domain: tunnels.${DOMAIN}, public_assets: true }\n`,
    files: { 'cert.pem': certificate, 'key.pem': key },
  })
})

afterAll(async () => {
  for (const open of [upstream, gateway]) await open?.[Symbol.asyncDispose]()
})

test('in host mode over TLS, from the set-up code to a tool call', async () => {
  const browser = new ScriptedBrowser({ stopAt: [REDIRECT] })
  const code = /Set-up code +(\S+)/.exec(gateway.output())?.[1] ?? ''
  const form = await browser.open(`${gateway.url}/sign-in/form`)
  const refused = await browser.submit(form, 'Create account', {
    email: 'ann@example.com',
    password: PASSWORD,
    set_up_code: 'guess',
  })
  expect(refused.html).toContain('set-up code')
  const home = await browser.submit(refused, 'Create account', {
    email: 'ann@example.com',
    password: PASSWORD,
    set_up_code: code,
  })
  expect(home.html).toContain('Your tunnel')

  const ssh = startSsh(gateway.sshPort, ['-T', '-R', '0', 'localhost', `port=${upstream.port}`], { key })
  await authorizeSsh(browser, await ssh.see(/(https:\/\/gateway\.sallyport\.test:\d+\/sign-in\?user_code=[\w-]+)/))
  const url = await ssh.see(/(https:\/\/[a-z]+-[a-z]+-\d{4}\.tunnels\.sallyport\.test:\d+\/mcp)/)

  const challenged = await post(url, '{"jsonrpc":"2.0","id":1,"method":"ping"}')
  const { origin } = new URL(url)
  expect(challenged.status).toBe(401)
  expect(challenged.headers.get('www-authenticate')).toBe(
    `Bearer resource_metadata="${origin}/.well-known/oauth-protected-resource/mcp", scope="mcp"`,
  )
  for (const path of ['/mcp', '']) {
    const metadata = (await (await fetch(`${origin}/.well-known/oauth-protected-resource${path}`)).json()) as Record<
      string,
      unknown
    >
    expect(metadata).toMatchObject({ resource: url, authorization_servers: [gateway.url] })
  }
  for (const host of [gateway.url, origin]) {
    const metadata = (await (await fetch(`${host}/.well-known/oauth-authorization-server`)).json()) as Record<
      string,
      unknown
    >
    expect(metadata).toMatchObject({
      issuer: gateway.url,
      token_endpoint: `${gateway.url}/oauth/token`,
      scopes_supported: ['mcp'],
    })
  }

  const tokens = await obtainTokens(gateway.url, browser, url)
  const response = await post(url, '{"jsonrpc":"2.0","id":2,"method":"ping"}', {
    authorization: `Bearer ${tokens.access_token}`,
    cookie: 'theirs=1',
  })
  expect(response.status).toBe(200)
  expect(upstream.seen.at(-1)?.url).toBe('/mcp')
  expect(upstream.seen.at(-1)?.headers['x-forwarded-proto']).toBe('https')

  // The Python SDK renews its tokens at the host of the MCP URL once it has been started anew.
  const renewal = new URLSearchParams({
    grant_type: 'refresh_token',
    refresh_token: tokens.refresh_token,
    client_id: tokens.clientId,
  })
  const renewed = await fetch(`${origin}/token`, { method: 'POST', body: renewal })
  expect(await renewed.json()).toMatchObject({ token_type: 'Bearer', scope: 'mcp' })
  const noForm = await post(`${origin}/token`, '{"jsonrpc":"2.0","id":3,"method":"ping"}')
  expect(noForm.status).toBe(401)
  await ssh.kill()
})

test('public assets have a host of their own, plant no cookie and are no page', async () => {
  await using assets = await startAssets()
  const { ssh, url } = await serveAssets(gateway, { key, port: assets.port })
  const ask = (destination: string) =>
    fetch(`${url}a.js`, { headers: { 'sec-fetch-dest': destination, cookie: 'theirs=1' } })
  const answer = await ask('script')

  expect(new URL(url).hostname).toMatch(/^assets-[a-z]+-[a-z]+-\d{4}\.tunnels\.sallyport\.test$/)
  expect([answer.status, await answer.text(), assets.seen.at(-1)?.url]).toEqual([200, 'export {}', '/a.js'])
  expect(Object.fromEntries(answer.headers)).toMatchObject({
    'access-control-allow-origin': '*',
    'content-security-policy': 'sandbox',
    'x-content-type-options': 'nosniff',
  })
  expect(answer.headers.getSetCookie()).toEqual([])
  expect(answer.headers.has('service-worker-allowed')).toBe(false)
  expect(assets.seen.at(-1)?.headers).not.toHaveProperty('cookie')
  for (const page of ['document', 'iframe', 'serviceworker']) expect((await ask(page)).status).toBe(403)
  expect((await post(`${url}mcp`, '{"jsonrpc":"2.0","id":1,"method":"ping"}')).status).toBe(405)
  expect(assets.seen).toHaveLength(1)
  await ssh.kill()
})

test('sign-up is closed once the first account exists', async () => {
  const form = await new ScriptedBrowser().open(`${gateway.url}/sign-in/form?mode=sign-up`)

  expect(form.html).toContain('Sign in')
  expect(form.html).not.toContain('Create an account')
})

test('the session cookie is bound to the host and sent over TLS only', async () => {
  const browser = new ScriptedBrowser()
  const form = await browser.open(`${gateway.url}/sign-in/form`)
  const cookies = form.headers.getSetCookie()

  expect(cookies.length).toBeGreaterThan(0)
  for (const cookie of cookies) expect(cookie).toMatch(/^__Host-.*; Path=\/; HttpOnly; Secure; SameSite=Lax/)
})
