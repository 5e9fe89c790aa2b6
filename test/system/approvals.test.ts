/** Calls that a person has to allow: they wait in Envoy, and the person decides in the tunnel's terminal or on a page. */
import { decodeJwt } from 'jose'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'

import { ScriptedBrowser } from './support/browser.ts'
import { startGateway, type TestGateway } from './support/gateway.ts'
import { obtainTokens, post, REDIRECT } from './support/oauth.ts'
import { signUp } from './support/people.ts'
import { startSsh, type SshClient } from './support/ssh.ts'
import { openTunnel, type OpenTunnel } from './support/tunnel.ts'
import { until } from './support/until.ts'
import { startUpstream, type RecordingUpstream } from './support/upstream.ts'

let gateway: TestGateway
let upstream: RecordingUpstream
let tunnel: OpenTunnel
let terminal: SshClient

beforeAll(async () => {
  upstream = await startUpstream()
  gateway = await startGateway({
    config: `
tunnels:
  approve: { when: { or: [{ mcp_tool: { starts_with: delete } }, { mcp_argument/force: true }] }, timeout: 4s }
routes:
  - from: http://localhost:PORT/team
    to: http://127.0.0.1:${upstream.port}
    policy: [{ allow: { and: [{ authenticated_user: true }] } }]
    approve: { when: { and: [{ mcp_tool: send }] }, by: nobody-is-in-it, timeout: 2s }
`,
  })
  tunnel = await openTunnel(gateway, { email: 'ann@example.com', port: upstream.port })
  await tunnel.ssh.kill()
  terminal = startSsh(gateway.sshPort, ['-tt', '-R', '0', 'localhost', `port=${upstream.port}`], { key: tunnel.key })
  await terminal.see(/live/)
})

afterAll(async () => {
  await terminal?.kill()
  for (const open of [tunnel, upstream, gateway]) await open?.[Symbol.asyncDispose]()
})

beforeEach(() => void upstream.seen.splice(0))

const body = (name: string, args: object = {}, id = 5): string =>
  JSON.stringify({ jsonrpc: '2.0', id, method: 'tools/call', params: { name, arguments: args } })

const call = async (name: string, args?: object): Promise<{ error?: { code: number; data: { code: string } } }> =>
  (await (await post(tunnel.url, body(name, args), tunnel.bearer)).json()) as never

