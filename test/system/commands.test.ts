/** `ssh HOST COMMAND` with stock OpenSSH, through the real gateway. */
import { spawn } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, expect, test } from 'vitest'

import { startGateway, type TestGateway } from './support/gateway.ts'
import { post } from './support/oauth.ts'
import { sshWords, startSsh } from './support/ssh.ts'
import { sshCommand, type CommandRun } from './support/ssh-command.ts'
import { openTunnel, type OpenTunnel } from './support/tunnel.ts'
import { until } from './support/until.ts'
import { startUpstream, type RecordingUpstream } from './support/upstream.ts'

const CALL = '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"read"}}'

let gateway: TestGateway
let upstream: RecordingUpstream
let ann: OpenTunnel

beforeAll(async () => {
  upstream = await startUpstream()
  gateway = await startGateway()
  ann = await openTunnel(gateway, { email: 'ann@example.com', port: upstream.port })
})

afterAll(async () => {
  for (const open of [ann, upstream, gateway]) await open?.[Symbol.asyncDispose]()
})

const run = (...words: string[]): Promise<CommandRun> => sshCommand({ port: gateway.sshPort, key: ann.key }, ...words)
const stream = (...words: string[]) => {
  const child = spawn('ssh', sshWords(gateway.sshPort, ['-T', '-o', 'LogLevel=ERROR', ...words], ann), {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const heard = { child, text: '', problems: '' }
  child.stdout.on('data', (chunk) => (heard.text += chunk))
  child.stderr.on('data', (chunk) => (heard.problems += chunk))
  return heard
}
const eventsIn = (text: string): readonly Record<string, unknown>[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>)

test('output is on stdout, errors on stderr, and the exit status tells them apart', async () => {
  expect(await run('whoami')).toMatchObject({
    status: 0,
    stderr: '',
    stdout: expect.stringMatching(/^ann@example\.com /),
  })
  expect(await run('whoami', '--json')).toMatchObject({
    status: 0,
    lines: [{ email: 'ann@example.com', connections: 2 }],
  })
  expect(await run('tunnels', '--json')).toMatchObject({
    status: 0,
    lines: [{ route: ann.route, url: ann.url, target: `localhost:${upstream.port}`, connectors: 1 }],
  })
  expect(await run('tools', '--json')).toMatchObject({ status: 0, stdout: '' })
  expect(await run('help')).toMatchObject({ status: 0, stdout: expect.stringContaining('ssh HOST share EMAIL') })
  expect((await run('help', '--json')).lines.map(({ command }) => command)).toContain('share')
  expect(await run('tunels')).toMatchObject({
    status: 2,
    stdout: '',
    stderr: expect.stringContaining('did you mean "tunnels"'),
  })
  expect(await run('logs', '--sinse', '1h')).toMatchObject({
    status: 2,
    stdout: '',
    stderr: expect.stringContaining('"--since"'),
  })
  expect(await run('revoke', 'shr_none')).toMatchObject({ status: 1, stdout: '' })
})

test('logs shows what was, and follows what comes until the client goes', async () => {
  await post(ann.url, CALL, ann.bearer)
  await until('the record', async () => (await run('logs', '--json')).lines.some(({ tool }) => tool === 'read'))

  const following = stream('localhost', 'logs', '--follow', '--json', '--limit', '0')
  await until('a call to be seen as it comes', async () => {
    await post(ann.url, CALL, ann.bearer)
    return following.text !== ''
  })
  expect(eventsIn(following.text)[0]).toMatchObject({ tool: 'read', verdict: 'allow', rule: 'allow owner' })
  following.child.kill('SIGINT')
  await new Promise((resolve) => following.child.once('exit', resolve))
  await until('its connection to be gone', async () => (await run('whoami', '--json')).lines[0]?.['connections'] === 2)
})

test('what strangers say moves no cursor and hides nothing, in lines and in JSON', async () => {
  const name = 'x\\u001b[2J\\u001b]0;title\\u0007\\u202eevil\\u2028line'
  await post(ann.url, CALL.replace('"read"', `"${name}"`), ann.bearer)

  const isThere = async (): Promise<boolean> => (await run('logs')).stdout.includes('evil')
  await until('the record', isThere)
  const shown = [(await run('logs')).stdout, (await run('logs', '--json')).stdout]
  for (const text of shown) expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u)
  expect(shown[1]).toContain('\\u202eevil')
})

test('events tells in order what happens to the tunnels of its connection', async () => {
  const events = stream(
    ...'-R api:443:127.0.0.1:1 -R xds:443:127.0.0.1:1 -R 0 localhost'.split(' '),
    ...`events --json port=${upstream.port} instance=two`.split(' '),
  )
  await until('both tunnels', () => events.text.split('tunnel.up').length === 3)
  const all = eventsIn(events.text)
  expect(all[0]).toMatchObject({ event: 'hello', version: 1, email: 'ann@example.com' })
  expect(all.find(({ event }) => event === 'forward.refused')).toMatchObject({ text: expect.stringContaining('"xds"') })
  expect(all.filter(({ event }) => event === 'tunnel.up').map(({ route }) => route)).toEqual(
    expect.arrayContaining([`api-${ann.route}`, ann.route]),
  )
  await until('a call', async () => {
    await post(ann.url, CALL, ann.bearer)
    return events.text.includes('call.completed')
  })
  expect(eventsIn(events.text).find(({ event }) => event === 'call.completed')).toMatchObject({
    route: ann.route,
    subject: 'read',
    status: 200,
  })
  events.child.kill('SIGTERM')
  await new Promise((resolve) => events.child.once('exit', resolve))
})

test('a second session over one connection runs commands beside its tunnel', async () => {
  const socket = join(mkdtempSync(join(tmpdir(), 'sallyport-mux-')), 's')
  const multiplexed = ['-o', `ControlPath=${socket}`]
  const master = startSsh(
    gateway.sshPort,
    ['-T', '-M', ...multiplexed, '-R', `mux:443:127.0.0.1:${upstream.port}`, 'localhost'],
    ann,
  )
  await master.see(/mux-[\w-]+\/mcp/)
  const over = (...words: string[]) =>
    sshCommand({ port: gateway.sshPort, key: ann.key, options: multiplexed }, ...words)

  const [who, open] = [await over('whoami', '--json'), await over('tunnels', '--json')]

  expect(who).toMatchObject({ status: 0 })
  const alone = await run('whoami', '--json')
  expect(Number(who.lines[0]?.['connections']) + 1).toBe(alone.lines[0]?.['connections'])
  expect(open.lines.map(({ route }) => route)).toContain(`mux-${ann.route}`)
  expect(await over('nonsense')).toMatchObject({ status: 2 })
  expect(master.child.exitCode).toBeNull()
  await master.kill()
})

test('logout ends every connection of this person, the asking one last, and forgets the key if asked', async () => {
  const other = startSsh(gateway.sshPort, ['-T', '-R', `late:443:127.0.0.1:${upstream.port}`, 'localhost'], ann)
  await other.see(/late-[\w-]+\/mcp/)

  expect(await run('logout', '--forget-key')).toMatchObject({
    status: 0,
    stderr: '',
    stdout: expect.stringContaining('Ending all'),
  })

  await Promise.all([other.exited, ann.ssh.exited])
  expect(other.text()).toContain('Signed out')
  const again = startSsh(gateway.sshPort, ['-T', 'localhost', 'whoami'], ann)
  await again.see(/user_code=/)
  await again.kill()
})
