/**
 * Ann shares some tools of her tunnel with Bob for a while. Bob tries to call more, elsewhere, longer, and to hand it on; Eve
 * shares what is not hers; the operator's rules stay above both.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'

import { startGateway, type TestGateway } from '../support/gateway.ts'
import { obtainTokens, post } from '../support/oauth.ts'
import { startSsh, type SshClient } from '../support/ssh.ts'
import { sshCommand, type CommandRun } from '../support/ssh-command.ts'
import { MCP_URL, openTunnel, type OpenTunnel } from '../support/tunnel.ts'
import { until } from '../support/until.ts'
import { startUpstream, type RecordingUpstream } from '../support/upstream.ts'

let gateway: TestGateway
let upstream: RecordingUpstream
let ann: OpenTunnel
let bob: OpenTunnel
let teamByAnn: SshClient
let streamEndedAt = 0

const SERVED = 'upstream_tunnel: { ssh_policy: [{ allow: { or: [{ email: ann@example.com }] } }] }'
const POLICY = `policy:
      - allow: { and: [{ email: ann@example.com }, { mcp_tool: { starts_with: read_ } }] }
        deny: { or: [{ mcp_tool: read_secret }] }`
const configOf = (sharing: string, personal = ''): string => `
${personal}
routes:
  - from: http://localhost:PORT/team
    ${SERVED}
    ${POLICY}
    ${sharing}
  - from: http://localhost:PORT/closed
    ${SERVED}
    ${POLICY}
`

beforeAll(async () => {
  upstream = await startUpstream((request, response, body) => {
    if (request.method === 'GET') {
      response.once('close', () => (streamEndedAt = performance.now()))
      response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders()
      return
    }
    const { id } = JSON.parse(body) as { readonly id?: unknown }
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ jsonrpc: '2.0', id, result: {} }))
  })
  gateway = await startGateway({ config: configOf('sharing: { max_duration: 2h }') })
  ann = await openTunnel(gateway, { email: 'ann@example.com', port: upstream.port })
  bob = await openTunnel(gateway, { email: 'bob@example.com', port: upstream.port })
  const forwards = ['team', 'closed'].flatMap((name) => ['-R', `${name}:443:127.0.0.1:${upstream.port}`])
  teamByAnn = startSsh(gateway.sshPort, ['-T', ...forwards, 'localhost'], { key: ann.key })
  await teamByAnn.see(/\/team\/mcp/)
  await teamByAnn.see(/\/closed\/mcp/)
  await sharing('bob@example.com')
  tokens.set(ann.url, await bearerAt(ann.url))
})

afterAll(async () => {
  await teamByAnn?.kill()
  for (const open of [bob, ann, upstream, gateway]) await open?.[Symbol.asyncDispose]()
})

beforeEach(async () => {
  await asAnn('revoke', 'bob@example.com')
})

const tokens = new Map<string, { readonly authorization: string }>()
const bearerAt = async (url: string): Promise<{ authorization: string }> => ({
  authorization: `Bearer ${(await obtainTokens(gateway.url, bob.browser, url)).access_token}`,
})
const asAnn = (...words: string[]): Promise<CommandRun> => sshCommand({ port: gateway.sshPort, key: ann.key }, ...words)
const asBob = (...words: string[]): Promise<CommandRun> => sshCommand({ port: gateway.sshPort, key: bob.key }, ...words)

async function sharing(...words: string[]): Promise<string> {
  const { lines, stderr } = await asAnn('share', ...words, '--json')
  if (typeof lines[0]?.['share'] !== 'string') throw new Error(stderr)
  return lines[0]['share']
}

/** Bob's. What reached the server, not what the answer looks like. */
async function reaches(tool: string, url = ann.url, more = ''): Promise<boolean> {
  const before = upstream.seen.length
  const body = `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"${tool}"${more}}}`
  await (await post(url, body, tokens.get(url) ?? tokens.get(ann.url))).text()
  return upstream.seen.length > before
}

