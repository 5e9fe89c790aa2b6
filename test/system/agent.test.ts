import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { Client, StreamableHTTPClientTransport, type ClientOptions } from '@modelcontextprotocol/client'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'

import { newHome, startAgent } from './support/agent.ts'
import { ScriptedBrowser } from './support/browser.ts'
import { startCuttable } from './support/cut.ts'
import { startGateway, type TestGateway } from './support/gateway.ts'
import { obtainTokens, post, REDIRECT } from './support/oauth.ts'
import { authorizeSsh, signUp } from './support/people.ts'
import { freePort } from './support/ports.ts'
import type { SshClient } from './support/ssh.ts'
import { startUpstream, type RecordingUpstream } from './support/upstream.ts'
import { until } from './support/until.ts'

const FIXTURE = fileURLToPath(new URL('../fixture/stdio/main.ts', import.meta.url))
const LINK = /(http:\/\/localhost:\d+\/sign-in\?user_code=[\w-]+)/
const ADDRESS = /(http:\/\/localhost:\d+\/[a-z]+-[a-z]+-\d{4}\/mcp) ->/
const OFFLINE = -32_061
const CALL = JSON.stringify({ jsonrpc: '2.0', id: 7, method: 'tools/call', params: { name: 'echo', arguments: {} } })

let gateway: TestGateway
let upstream: RecordingUpstream
let url: string
let token: string
const browser = new ScriptedBrowser({ stopAt: [REDIRECT] })
/** A home whose key the gateway knows. */
const home = newHome()
const agents: SshClient[] = []

const host = (): string => `127.0.0.1:${gateway.sshPort}`
const known = (folder: string): string => join(folder, 'state/sallyport-connect/known_hosts')
const call = (): Promise<Response> => post(url, CALL, { authorization: `Bearer ${token}` })

function agent(words: readonly string[], folder = home): SshClient {
  const started = startAgent(folder, words)
  agents.push(started)
  return started
}

/** A person at a browser who answers the link, and lets the key be remembered. */
async function signIn(started: SshClient, answer: 'Authorize' | 'Deny' = 'Authorize'): Promise<void> {
  await authorizeSsh(browser, await started.see(LINK), answer)
}

beforeAll(async () => {
  gateway = await startGateway()
  upstream = await startUpstream()
  await signUp(gateway.url, browser, 'ann@example.com')
  const first = agent(['--host', host(), '--port', String(upstream.port)])
  await signIn(first)
  url = await first.see(ADDRESS)
  token = (await obtainTokens(gateway.url, browser, url)).access_token
})

afterEach(async () => {
  for (const started of agents.splice(0)) await started.kill('SIGKILL')
})

afterAll(async () => {
  for (const started of agents) await started.kill('SIGKILL')
  await upstream?.[Symbol.asyncDispose]()
  await gateway?.[Symbol.asyncDispose]()
})

describe('one server', () => {
  test('it is published under the name of its person, and hears its own port as host', async () => {
    const started = agent(['--host', host(), '--port', String(upstream.port)])
    expect(await started.see(ADDRESS)).toBe(url)

    const response = await call()

    expect(await response.json()).toEqual({ jsonrpc: '2.0', id: 7, result: { method: 'POST' } })
    expect(upstream.seen.at(-1)?.headers.host).toBe(`localhost:${upstream.port}`)
    await started.see(/tools\/call/)
  })

  test('SIGTERM ends it as asked, and the tunnel with it', async () => {
    const started = agent(['--host', host(), '--port', String(upstream.port)])
    await started.see(ADDRESS)

    started.child.kill('SIGTERM')

    expect(await started.exited).toBe(0)
    await until('the tunnel to be offline', async () => (await answerCode()) === OFFLINE)
  })

  test('SIGTERM lets a call end that is under way, and no other begin', async () => {
    const { promise: answer, resolve: letGo } = Promise.withResolvers<void>()
    const seen: string[] = []
    await using slow = await startUpstream((_request, response, body) => {
      seen.push(body)
      void answer.then(() =>
        response.setHeader('content-type', 'application/json').end('{"jsonrpc":"2.0","id":7,"result":{}}'),
      )
    })
    const started = agent(['--host', host(), '--port', String(slow.port)])
    await started.see(ADDRESS)
    const waiting = call()
    await until('the call to be under way', () => seen.length === 1)

    started.child.kill('SIGTERM')
    await until('the tunnel to be offline', async () => (await answerCode()) === OFFLINE)
    letGo()

    expect((await waiting).status).toBe(200)
    expect(await started.exited).toBe(0)
    expect(seen).toHaveLength(1)
  })

  test('the key that it made and the host keys it knows are for nobody else to read', () => {
    const files = ['id_ed25519', 'known_hosts'].map((name) => join(home, 'state/sallyport-connect', name))

    expect(files.map((file) => statSync(file).mode & 0o777)).toEqual([0o600, 0o600])
  })

  test('`sallyport connect` is the same', async () => {
    const { stdout } = await gateway.command('connect', '--host', 'h', '--service=systemd', '--', 'npx', '--help')

    expect(stdout).toMatch(/^ExecStart=.*main\.ts connect --host h -- npx --help$/m)
  })
})

