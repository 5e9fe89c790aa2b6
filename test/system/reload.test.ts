/** The configuration of a running gateway changes: whole or not at all, and nobody's call notices. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { afterEach, expect, test } from 'vitest'

import { startGateway, type GatewayOptions, type TestGateway } from './support/gateway.ts'
import { post } from './support/oauth.ts'
import { startSsh } from './support/ssh.ts'
import { MCP_URL, openTunnel } from './support/tunnel.ts'
import { until } from './support/until.ts'
import { startUpstream } from './support/upstream.ts'

const CALL = '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"read"}}'
const EVERYBODY = '[{ allow: { and: [{ accept: true }] } }]'
const NOBODY = '[{ allow: { and: [{ user: nobody }] } }]'

const open: AsyncDisposable[] = []
afterEach(async () => {
  for (const each of open.splice(0).toReversed()) await each[Symbol.asyncDispose]()
})

interface Written {
  readonly gateway: TestGateway
  /** Replaces everything but the addresses. */
  write(config: string): void
}

async function start(options: GatewayOptions): Promise<Written> {
  const gateway = await startGateway(options)
  open.push(gateway)
  const file = join(gateway.dataFolder, '../sallyport.yaml')
  const addresses = readFileSync(file, 'utf8').split('\n').slice(0, 3).join('\n')
  return {
    gateway,
    write: (config) => writeFileSync(file, `${addresses}\n${config.replaceAll('PORT', String(gateway.httpPort))}`),
  }
}

const statusOf = async (gateway: TestGateway): Promise<Record<string, unknown>> => {
  const { stdout } = await gateway.command('status')
  return (JSON.parse(stdout) as { configuration: Record<string, unknown> }).configuration
}
const call = async (gateway: TestGateway, route: string): Promise<number> =>
  (await post(`${gateway.url}/${route}/mcp`, CALL)).status
const route = (name: string, port: number, policy: string, more = ''): string =>
  `  - { from: http://localhost:PORT/${name}, to: 'http://127.0.0.1:${port}', policy: ${policy}${more} }\n`

test('a change of the file takes effect by itself, a broken one changes nothing and is told', async () => {
  const upstream = await startUpstream()
  open.push(upstream)
  const { port } = upstream
  const { gateway, write } = await start({ config: `routes:\n${route('a', port, NOBODY)}` })
  expect(await call(gateway, 'a')).toBe(401)

  write(`routes:\n${route('a', port, EVERYBODY)}${route('b', port, EVERYBODY)}`)
  await until('the change to hold', async () => (await call(gateway, 'b')) === 200)
  expect(await call(gateway, 'a')).toBe(200)

  write(`routes:\n${route('a', port, NOBODY)}${route('b', port, '[{ alow: {} }]')}`)
  await until('the mistake to be told', async () => (await statusOf(gateway))['refused'] !== undefined)
  expect(await statusOf(gateway)).toMatchObject({
    refused: { problems: [expect.stringMatching(/sallyport\.yaml:6:\d+ {2}Unknown action "alow"/)] },
  })
  expect(gateway.output()).toContain('config.refused')
  expect([await call(gateway, 'a'), await call(gateway, 'b')]).toEqual([200, 200])
  expect(await gateway.command('reload')).toMatchObject({ code: 1, stderr: expect.stringContaining('"alow"') })

  write(`routes:\n${route('a', port, EVERYBODY)}`)
  await until('the removed route to be gone', async () => (await call(gateway, 'b')) === 404)
  expect(await statusOf(gateway)).not.toHaveProperty('refused')
})

test('what needs a restart is named; the rest holds, unless its meaning depends on it', async () => {
  const upstream = await startUpstream()
  open.push(upstream)
  const { gateway, write } = await start({ config: `routes:\n${route('a', upstream.port, NOBODY)}` })

  write(`oauth: { access_token_minutes: 10 }\nroutes:\n${route('a', upstream.port, EVERYBODY)}`)
  expect(await gateway.command('reload')).toMatchObject({ code: 0 })
  expect(await statusOf(gateway)).toMatchObject({ needsRestart: ['oauth'] })
  expect(await call(gateway, 'a')).toBe(200)

  write(`tunnels: { mode: host, domain: tunnels.example.com }\nroutes: []\n`)
  const { code, stderr } = await gateway.command('reload')
  expect([code, stderr]).toEqual([1, expect.stringContaining('tunnels.mode, tunnels.domain changed')])
  expect(await call(gateway, 'a')).toBe(200)
})

test('SIGHUP reloads, and files that are included are watched', async () => {
  const upstream = await startUpstream()
  open.push(upstream)
  const policies = (policy: string): string => `policies: { ours: ${policy} }\n`
  const { gateway, write } = await start({
    config: `include: [shared.yaml]\nroutes:\n${route('a', upstream.port, 'ours')}`,
    files: { 'shared.yaml': policies(NOBODY) },
  })
  const shared = join(gateway.dataFolder, '../shared.yaml')

  writeFileSync(shared, policies(EVERYBODY))
  await until('the included file to be read', async () => (await call(gateway, 'a')) === 200)
  expect(await call(gateway, 'c')).toBe(404)

  write(`include: [shared.yaml]\nroutes:\n${route('c', upstream.port, 'ours')}`)
  process.kill(gateway.pid, 'SIGHUP')
  await until('the signal to be followed', async () => (await call(gateway, 'c')) === 200)
})

