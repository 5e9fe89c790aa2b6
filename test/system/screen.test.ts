/** The screen of a tunnel in a person's terminal: real ssh, real Envoy, live calls, at several sizes. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'

import { ScriptedBrowser } from './support/browser.ts'
import { startGateway, type TestGateway } from './support/gateway.ts'
import { obtainTokens, post, REDIRECT } from './support/oauth.ts'
import { authorizeSsh, signUp } from './support/people.ts'
import { openPseudoTerminal, type PseudoTerminal, type Size } from './support/pseudo-terminal.ts'
import { makeSshKey, startSsh } from './support/ssh.ts'
import { startUpstream, type RecordingUpstream } from './support/upstream.ts'
import { until } from './support/until.ts'

const KEYS = { enter: '\r', escape: '\u001b' }

const ROUTE = `
  - from: http://localhost:PORT/ROUTE
    upstream_tunnel: { ssh_policy: [{ allow: { and: [{ authenticated_user: true }] } }] }
    policy: [{ use: team }]
`

let gateway: TestGateway
let upstream: RecordingUpstream
/** A route for each test, so that nothing of one is seen in another. */
const ROUTES = ['team-1', 'team-2', 'team-3', 'team-4']
const bearers = new Map<string, { readonly authorization: string }>()
const key = makeSshKey()

/** Opens one event stream and answers whatever else is asked. */
const answer: Parameters<typeof startUpstream>[0] = (request, response, body) => {
  if (request.method === 'GET') {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write(': open\n\n')
    return
  }
  const { id } = JSON.parse(body) as { id: number }
  response.setHeader('content-type', 'application/json')
  response.end(JSON.stringify({ jsonrpc: '2.0', id, result: {} }))
}

beforeAll(async () => {
  upstream = await startUpstream(answer)
  gateway = await startGateway({
    config: `
audit: { arguments: full }
policies:
  team: [{ allow: { and: [{ email: ann@example.com }] } }, { deny: { or: [{ mcp_tool: { starts_with: delete } }] } }]
routes:
${ROUTES.map((route) => ROUTE.replace('ROUTE', route)).join('')}`,
  })
  const browser = new ScriptedBrowser({ stopAt: [REDIRECT] })
  await signUp(gateway.url, browser, 'ann@example.com')
  const first = startSsh(gateway.sshPort, ['-T', '-R', '0', 'localhost'], { key })
  await authorizeSsh(browser, await first.see(/(http:\/\/localhost:\d+\/sign-in\?user_code=[\w-]+)/))
  await first.see(/\/mcp/)
  await first.kill()
  for (const route of ROUTES) {
    const tokens = await obtainTokens(gateway.url, browser, urlOf(route))
    bearers.set(route, { authorization: `Bearer ${tokens.access_token}` })
  }
})

afterAll(async () => {
  for (const open of [upstream, gateway]) await open?.[Symbol.asyncDispose]()
})

beforeEach(() => void upstream.seen.splice(0))

const urlOf = (route: string): string => `${gateway.url}/${route}/mcp`

function open(
  route: string,
  size: Size,
  more: { readonly env?: Record<string, string>; readonly words?: readonly string[] } = {},
): Promise<PseudoTerminal> {
  const names = ['NO_COLOR', 'SALLYPORT_PLAIN'].flatMap((name) => ['-o', `SendEnv=${name}`])
  const forward = ['-R', `${route}:443`, 'localhost', `target=localhost:${upstream.port}`]
  return openPseudoTerminal(gateway.sshPort, ['-t', ...names, ...forward, ...(more.words ?? [])], {
    key,
    size,
    ...(more.env && { env: more.env }),
  })
}

const headersOf = (route: string) => ({ ...bearers.get(route), 'user-agent': 'claude-code/2.1.3 (cli)' })

const call = (route: string, tool: string, args: object = {}): Promise<Response> =>
  post(
    urlOf(route),
    JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: tool, arguments: args } }),
    headersOf(route),
  )

/** What differs from run to run, replaced by something as wide. */
const steady = (frame: readonly string[]): string =>
  `${frame
    .map((line) =>
      line
        .replaceAll(/\d\d:\d\d:\d\d/g, '12:34:56')
        .replaceAll(/localhost:\d{5}/g, 'localhost:12345')
        .replaceAll(/cli_[a-z2-7]{26}/g, `cli_${'x'.repeat(26)}`)
        .replaceAll(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, (text) => text.replaceAll(/[0-9a-f]/g, 'x'))
        // Envoy names its own machine in the place of a caller on it.
        .replaceAll(/\b\d+\.\d+\.\d+\.\d+ */g, (text) => '127.0.0.1'.padEnd(text.length))
        .replaceAll(/sallyport-test-\w{6}/g, 'sallyport-test-xxxxxx')
        .replaceAll(/SHA256:[\w+/]+/g, (text) => `SHA256:${'x'.repeat(text.length - 7)}`)
        .replaceAll(/ +\d+(?:\.\d)? (?:ms|B|kB|s)(?![a-z])/g, (text) =>
          ` N ${text.split(' ').at(-1)}`.padStart(text.length),
        )
        .replaceAll(/· +N s/g, '· N s'.padEnd(5)),
    )
    .join('\n')}\n`