async function asks(method: string, params = '{}'): Promise<boolean> {
  const before = upstream.seen.length
  await (
    await post(ann.url, `{"jsonrpc":"2.0","id":1,"method":"${method}","params":${params}}`, tokens.get(ann.url))
  ).text()
  return upstream.seen.length > before
}

test('what is shared can be called, nothing else, however it is spelled, and the record names the share', async () => {
  expect(await reaches('read_file')).toBe(false)
  const share = await sharing('bob@example.com', '--tools', 'read_*,list')

  expect([await reaches('read_file'), await reaches('list'), await asks('tools/list')]).toEqual([true, true, true])
  for (const tool of [
    'write',
    'read',
    'Read_file',
    'xread_file',
    ' read_file',
    'lists',
    'list ',
    '',
    '*',
    'read\\u005',
  ])
    expect([tool, await reaches(tool)]).toEqual([tool, false])
  expect(await reaches('read_file', ann.url, ',"name":"write"')).toBe(false)
  expect(await reaches('read_file', ann.url, ',"Name":"write"')).toBe(false)
  expect(await asks('resources/read', '{"uri":"file:///etc/passwd"}')).toBe(false)
  expect(await asks('prompts/get', '{"name":"read_x"}')).toBe(false)
  expect(await asks('subscriptions/listen')).toBe(false)
  await until('the record of the call', async () =>
    (await asAnn('logs', '--json')).lines.some(({ tool, rule }) => tool === 'read_file' && rule === `share ${share}`),
  )
})

test('a share is good at one tunnel, and not at another one of the same person or a label of it', async () => {
  await sharing('bob@example.com')
  const other = startSsh(gateway.sshPort, ['-T', '-R', `api:443:127.0.0.1:${upstream.port}`, 'localhost'], {
    key: ann.key,
  })
  const url = await other.see(MCP_URL)
  tokens.set(url, await bearerAt(url).catch(() => ({ authorization: 'Bearer none' })))

  expect(await reaches('read_file')).toBe(true)
  expect(await reaches('read_file', url)).toBe(false)
  await other.kill()
})

test('it ends at its time, and at once when it is revoked', async () => {
  await sharing('bob@example.com', '--for', '2s')
  expect(await reaches('read_file')).toBe(true)
  const from = performance.now()
  await until('the share to end', async () => !(await reaches('read_file')))
  expect(performance.now() - from).toBeLessThan(2500)

  const share = await sharing('bob@example.com')
  expect(await reaches('read_file')).toBe(true)
  expect(await asBob('revoke', share)).toMatchObject({ status: 1, stdout: '' })
  expect(await reaches('read_file')).toBe(true)
  expect(await asAnn('revoke', share)).toMatchObject({ status: 0 })
  expect(await reaches('read_file')).toBe(false)
})

test('a stream that a share let begin ends with it', async () => {
  const from = performance.now()
  await sharing('bob@example.com', '--for', '2s')
  const headers = { ...tokens.get(ann.url), accept: 'text/event-stream' }
  const stream = await fetch(ann.url, { headers })
  expect(stream.status).toBe(200)

  // Envoy leaves the client's own connection open for a second more, on which nothing comes any more.
  await stream.text().catch(() => 'cut')
  expect(streamEndedAt - from).toBeGreaterThan(1000)
  expect(streamEndedAt - from).toBeLessThan(2300)
  expect((await fetch(ann.url, { headers })).status).not.toBe(200)
})

test('the page of an account shows what it shares, and ends it', async () => {
  await sharing('bob@example.com', '--tools', 'read_*')
  const page = await ann.browser.open(`${gateway.url}/account/shares`)
  expect(page.html).toContain('read_*')
  expect((await bob.browser.open(`${gateway.url}/account/shares`)).html).not.toContain('read_*')

  await ann.browser.submit(page, 'Revoke')
  expect(await reaches('read_file')).toBe(false)
  expect((await asAnn('share', '--list')).stdout).toContain('You share nothing')
})