/* oxlint-disable no-control-regex -- the sequences that place the words are taken out here */
/** What the screen has shown, without where. */
const wordsOf = (client: SshClient): string =>
  client
    .text()
    .replaceAll(/\u001b\[[0-9;?]*[A-Za-z]/g, ' ')
    .replaceAll(/\s+/g, ' ')
/* oxlint-enable no-control-regex */

const onScreen = (client: SshClient, words: RegExp): Promise<unknown> =>
  until(`the screen to show ${String(words)}`, () => words.test(wordsOf(client)))

/** Presses a key as often as it takes: it counts only when the screen shows what it is about. */
async function press(key: string, done: () => boolean): Promise<void> {
  await until('the key to be heard', () => {
    if (!done()) terminal.child.stdin?.write(key)
    return done()
  })
}

test('a call waits until the owner allows it in their terminal, who sees tool, arguments and caller', async () => {
  let answer: object | undefined
  const asked = call('delete_all', { path: '/tmp/x' }).then((got) => (answer = got))
  await onScreen(terminal, /ann@example\.com with \S+ from 127\.0\.0\.1 calls delete_all/)
  await onScreen(terminal, /"path": "\/tmp\/x"/)

  expect(await call('read')).not.toHaveProperty('error')
  expect(upstream.seen.map((seen) => seen.body).join()).not.toContain('delete_all')

  await press('a', () => answer !== undefined)
  await asked
  expect(answer).not.toHaveProperty('error')
  expect(upstream.seen.at(-1)?.body).toContain('delete_all')
})

test('a denial and a silence are errors that say so, and reach no server', async () => {
  let denied: Awaited<ReturnType<typeof call>> | undefined
  const asked = call('read', { force: true }).then((got) => (denied = got))
  await onScreen(terminal, /read \(\d s left/)
  await press('d', () => denied !== undefined)
  await asked
  const expired = await call('delete_late')

  expect(denied).toMatchObject({ error: { code: -32063, data: { code: 'approval_denied' } } })
  await until('the records of both', async () => {
    const { stdout } = await gateway.command('audit', '--denied', '--json')
    return /"approval":"denied usr_/.test(stdout) && /"approval":"expired"/.test(stdout)
  })
  expect(expired).toMatchObject({ error: { code: -32063, data: { code: 'approval_expired' } } })
  expect(upstream.seen).toEqual([])
})

test('an hour is for this tool and this client, not for another one', async () => {
  let first: object | undefined
  const asked = call('delete_some').then((got) => (first = got))
  await onScreen(terminal, /delete_some \(\d s left/)
  await press('A', () => first !== undefined)
  await asked

  expect(await call('delete_some', { other: true })).not.toHaveProperty('error')
  expect(await call('delete_other')).toMatchObject({ error: { data: { code: 'approval_expired' } } })
})

// An up-arrow is ESC [ A on the wire. Read byte by byte it would be "A": allow for an hour.
test('an arrow key and pasted text decide nothing', async () => {
  const asked = call('delete_arrow')
  await onScreen(terminal, /delete_arrow \(\d s left/)
  await until('the selection to have settled', () => /delete_arrow \(3 s left\)/.test(wordsOf(terminal)))
  terminal.child.stdin?.write('\u001b[A')
  terminal.child.stdin?.write('a name with an a')

  expect(await asked).toMatchObject({ error: { data: { code: 'approval_expired' } } })
})

// A program on the laptop can run ssh, and must not be able to allow its own calls.
test('without a terminal nothing is decided: the lines say where', async () => {
  const lines = startSsh(gateway.sshPort, ['-T', '-R', '0', 'localhost', `port=${upstream.port}`], { key: tunnel.key })
  await lines.see(/->/)
  const asked = call('delete_lines')
  await lines.see(/calls delete_lines\. It waits until you allow it on the page \/reviews/)
  lines.child.stdin?.write('a')
  lines.child.stdin?.write('A')

  expect(await asked).toMatchObject({ error: { data: { code: 'approval_expired' } } })
  await lines.kill()
  terminal = startSsh(gateway.sshPort, ['-tt', '-R', '0', 'localhost', `port=${upstream.port}`], { key: tunnel.key })
  await terminal.see(/live/)
})

test('the owner may allow it on a page as well, and nobody else sees it there', async () => {
  const bob = new ScriptedBrowser({ stopAt: [REDIRECT] })
  await signUp(gateway.url, bob, 'bob@example.com')
  const asked = call('delete_page')
  await onScreen(terminal, /delete_page \(\d s left/)

  const strange = await bob.open(`${gateway.url}/reviews`)
  const page = await tunnel.browser.open(`${gateway.url}/reviews`)
  await tunnel.browser.submit(page, 'Allow once')

  expect(strange.html).toContain('Nothing waits')
  expect(page.html).toContain('delete_page')
  expect(await asked).not.toHaveProperty('error')
})

test('where nobody may allow it, a call waits in vain', async () => {
  const url = `${gateway.url}/team/mcp`
  const { access_token: token } = await obtainTokens(gateway.url, tunnel.browser, url)

  const answer = await post(url, body('send'), { authorization: `Bearer ${token}` })

  expect(await answer.json()).toMatchObject({ error: { data: { code: 'approval_expired' } } })
})

test('a held call ends when its client goes away, and when the permission is taken back meanwhile', async () => {
  const gone = new AbortController()
  const fetched = fetch(tunnel.url, {
    method: 'POST',
    body: body('delete_gone'),
    headers: { 'content-type': 'application/json', ...tunnel.bearer },
    signal: gone.signal,
  }).catch(() => 'aborted')
  await onScreen(terminal, /delete_gone \(\d s left/)
  gone.abort()
  expect(await fetched).toBe('aborted')
  await until('the page to be empty', async () =>
    (await tunnel.browser.open(`${gateway.url}/reviews`)).html.includes('Nothing waits'),
  )

  const revoked = (await obtainTokens(gateway.url, tunnel.browser, tunnel.url)).access_token
  const { gid } = decodeJwt<{ gid: string }>(revoked)
  const asked = post(tunnel.url, body('delete_revoked'), { authorization: `Bearer ${revoked}` })
  await onScreen(terminal, /delete_revoked \(\d s left/)
  await gateway.command('grants', 'revoke', gid)
  const page = await tunnel.browser.open(`${gateway.url}/reviews`)
  await tunnel.browser.submit(page, 'Allow once')

  expect(await (await asked).json()).toMatchObject({ error: { data: { code: 'approval_ended' } } })
  expect(upstream.seen).toEqual([])
})
