/** What is kept of a call, through the real Envoy, and what a kill takes away. */
import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { afterAll, beforeAll, expect, test } from 'vitest'

import { ScriptedBrowser } from './support/browser.ts'
import { startGateway, type TestGateway } from './support/gateway.ts'
import { obtainTokens, post, REDIRECT } from './support/oauth.ts'
import { signUp } from './support/people.ts'
import { startUpstream, type RecordingUpstream } from './support/upstream.ts'
import { until } from './support/until.ts'

type Line = Readonly<Record<string, unknown>>

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'
let gateway: TestGateway
let upstream: RecordingUpstream
let browser: ScriptedBrowser
let bearer: { readonly authorization: string }
let url: string

beforeAll(async () => {
  upstream = await startUpstream()
  gateway = await startGateway({
    config: `
audit: { arguments: redacted }
routes:
  - from: http://localhost:PORT/team
    to: http://127.0.0.1:${upstream.port}
    policy:
      - deny: { and: [{ mcp_tool: drop }] }
      - allow: { and: [{ authenticated_user: true }] }
`,
  })
  browser = new ScriptedBrowser({ stopAt: [REDIRECT] })
  await signUp(gateway.url, browser, 'ann@example.com')
  url = `${gateway.url}/team/mcp`
  bearer = { authorization: `Bearer ${(await obtainTokens(gateway.url, browser, url)).access_token}` }
})

afterAll(async () => {
  for (const open of [gateway, upstream]) await open?.[Symbol.asyncDispose]()
})

const callOf = (id: number, tool = 'read'): string =>
  JSON.stringify({
    jsonrpc: '2.0',
    id,
    method: 'tools/call',
    params: { name: tool, arguments: { path: 'a secret place', depth: 2 } },
  })

async function recorded(...words: string[]): Promise<readonly Line[]> {
  const { code, stdout, stderr } = await gateway.command('audit', '--json', ...words)
  expect([code, stderr]).toEqual([0, ''])
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line)
}

async function linesOnDisk(): Promise<readonly Line[]> {
  const folder = join(gateway.dataFolder, 'audit')
  const names = await readdir(folder).catch(() => [])
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')))
  return texts.flatMap((text) => text.trimEnd().split('\n')).map((line) => JSON.parse(line) as Line)
}

test('an operator sees who called what, which rule decided, and how it ended', async () => {
  const begun = await post(url, '{"jsonrpc":"2.0","id":1,"method":"initialize","params":{}}', bearer)
  const session = begun.headers.get('mcp-session-id') ?? ''
  await post(url, callOf(2), { ...bearer, 'mcp-session-id': session, traceparent: `00-${TRACE}-00f067aa0ba902b7-01` })
  const denied = await post(url, callOf(3, 'drop'), bearer)

  const calls = await until('the end of the calls', async () => {
    const found = await recorded('--route', 'team', '--user', 'ann@example.com')
    return found.length === 3 && found.every((call) => call['status'] !== undefined) ? found : undefined
  })
  expect(calls.map((call) => call['method'])).toEqual(['initialize', 'tools/call', 'tools/call'])
  expect(calls[1]).toMatchObject({
    verdict: 'allow',
    rule: expect.stringMatching(/^allow .*sallyport\.yaml:11:18$/),
    route: 'team',
    email: 'ann@example.com',
    scopes: ['mcp'],
    era: 'legacy',
    trace_id: TRACE,
    session: expect.stringMatching(/^ses_[0-9a-f]{16}$/),
    tool: 'read',
    arguments: { kind: 'redacted', value: { path: 'string(14)', depth: 2 } },
    status: 200,
    ms: expect.any(Number),
    bytes_out: expect.any(Number),
  })
  expect(JSON.stringify(calls)).not.toContain(session)
  expect(JSON.stringify(calls)).not.toContain('upstream-session-1')
  expect(JSON.stringify(calls)).not.toContain('a secret place')

  const refused = await recorded('--denied', '--user', 'ann@example.com')
  expect(refused).toEqual([
    expect.objectContaining({
      verdict: 'refuse',
      tool: 'drop',
      rule: expect.stringMatching(/^deny .*sallyport\.yaml:10:17$/),
      reasons: ['deny', 'mcp-tool-match'],
    }),
  ])
  const told = JSON.stringify(await denied.json())
  expect(told).toContain(String(refused[0]?.['request_id']))
  expect(told).not.toContain('mcp-tool')
  expect((await gateway.command('audit')).stdout).toMatch(
    /allow +team +ann@example\.com +tools\/call +read +200 +\d+ ms +allow /,
  )
})