test('who is shared with shares nothing further, and nobody shares what is not theirs', async () => {
  await sharing('bob@example.com')
  for (const run of [
    await asBob('share', 'eve@example.com', '--tunnel', ann.route),
    await asBob('share', 'eve@example.com', '--tunnel', `x-${ann.route}`),
    await asBob('share', 'eve@example.com', '--tunnel', 'team'),
    await asBob('share', 'eve@example.com', '--tunnel', 'no-such'),
  ])
    expect(run).toMatchObject({ status: 1, stdout: '', stderr: expect.stringMatching(/You serve no tunnel/) })
  expect((await asBob('logs', '--tunnel', ann.route)).status).toBe(1)
  expect((await asBob('tools', ann.route)).status).toBe(1)
  expect((await asBob('logs', '--json')).lines.filter(({ route }) => route !== bob.route)).toEqual([])
  expect((await asBob('share', '--list')).stdout).toContain('You share nothing')
})

test('there is no command that approves', async () => {
  for (const word of ['approve', 'allow', 'decide'])
    expect(await asAnn(word, 'x')).toMatchObject({
      status: 2,
      stdout: '',
      stderr: expect.stringMatching(/Unknown command/),
    })
})

test('a route of the configuration is shared within its policy, where the configuration lets it be', async () => {
  const url = `${gateway.url}/team/mcp`
  expect(await asAnn('share', 'bob@example.com', '--tunnel', 'closed')).toMatchObject({ status: 1 })
  expect(await asAnn('share', 'bob@example.com', '--tunnel', 'team', '--for', '3h')).toMatchObject({ status: 1 })
  const share = await sharing('bob@example.com', '--tunnel', 'team', '--for', '2h')
  tokens.set(url, await bearerAt(url))

  expect([await reaches('read_file', url), await reaches('write', url)]).toEqual([true, false])
  expect(await reaches('read_secret', url)).toBe(false)
  const explained = await gateway.command('explain', '--route', 'team', '--user', 'bob@example.com', '--tool', 'read_x')
  expect(explained.stdout).toMatch(/^ALLOW/)
  expect(explained.stdout).toContain(share)
  const denied = await gateway.command('explain', '--route', 'team', '--user', 'bob@example.com', '--tool', 'write')
  expect(denied.stdout).toMatch(/^DENY/)

  const file = join(gateway.dataFolder, '../sallyport.yaml')
  const addresses = readFileSync(file, 'utf8').split('\n').slice(0, 3).join('\n')
  const write = (config: string): void =>
    writeFileSync(file, `${addresses}\n${config.replaceAll('PORT', String(gateway.httpPort))}`)
  write(configOf('sharing: { max_duration: 1h }', 'tunnels: { sharing: { allowed: false } }'))
  expect(await gateway.command('reload')).toMatchObject({ code: 0 })
  expect(await reaches('read_file', url)).toBe(false)
  expect(await asAnn('share', 'bob@example.com', '--tunnel', ann.route)).toMatchObject({ status: 1 })
  write(configOf('sharing: { max_duration: 2h }'))
  expect(await gateway.command('reload')).toMatchObject({ code: 0 })
  expect(await reaches('read_file', url)).toBe(true)
})

test('a share survives a restart, and ends with its maker’s account', async () => {
  await sharing('bob@example.com', '--tools', 'read_*')
  await teamByAnn.kill()
  for (const each of [ann, bob]) await each.ssh.kill()
  await gateway.restart()
  const serving = startSsh(gateway.sshPort, ['-T', '-R', '0', 'localhost', `port=${upstream.port}`], { key: ann.key })
  await serving.see(MCP_URL)

  expect([await reaches('read_file'), await reaches('write')]).toEqual([true, false])
  const { lines } = await asAnn('share', '--list', '--json')
  expect(lines).toMatchObject([{ email: 'bob@example.com', tools: ['read_*'], route: ann.route }])
  expect(await gateway.command('users', 'disable', 'ann@example.com')).toMatchObject({ code: 0 })
  expect(await reaches('read_file')).toBe(false)
  await serving.kill()
})