const golden = (name: string): string => `golden/screen/${name}.txt`

/** Returns the stream that is still open. */
async function makeCalls(route: string, terminal: PseudoTerminal): Promise<Response> {
  expect((await post(urlOf(route), '{"jsonrpc":"2.0","id":1,"method":"ping"}')).status).toBe(401)
  await terminal.see(/sign-in asked/)
  const stream = await fetch(urlOf(route), { headers: { ...headersOf(route), accept: 'text/event-stream' } })
  expect(stream.status).toBe(200)
  for (const tool of ['read_file', 'delete_all']) await (await call(route, tool, { path: '/srv/notes.txt' })).text()
  await terminal.see(/delete_all[\s\S]*read_file/)
  return stream
}

describe.each([
  { columns: 80, rows: 24, route: 'team-1' },
  { columns: 40, rows: 10, route: 'team-2' },
  { columns: 200, rows: 60, route: 'team-3' },
])('at $columns×$rows', ({ route, ...size }) => {
  const name = `${size.columns}x${size.rows}`

  test('it shows the next steps, live calls, and everything about one', async () => {
    await using terminal = await open(route, size)
    await terminal.see(/Next steps with/)
    await terminal.see(/Claude Code/)
    await expect(steady(terminal.frame())).toMatchFileSnapshot(golden(`${name}-first`))

    const stream = await makeCalls(route, terminal)
    const isComplete = size.columns < 60 ? /delete_all +denied/ : /delete_all.* 200 [\s\S]*read_file.* 200 /
    await terminal.see(isComplete)
    await until('the next steps to go', () => !terminal.frame().join('\n').includes('Next steps'))
    await expect(steady(terminal.frame())).toMatchFileSnapshot(golden(`${name}-calls`))

    terminal.type(KEYS.enter)
    await terminal.see(/decision +denied by/)
    await expect(steady(terminal.frame())).toMatchFileSnapshot(golden(`${name}-details`))

    terminal.type(KEYS.escape)
    await terminal.see(/2 Calls/)
    terminal.type('3')
    await terminal.see(/last request/)
    await (await call(route, 'read_file')).text()
    await terminal.see(/POST \/mcp/)
    await expect(steady(terminal.frame())).toMatchFileSnapshot(golden(`${name}-connections`))

    terminal.type('o')
    await terminal.see(/QR code/)
    await stream.body?.cancel()
    terminal.type('q')
    expect(await terminal.exited).toBe(0)
  })
})

test('a resize is followed, a filter narrows, and q leaves the terminal as it was', async () => {
  await using terminal = await open('team-4', { columns: 80, rows: 24 })
  await terminal.see(/Next steps/)
  for (const tool of ['alpha', 'beta']) await (await call('team-4', tool)).text()
  await terminal.see(/alpha/)

  terminal.type('/bet')
  await terminal.see(/Filter: bet/)
  await until('the other call to go', () => !terminal.frame().join('\n').includes('alpha'))
  terminal.type(KEYS.enter)
  terminal.resize({ columns: 130, rows: 40 })
  await terminal.see(/3 Connections[\s\S]*4 Log[\s\S]*q quit/)
  expect(terminal.frame().at(-1)).toContain('q quit')
  expect(terminal.emulator.modes.mouseTrackingMode).toBe('vt200')

  terminal.type('q')
  expect(await terminal.exited).toBe(0)
  expect(terminal.emulator.buffer.active.type).toBe('normal')
  expect(terminal.emulator.modes).toMatchObject({
    mouseTrackingMode: 'none',
    bracketedPasteMode: false,
    wraparoundMode: true,
  })
})

test.each([
  ['the word "plain"', { words: ['plain'] }],
  ['SALLYPORT_PLAIN', { env: { SALLYPORT_PLAIN: '1' } }],
  ['TERM=dumb', { env: { TERM: 'dumb' } }],
])('%s gives lines in the place of a screen, and Ctrl-C ends them', async (_what, more) => {
  await using terminal = await open('team-4', { columns: 80, rows: 24 }, more)
  await terminal.see(/team-4\/mcp -> localhost/)
  await (await call('team-4', 'alpha')).text()
  await terminal.see(/tools\/call {2}alpha {2}allowed/)

  expect(terminal.bytes()).not.toContain('\u001b')
  terminal.type('\u0003')
  await terminal.exited
})

test('NO_COLOR gives a screen without any', async () => {
  await using terminal = await open('team-4', { columns: 80, rows: 24 }, { env: { NO_COLOR: '1' } })
  await terminal.see(/Next steps/)

  // oxlint-disable-next-line no-control-regex
  expect(terminal.bytes()).not.toMatch(/\u001b\[[0-9;]*m/)
})