describe('when something is in the way', () => {
  test('a connection that is cut comes back under the same address', async () => {
    await using way = await startCuttable(gateway.sshPort)
    const started = agent(['--host', `127.0.0.1:${way.port}`, '--port', String(upstream.port)])
    await started.see(ADDRESS)

    way.cut()

    await until('a second connection', () => way.connections() === 2)
    await until('the tunnel to answer again', async () => (await answerCode()) === 'POST')
    expect(started.text().match(/trusted from now on/g)).toHaveLength(1)
    expect(await started.see(ADDRESS)).toBe(url)
  })

  test('a gateway that restarts finds its tunnel again', async () => {
    const started = agent(['--host', host(), '--port', String(upstream.port)])
    await started.see(ADDRESS)

    await gateway.stop('SIGKILL')
    await started.see(/Trying again in/)
    await gateway.restart()

    await until('the tunnel to answer again', async () => (await answerCode()) === 'POST', 20_000)
    expect(started.child.exitCode).toBeNull()
  })

  test('a second agent takes over from one that hangs', async () => {
    const hanging = agent(['--host', host(), '--port', String(upstream.port)])
    await hanging.see(ADDRESS)
    hanging.child.kill('SIGSTOP')

    const second = agent(['--host', host(), '--port', String(upstream.port)])
    expect(await second.see(ADDRESS)).toBe(url)

    expect(await answerCode()).toBe('POST')
    hanging.child.kill('SIGCONT')
    expect(await hanging.exited).toBe(5)
    expect(hanging.text()).toContain('was taken over by another connection')
    expect(await answerCode()).toBe('POST')
  })

  test('two nodes get a connection each, and one of them may go', async () => {
    await using first = await startCuttable(gateway.sshPort)
    await using second = await startCuttable(gateway.sshPort)
    const hosts = [first, second].flatMap(({ port }) => ['--host', `127.0.0.1:${port}`])
    const started = agent([...hosts, '--port', String(upstream.port)])
    await until('a connection to each', () => first.connections() > 0 && second.connections() > 0)
    await started.see(ADDRESS)

    first.cut()
    await until('the tunnel to answer', async () => (await answerCode()) === 'POST')
    second.cut()
    await until('the tunnel to answer', async () => (await answerCode()) === 'POST')

    expect(started.child.exitCode).toBeNull()
    expect(started.text()).not.toContain('taken over')
  })

  test('a gateway that is not there is told once, and waited for', async () => {
    const port = await freePort()
    const started = agent(['--host', `127.0.0.1:${port}`, '--port', String(upstream.port)])
    await started.see(/Nothing listens on 127\.0\.0\.1/)
    let tries = 0
    const late = createServer((socket) => {
      tries += 1
      socket.destroy()
    })
    await new Promise<void>((resolve) => late.listen(port, '127.0.0.1', resolve))

    await until('another attempt', () => tries > 0)
    late.close()

    expect(started.text().match(/Nothing listens/g)).toHaveLength(1)
  })
})

describe('what ends it for good', () => {
  test('a person who denies the sign-in', async () => {
    const started = agent(['--host', host()], newHome())

    await signIn(started, 'Deny')

    expect(await started.exited).toBe(3)
    expect(started.text()).toContain('Sign-in was denied')
  })

  test('another host key than at the first contact', async () => {
    const folder = newHome()
    mkdirSync(dirname(known(folder)), { recursive: true })
    writeFileSync(known(folder), `# mine\n${host()} ssh-ed25519 SHA256:${'A'.repeat(43)}\n`)

    const started = agent(['--host', host()], folder)

    expect(await started.exited).toBe(4)
    expect(started.text()).toContain(`remove line 2 of ${known(folder)}`)
    expect(readFileSync(known(folder), 'utf8')).not.toContain(await fingerprint())
  })

  test('another host key than the one given; the right one needs no first contact', async () => {
    const wrong = agent(['--host', host(), '--fingerprint', `SHA256:${'A'.repeat(43)}`])
    const right = agent(['--host', host(), '--port', '1', '--fingerprint', await fingerprint()])

    expect(await wrong.exited).toBe(4)
    await right.see(ADDRESS)
  })

  test('a name that the gateway does not give', async () => {
    const started = agent(['--host', host(), 'www=1'])

    expect(await started.exited).toBe(5)
    expect(started.text()).toContain('"www" is a reserved label')
  })
})

