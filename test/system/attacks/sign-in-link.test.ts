/**
 * Mallory runs `ssh -R 0` on her own computer and sends the link that she gets to Ann, who is signed in. If Ann's click
 * were enough, Mallory's laptop would serve Ann's name. And she tries to make Ann's browser click by itself.
 */
import { afterAll, beforeAll, expect, test } from 'vitest'

import { ScriptedBrowser } from '../support/browser.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { authorizeSsh, signUp } from '../support/people.ts'
import { makeSshKey, startSsh } from '../support/ssh.ts'
import { MCP_URL } from '../support/tunnel.ts'

let gateway: TestGateway
const ann = new ScriptedBrowser()
const LINK = /(http:\/\/localhost:\d+\/sign-in\?user_code=[\w-]+)/

beforeAll(async () => {
  gateway = await startGateway()
  await signUp(gateway.url, ann, 'ann@example.com')
})

afterAll(async () => {
  await gateway?.[Symbol.asyncDispose]()
})

const ssh = (key?: string, forward = '0') =>
  startSsh(gateway.sshPort, ['-T', '-R', forward, 'localhost'], key === undefined ? {} : { key })

test('the page shows what the terminal shows: fingerprint, address and code', async () => {
  const client = ssh(makeSshKey())
  const page = await ann.open(await client.see(LINK))

  const shortCode = /[B-Z]{4}-\d{4}/.exec(client.text())?.[0]
  const fingerprint = /SHA256:[\w+/]{43}/.exec(client.text())?.[0]
  expect(shortCode).toBeDefined()
  expect(page.html).toContain(shortCode)
  expect(page.html).toContain(fingerprint?.replaceAll('/', '/'))
  expect(page.html).toContain('127.0.0.1')
  await client.kill()
})

test('a link opened without a session leads to sign-in, not to an answer', async () => {
  const client = ssh()
  const link = await client.see(LINK)

  const page = await new ScriptedBrowser().open(link)

  expect(page.html).toContain('Sign in')
  expect(page.html).not.toMatch(/[B-Z]{4}-\d{4}/)
  await client.kill()
})

test('Deny ends the terminal with a reason', async () => {
  const client = ssh()

  const page = await authorizeSsh(ann, await client.see(LINK), 'Deny')

  expect(page.html).toContain('Denied')
  expect(await client.exited).not.toBe(0)
  expect(client.text()).toMatch(/denied/i)
})

test('a link answers once, and not after its terminal has gone', async () => {
  const used = ssh()
  const link = await used.see(LINK)
  await authorizeSsh(ann, link)
  await used.see(MCP_URL)
  expect((await ann.open(link)).status).toBe(410)
  await used.kill()

  const gone = ssh()
  const deadLink = await gone.see(LINK)
  await gone.kill()
  await expect.poll(async () => (await ann.open(deadLink)).status, { timeout: 10_000 }).toBe(410)
})

/** Somebody had her browser for a minute and let a connection of theirs in; she notices and signs out everywhere. */
test('a connection that a link let in ends with the browser sessions of its person, one with a bound key does not', async () => {
  const carol = new ScriptedBrowser()
  await signUp(gateway.url, carol, 'carol@example.com')
  const key = makeSshKey()
  const byKey = ssh(key, 'notes:443:localhost:9')
  await authorizeSsh(carol, await byKey.see(LINK))
  await byKey.see(MCP_URL)
  const byLink = ssh()
  await authorizeSsh(carol, await byLink.see(LINK))
  await byLink.see(MCP_URL)

  await carol.submit(await carol.open(`${gateway.url}/account/sessions`), 'Sign out everywhere')

  await byLink.see(/The browser session that let this connection in was ended/, 1000)
  await byLink.exited
  expect(byKey.child.exitCode).toBeNull()
  await byKey.kill()
})

test('a form that another site posts, without the token or with a made-up one, does nothing', async () => {
  const client = ssh()
  const page = await ann.open(await client.see(LINK))

  for (const token of ['', 'made-up', 'AAAAAAAA-AAAAAAAAAAAAAAAAAAAAAAAAAAA']) {
    const answer = await ann.submit(page, 'Authorize', { _csrf: token })
    expect(answer.status).toBe(403)
  }
  expect(client.text()).not.toMatch(MCP_URL)
  expect((await ann.open(page.url)).status).toBe(200)
  await client.kill()
})

test('a key that is bound to Ann opens her tunnel without a question', async () => {
  const key = makeSshKey()
  const first = ssh(key)
  await authorizeSsh(ann, await first.see(LINK))
  const url = await first.see(MCP_URL)
  await first.kill()

  const again = ssh(key)

  expect(await again.see(MCP_URL)).toBe(url)
  expect(again.text()).not.toMatch(LINK)
  await again.kill()
})

test('a key that is bound meanwhile lets its connections in, and does not change hands by a link that was open before', async () => {
  const key = makeSshKey()
  const mallory = new ScriptedBrowser()
  await signUp(gateway.url, mallory, 'mallory@example.com')
  const [first, second] = [ssh(key), ssh(key, 'notes:443:localhost:9')]
  const link = await second.see(LINK)
  await authorizeSsh(ann, await first.see(LINK))
  const url = await first.see(MCP_URL)

  const answer = await mallory.open(link)

  expect(answer.status).toBe(410)
  expect(await second.see(MCP_URL)).toBe(url.replace(/\/([a-z0-9-]+\/mcp)$/, '/notes-$1'))
  await first.kill()
  await second.kill()
  const again = ssh(key)
  expect(await again.see(MCP_URL)).toBe(url)
  await again.kill()
})

test('nobody gets past the front door by holding connections open', async () => {
  const { connect } = await import('node:net')
  const sockets = Array.from({ length: 30 }, () => connect(gateway.sshPort, '127.0.0.1'))
  const closed = { count: 0 }
  for (const socket of sockets)
    socket
      .on('close', () => (closed.count += 1))
      .on('error', () => {})
      .resume()

  await expect.poll(() => closed.count, { timeout: 10_000 }).toBeGreaterThanOrEqual(20)

  for (const socket of sockets) socket.destroy()
})

test.each([
  '//evil.example.com',
  '/\\evil.example.com',
  'https://evil.example.com',
  '/%0d%0aset-cookie:x=1',
  'javascript:alert(1)',
])('signing in does not lead away to %s', async (next) => {
  const browser = new ScriptedBrowser()
  const form = await browser.open(`${gateway.url}/sign-in/form?next=${encodeURIComponent(next)}`)

  const hidden = /name="next" value="([^"]*)"/.exec(form.html)?.[1]

  expect(hidden === '/' || (hidden?.startsWith('/') === true && !/^\/[/\\]/.test(hidden))).toBe(true)
})