test('each call has its line in the file of its day, which nobody else may read', async () => {
  const lines = await until('the lines', async () => {
    const found = (await linesOnDisk()).filter((line) => line['email'] === 'ann@example.com')
    return found.length === 3 ? found : undefined
  })

  expect(lines.find((line) => line['tool'] === 'read')).toMatchObject({ verdict: 'allow', status: 200 })
  const folder = join(gateway.dataFolder, 'audit')
  const [name = ''] = await readdir(folder)
  expect(name).toMatch(/^\d{4}-\d\d-\d\d\.jsonl$/)
  expect((await stat(join(folder, name))).mode & 0o777).toBe(0o600)
})

test('a graceful stop right behind the last call loses no record and no line', async () => {
  const before = (await recorded()).length
  const COUNT = 60
  await Promise.all(Array.from({ length: COUNT }, (_, index) => post(url, callOf(index), bearer)))

  await gateway.stop()
  await gateway.restart()

  const calls = await recorded()
  expect(calls.length).toBe(before + COUNT)
  const ids = new Set((await linesOnDisk()).map((line) => line['request_id']))
  expect(calls.filter((call) => !ids.has(call['request_id']))).toEqual([])
})

test('kill -9 takes the last quarter of a second at most', async () => {
  const answered: { readonly atMs: number; readonly id: string }[] = []
  const call = async (id: number): Promise<void> => {
    const answer = await post(url, callOf(id, 'drop'), bearer)
    const body = (await answer.json()) as { error: { data: { requestId: string } } }
    answered.push({ atMs: Date.now(), id: body.error.data.requestId })
  }
  const beginsMs = Date.now()
  for (let id = 0; Date.now() - beginsMs < 1500; id += 1) await call(id)

  const killedAtMs = Date.now()
  await gateway.stop('SIGKILL')
  await gateway.restart()

  const kept = new Set((await recorded('--denied', '--limit', '99999')).map((line) => line['request_id']))
  const lost = answered.filter(({ id }) => !kept.has(id))
  // The batch and the time to write it, on a machine that does other things as well.
  expect(lost.filter(({ atMs }) => atMs < killedAtMs - 750)).toEqual([])
  expect(lost.length).toBeLessThan(answered.length / 2)
})

test('replay says what another policy would change, with and without a running gateway', async () => {
  const other = join(gateway.dataFolder, 'other.yaml')
  const policyOf = (blocks: string): Promise<void> =>
    writeFile(
      other,
      `public_url: ${gateway.url}\nroutes:\n  - { from: ${gateway.url}/team, to: "http://127.0.0.1:1", policy: [${blocks}] }\n`,
    )
  const before = '{ allow: { and: [{ authenticated_user: true }] }, deny: { and: [{ mcp_tool: drop }] } }'
  await policyOf(before)
  expect(await gateway.command('replay', '--policy', other)).toMatchObject({ code: 0, stderr: '' })

  await gateway.stop()
  await policyOf('{ allow: { and: [{ authenticated_user: true }] }, deny: { and: [{ mcp_tool: read }] } }')
  const changed = await gateway.command('replay', '--policy', other, '--since', '1h', '--json')
  await policyOf('{ allow: { and: [{ mcp_argument/path: a }] } }')
  const unknown = await gateway.command('replay', '--policy', other)

  expect([changed.code, changed.stderr]).toEqual([1, ''])
  const { changes } = JSON.parse(changed.stdout) as { changes: Line[] }
  expect(changes).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ who: 'ann@example.com', what: 'drop', from: 'refuse', to: 'allow' }),
      expect.objectContaining({ who: 'ann@example.com', what: 'read', from: 'allow', to: 'refuse' }),
    ]),
  )
  expect(unknown.stdout).toMatch(/\d+×  allow → cannot be told  ann@example\.com  team  read\n/)
})
