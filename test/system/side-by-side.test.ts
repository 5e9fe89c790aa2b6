/** Several connections that serve one route, through the real Envoy. */
import type { ServerResponse } from 'node:http'

import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'

import { ScriptedBrowser } from './support/browser.ts'
import { startGateway, type TestGateway } from './support/gateway.ts'
import { obtainTokens, post, REDIRECT } from './support/oauth.ts'
import { authorizeSsh, signUp } from './support/people.ts'
import { makeSshKey, startSsh, type SshClient } from './support/ssh.ts'
import { MCP_URL } from './support/tunnel.ts'
import { type RecordingUpstream, startUpstream } from './support/upstream.ts'
import { until } from './support/until.ts'

/** Each answers with its own name; a call to "wait" is held until it is let go. */
interface Laptop extends RecordingUpstream {
  readonly name: string
  readonly held: ServerResponse[]
}

const SESSION = 'session-of-the-server'
const open: AsyncDisposable[] = []
const clients: SshClient[] = []
const [bound, second] = [makeSshKey(), makeSshKey()]

let gateway: TestGateway
let browser: ScriptedBrowser
let bearer: { readonly authorization: string }
let laptops: readonly [Laptop, Laptop]

async function startLaptop(name: string): Promise<Laptop> {
  const held: ServerResponse[] = []
  const upstream = await startUpstream((_request, response, body) => {
    const { id, method, params } = JSON.parse(body) as { id?: unknown; method: string; params?: { name?: string } }
    response.setHeader('content-type', 'application/json')
    if (method === 'initialize') response.setHeader('mcp-session-id', SESSION)
    if (params?.name === 'wait') held.push(response)
    else response.end(JSON.stringify({ jsonrpc: '2.0', id, result: { laptop: name } }))
  })
  open.push(upstream)
  return { ...upstream, name, held }
}

beforeAll(async () => {
  gateway = await startGateway({
    config: `
routes:
  - from: http://localhost:PORT/team
    upstream_tunnel: { ssh_policy: [{ allow: { and: [{ authenticated_user: true }] } }] }
    policy: [{ allow: { and: [{ authenticated_user: true }] } }]
`,
  })
  open.push(gateway)
  laptops = [await startLaptop('one'), await startLaptop('two')]
  browser = new ScriptedBrowser({ stopAt: [REDIRECT] })
  await signUp(gateway.url, browser, 'ann@example.com')
  for (const key of [bound, second]) await bind(key)
  const { access_token } = await obtainTokens(gateway.url, browser, `${gateway.url}/team/mcp`)
  bearer = { authorization: `Bearer ${access_token}` }
})
afterEach(async () => {
  for (const client of clients.splice(0)) await client.kill('SIGKILL')
  await until('the route to be offline', async () => (await call('read')).laptop === undefined)
})
afterAll(async () => {
  for (const resource of open.toReversed()) await resource[Symbol.asyncDispose]()
})

async function bind(key: string): Promise<void> {
  const ssh = startSsh(gateway.sshPort, ['-T', '-R', '0', 'localhost'], { key })
  await authorizeSsh(browser, await ssh.see(/(http:\/\/localhost:\d+\/sign-in\?user_code=[\w-]+)/))
  await ssh.see(MCP_URL)
  await ssh.kill()
}

async function serve(laptop: Laptop, options: { key?: string; words?: readonly string[] } = {}): Promise<SshClient> {
  const target = ['-R', `team:443:localhost:${laptop.port}`, 'localhost', ...(options.words ?? [])]
  const client = startSsh(gateway.sshPort, ['-T', ...target], { key: options.key ?? bound })
  clients.push(client)
  await client.see(/\/team\/mcp/)
  return client
}

interface Said {
  readonly status: number
  readonly laptop: string | undefined
  readonly session: string | undefined
}

async function call(tool: string, session?: string): Promise<Said> {
  return ask('tools/call', { name: tool }, session)
}
async function ask(method: string, params: object, session?: string): Promise<Said> {
  const headers = session === undefined ? bearer : { ...bearer, 'mcp-session-id': session }
  const response = await post(
    `${gateway.url}/team/mcp`,
    JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
    headers,
  )
  const { result } = (await response.json()) as { result?: { laptop: string } }
  return {
    status: response.status,
    laptop: result?.laptop,
    session: response.headers.get('mcp-session-id') ?? undefined,
  }
}
const many = async (count: number): Promise<readonly (string | undefined)[]> => {
  const said: (string | undefined)[] = []
  for (let index = 0; index < count; index += 1) said.push((await call('read')).laptop)
  return said
}
const initialize = (): Promise<Said> =>
  ask('initialize', { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 't', version: '1' } })