describe('servers on standard input and output', () => {
  const stdio = (...before: readonly string[]): SshClient =>
    agent(['--host', host(), ...before, '--', process.execPath, FIXTURE])

  test('each session has a process; questions, progress and errors come through', async () => {
    const started = stdio()
    await started.see(ADDRESS)
    await using first = await connectClient({ capabilities: { elicitation: {} } })
    await using second = await connectClient()
    first.client.setRequestHandler('elicitation/create', async ({ params }) => {
      expect(params.message).toBe('Who?')
      return { action: 'accept', content: { name: 'Ann' } }
    })
    const steps: number[] = []

    expect(await first.call('echo', { text: 'hello' })).toBe('hello')
    expect(await first.call('ask')).toBe('answered: {"name":"Ann"}')
    await first.client.callTool({ name: 'count' }, { onprogress: ({ progress }) => void steps.push(progress) })
    const pids = [await first.call('pid'), await second.call('pid')]

    expect(steps).toEqual([1, 2])
    expect(new Set(pids).size).toBe(2)
    await started.see(/\] the fixture is ready/)
    await first.end()
    await until('its process to end', () => !isRunning(Number(pids[0])))
    expect(isRunning(Number(pids[1]))).toBe(true)
  })

  test('a process that dies answers what it owes, and the session goes on in another one', async () => {
    await stdio().see(ADDRESS)
    await using session = await connectClient()
    const before = await session.call('pid')

    await expect(session.call('crash')).rejects.toThrow('exit code 3')

    const after = await until('the server to be back', () => session.call('pid').catch(() => undefined))
    expect(after).not.toBe(before)
  })

  test('--shared is one process for all sessions, which ends with the agent', async () => {
    const started = stdio('--shared')
    await started.see(ADDRESS)
    await using first = await connectClient()
    await using second = await connectClient()

    const pids = await Promise.all([first.call('pid'), second.call('pid')])
    expect(pids[0]).toBe(pids[1])
    started.child.kill('SIGTERM')

    expect(await started.exited).toBe(0)
    expect(isRunning(Number(pids[0]))).toBe(false)
  })

  test('a client of the modern era needs no session', async () => {
    await stdio().see(ADDRESS)
    await using session = await connectClient({ versionNegotiation: { mode: 'auto' } })

    expect(session.client.getNegotiatedProtocolVersion()).toBe('2026-07-28')
    expect(await session.call('echo', { text: 'hello' })).toBe('hello')
  })

  test('a server of the legacy era alone is found out by a client that would rather speak the modern one', async () => {
    await agent(['--host', host(), '--', process.execPath, FIXTURE, 'legacy']).see(ADDRESS)
    await using session = await connectClient({ versionNegotiation: { mode: 'auto' } })

    expect(session.client.getNegotiatedProtocolVersion()).toBe('2025-11-25')
    expect(await session.call('echo', { text: 'hello' })).toBe('hello')
  })

  test('a file publishes several servers', async () => {
    const file = join(newHome(), 'servers.yaml')
    writeFileSync(
      file,
      `host: "${host()}"\nservers:\n  default: { target: "localhost:${upstream.port}" }\n  docs: { command: ["${process.execPath}", "${FIXTURE}"] }\n`,
    )
    const started = agent(['--file', file])

    const docs = await started.see(/(http:\/\/localhost:\d+\/docs-[a-z]+-[a-z]+-\d{4}\/mcp) -> .*stdio\/main/)
    await started.see(new RegExp(`${url} -> localhost:${upstream.port}`))
    await using session = await connectClient({}, docs)

    expect(await session.call('echo', { text: 'from the file' })).toBe('from the file')
    expect(await answerCode()).toBe('POST')
  })
})

/** Of the tunnel: the method that reached the upstream, or the code of a refusal. */
async function answerCode(): Promise<unknown> {
  const answer = (await (await call()).json()) as { result?: { method: string }; error?: { code: number } }
  return answer.result?.method ?? answer.error?.code
}

async function fingerprint(): Promise<string> {
  return /SHA256:[A-Za-z0-9+/]{43}/.exec(readFileSync(known(home), 'utf8'))?.[0] ?? ''
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

interface Session extends AsyncDisposable {
  readonly client: Client
  /** The text of a tool's answer. */
  call(name: string, args?: Readonly<Record<string, unknown>>): Promise<string>
  end(): Promise<void>
}

async function connectClient(options: ClientOptions = {}, at = url): Promise<Session> {
  const bearer = at === url ? token : (await obtainTokens(gateway.url, browser, at)).access_token
  const client = new Client({ name: 'test-client', version: '1.0.0' }, options)
  const requestInit = { headers: { authorization: `Bearer ${bearer}` } }
  const transport = new StreamableHTTPClientTransport(new URL(at), { requestInit })
  await client.connect(transport)
  return {
    client,
    async call(name, args = {}) {
      const { content } = await client.callTool({ name, arguments: args })
      const [part] = content
      return part?.type === 'text' ? part.text : ''
    },
    end: () => transport.terminateSession(),
    [Symbol.asyncDispose]: () => client.close(),
  }
}