test('a tunnel ends when its route goes or its user may not serve it any more, and others stay', async () => {
  const upstream = await startUpstream()
  open.push(upstream)
  const tunnelled = (name: string, email: string): string =>
    `  - { from: http://localhost:PORT/${name}, upstream_tunnel: { ssh_policy: [{ allow: { or: [{ email: ${email} }] } }] }, policy: ${EVERYBODY} }\n`
  const { gateway, write } = await start({
    config: `routes:\n${tunnelled('kept', 'ann@example.com')}${tunnelled('lost', 'ann@example.com')}`,
  })
  const own = await openTunnel(gateway, { email: 'ann@example.com', port: upstream.port })
  open.push(own)
  const serve = async (name: string) => {
    const ssh = startSsh(gateway.sshPort, ['-T', '-R', `${name}:443:127.0.0.1:${upstream.port}`, 'localhost'], {
      key: own.key,
    })
    open.push({ [Symbol.asyncDispose]: () => ssh.kill() })
    await ssh.see(MCP_URL)
    return ssh
  }
  const kept = await serve('kept')
  const lost = await serve('lost')
  expect([await call(gateway, 'kept'), await call(gateway, 'lost')]).toEqual([200, 200])

  write(`routes:\n${tunnelled('kept', 'ann@example.com')}${tunnelled('lost', 'bob@example.com')}`)
  await lost.see(/you may not serve "lost" any more/)
  await lost.exited
  expect(await call(gateway, 'kept')).toBe(200)

  write('routes: []\n')
  await kept.see(/there is no route "kept" to serve any more/)
  await kept.exited
  expect((await post(own.url, CALL, own.bearer)).status).toBe(200)
})

/** Each version of the configuration sends its calls to a server of its own, with its own name in a header. */
test('2,000 routes with 20 rules each are taken over under load: no call fails, none is judged by a mixture', async () => {
  const mixtures: string[] = []
  const served = { one: 0, two: 0 }
  const serverOf = (version: 'one' | 'two') =>
    startUpstream((request, response) => {
      served[version] += 1
      if (request.headers['x-version'] !== version) mixtures.push(`${version}: ${String(request.headers['x-version'])}`)
      response.setHeader('content-type', 'application/json')
      response.end('{"jsonrpc":"2.0","id":1,"result":{}}')
    })
  const [one, two] = await Promise.all([serverOf('one'), serverOf('two')])
  open.push(one, two)
  const rules = Array.from(
    { length: 20 },
    (_, index) =>
      `      - allow: { and: [{ groups: team-${index} }, { mcp_tool: { in: [read_${index}, list_${index}] } }] }\n`,
  ).join('')
  const hot = (version: string, port: number): string =>
    route('hot', port, EVERYBODY, `, set_request_headers: { X-Version: ${version} }`)
  const many = (version: string, port: number): string =>
    `routes:\n${hot(version, port)}${Array.from(
      { length: 2000 },
      (_, index) =>
        `  - from: http://localhost:PORT/r${index}\n    to: http://127.0.0.1:${port}\n    policy:\n${rules}`,
    ).join('')}`
  const { gateway, write } = await start({ config: `routes:\n${hot('one', one.port)}`, env: { SALLYPORT_LOG: 'info' } })
  const failures: number[] = []
  let slowestMs = 0
  let calls = 0
  const stop = new AbortController()
  const loop = async (): Promise<void> => {
    while (!stop.signal.aborted) {
      const began = performance.now()
      const status = await call(gateway, 'hot')
      slowestMs = Math.max(slowestMs, performance.now() - began)
      calls += 1
      if (status !== 200) failures.push(status)
    }
  }
  const loops = Promise.all([loop(), loop(), loop(), loop()])
  await until('calls to run', () => calls > 100)

  const before = calls
  write(many('two', two.port))
  await until('the new server to be called', () => served.two > 100, 30_000)
  write(many('one', one.port))
  const seenOfOne = served.one
  await until('the old server to be called again', () => served.one > seenOfOne + 100, 30_000)
  write(many('one', one.port).replaceAll('team-', 'group-'))
  const reloads = (): readonly string[] =>
    [...gateway.output().matchAll(/"routes":2001,"ms":(\d+)/g)].map(([, ms]) => String(ms))
  await until('rules alone to change', () => reloads().length >= 3, 30_000)
  stop.abort()
  await loops

  const [toTwo, toOne, rulesAlone] = reloads()
  console.log(
    `reload of 2,001 routes with 20 rules: ${toTwo} ms and ${toOne} ms where every server is another one, ${rulesAlone} ms where only rules are; ${calls - before} calls, slowest ${slowestMs.toFixed(0)} ms`,
  )
  expect(failures).toEqual([])
  expect(mixtures).toEqual([])
})