describe('two laptops that serve one route', () => {
  test('share its requests, each to the one that is less busy', async () => {
    const [one, two] = laptops
    await serve(one)
    await serve(two, { key: second })
    const waiting = [call('wait'), call('wait')]
    await until('one call at each', () => one.held.length === 1 && two.held.length === 1)
    const third = call('wait')
    await until('a third one', () => one.held.length + two.held.length === 3)
    const idle = one.held.length === 1 ? 'one' : 'two'

    expect(new Set(await many(10))).toEqual(new Set([idle]))

    for (const response of [...one.held.splice(0), ...two.held.splice(0)]) {
      response.end('{"jsonrpc":"2.0","id":1,"result":{}}')
    }
    await Promise.all([...waiting, third])
  })

  test('keep the sessions that began at them', async () => {
    const [one, two] = laptops
    await serve(one)
    await serve(two, { key: second })
    const begun = new Map<string, Said>()
    await until('a session at each', async () => {
      const said = await initialize()
      begun.set(said.laptop ?? '', said)
      return begun.size === 2
    })

    for (const [laptop, { session }] of begun) {
      for (let index = 0; index < 5; index += 1) expect((await call('read', session)).laptop).toBe(laptop)
    }
  })

  test('one that is killed leaves its requests to the other', async () => {
    const [one, two] = laptops
    const gone = await serve(one)
    await serve(two, { key: second })

    await gone.kill('SIGKILL')

    await until('all to be answered by the other', async () => new Set(await many(5)).size === 1)
    expect(await many(10)).toEqual(Array.from({ length: 10 }, () => 'two'))
  })

  test('one where nothing listens any more gets no requests', async () => {
    const [, two] = laptops
    const short = await startLaptop('short')
    await serve(short)
    await serve(two, { key: second })
    await short[Symbol.asyncDispose]()

    const said = await until('the other one to answer everything', async () => {
      const said = await many(20)
      return said.every((laptop) => laptop === 'two') ? said : undefined
    })
    expect(said).toHaveLength(20)
  })
})

test('one laptop with one key may serve a route with two connections, and the third takes no place', async () => {
  const [one, two] = laptops
  await serve(one)
  const other = await serve(two)
  await until('both to answer', async () => new Set(await many(10)).size === 2)

  await other.kill()

  expect(new Set(await many(10))).toEqual(new Set(['one']))
})

test('a connection that hangs loses its place to the next one with the same key, and with it its sessions', async () => {
  const [one, two] = laptops
  const hanging = await serve(one)
  const { session } = await initialize()
  hanging.child.kill('SIGSTOP')

  await serve(two)

  expect(await many(5)).toEqual(Array.from({ length: 5 }, () => 'two'))
  expect((await call('read', session)).laptop).toBe('two')
})

test('connections that name themselves serve a personal tunnel side by side, and a name is one place', async () => {
  const [one, two] = laptops
  const start = async (laptop: Laptop, words: readonly string[]): Promise<SshClient> => {
    const client = startSsh(gateway.sshPort, ['-T', '-R', `0:localhost:${laptop.port}`, 'localhost', ...words], {
      key: bound,
    })
    clients.push(client)
    return client
  }
  const first = await start(one, ['instance=one'])
  const url = await first.see(MCP_URL)
  const other = await start(two, ['instance=two'])
  await other.see(MCP_URL)
  expect(first.child.exitCode).toBeNull()

  const again = await start(two, ['instance=two'])
  await again.see(MCP_URL)

  await other.see(/taken over by another connection/)
  expect(first.child.exitCode).toBeNull()
  const alone = await start(two, [])
  expect(await alone.see(MCP_URL)).toBe(url)
  await first.see(/taken over by another connection/)
  await again.see(/taken over by another connection/)
})

test('a forward that is cancelled ends its calls first', async () => {
  const [one] = laptops
  const control = `${gateway.dataFolder}/control`
  const client = startSsh(
    gateway.sshPort,
    ['-M', '-S', control, '-N', '-R', `team:443:localhost:${one.port}`, 'localhost'],
    { key: bound },
  )
  clients.push(client)
  await until('it to answer', async () => (await call('read')).laptop === 'one')
  const waiting = call('wait')
  await until('the call to be under way', () => one.held.length === 1)

  const cancel = startSsh(gateway.sshPort, [
    '-S',
    control,
    '-O',
    'cancel',
    '-R',
    `team:443:localhost:${one.port}`,
    'localhost',
  ])
  await cancel.exited
  await until('no new call to come in', async () => (await call('read')).laptop === undefined)

  one.held.splice(0)[0]?.end('{"jsonrpc":"2.0","id":1,"result":{"laptop":"one"}}')
  expect((await waiting).laptop).toBe('one')
})
