import { expect, test } from 'vitest'

import type { CallDecided } from '../audit/event.ts'
import { localTopic } from '../kernel/bus.ts'
import type { AuditEvent } from '../audit/event.ts'
import { ok } from '../kernel/result.ts'
import { StatusFeed } from '../tui/status.ts'
import type { Output, ShellPorts, ShellSession } from './command.ts'
import { COMMAND_NAMES, invocationOf, runCommand } from './commands.ts'

const ANN = {
  id: 'usr_ann',
  email: 'ann@example.com',
  tunnelName: 'calm-otter-4821',
  disabled: false,
  emailVerified: true,
  claims: {},
}
const SHARE = {
  id: 'shr_1',
  route: ANN.tunnelName,
  sharedBy: ANN.id,
  email: 'bob@example.com',
  tools: ['read_*'],
  createdAtMs: 0,
  expiresAtMs: 3_600_000,
}
const CALL: CallDecided = {
  kind: 'call.decided',
  atMs: 1000,
  requestId: 'req_1',
  route: ANN.tunnelName,
  resource: '',
  clientAddress: '192.0.2.1',
  caller: { userId: 'usr_bob', email: 'bob@example.com', clientId: 'cli', grantId: 'grt', scopes: [] },
  token: undefined,
  httpMethod: 'POST',
  method: 'tools/call',
  subject: 'read\u001b[2J\u202e',
  path: '/mcp',
  era: 'legacy',
  session: undefined,
  trace: undefined,
  requestBytes: 1,
  arguments: undefined,
  rule: 'share shr_1',
  verdict: 'allow',
  reasons: [],
}

interface Run {
  readonly status: Promise<number>
  readonly out: string[]
  readonly problems: string[]
  readonly events: ReturnType<typeof localTopic<AuditEvent>>
  readonly feed: StatusFeed
  readonly wanted: unknown[]
  slow: boolean
  stop(): void
}

function run(words: string, changes: Partial<ShellPorts> = {}, more: Partial<ShellSession> = {}): Run {
  const out: string[] = []
  const problems: string[] = []
  const wanted: unknown[] = []
  const events = localTopic<AuditEvent>()
  const feed = new StatusFeed()
  const stop = new AbortController()
  const ports: ShellPorts = {
    tunnelsOf: () => [],
    isServedBy: (user, route) => route === user.tunnelName,
    callsOf: async () => [],
    toolsOf: () => [],
    shares: {
      async create(_by, share) {
        wanted.push(share)
        return ok(SHARE)
      },
      ofUser: () => [SHARE],
      revoke: async (_by, named) => (named === SHARE.email || named === SHARE.id ? [SHARE] : []),
    },
    forgetKey: async () => true,
    ...changes,
  }
  const session: ShellSession = {
    user: ANN,
    key: undefined,
    address: '192.0.2.7',
    ports,
    events,
    clock: { nowMs: () => 5000 },
    feed,
    connections: () => 2,
    endConnections: () => wanted.push('ended'),
    gone: stop.signal,
    ...more,
  }
  const result = { out, problems, events, feed, wanted, slow: false, stop: () => stop.abort() }
  const output: Output = {
    line: (text) => out.push(text),
    json: (value) => out.push(JSON.stringify(value)),
    problem: (text) => problems.push(text),
    get isReady() {
      return !result.slow
    },
    ready: async () => undefined,
  }
  const invocation = invocationOf(words.split(' '))
  if (!invocation.ok) {
    problems.push(invocation.error)
    return Object.assign(result, { status: Promise.resolve(2) })
  }
  return Object.assign(result, { status: runCommand(invocation.value, session, { output, onFault: () => undefined }) })
}

const parsed = (lines: readonly string[]): unknown[] => lines.map((line) => JSON.parse(line) as unknown)

test('there is no command that approves or decides', () => {
  expect(COMMAND_NAMES).toEqual(['help', 'whoami', 'tunnels', 'logs', 'tools', 'share', 'revoke', 'logout', 'events'])
  for (const word of ['approve', 'allow', 'deny', 'decide', 'answer']) expect(invocationOf([word]).ok).toBe(false)
})

test('every command takes --json, and refuses what it does not know with what was probably meant', async () => {
  for (const name of COMMAND_NAMES.slice(1)) {
    expect(run(`${name} --jsno`).problems[0]).toMatch(/did you mean "--json"/)
  }
  expect(run('whoam').problems[0]).toMatch(/did you mean "whoami"/)
  expect(run('whoami now').problems[0]).toMatch(/one word too many/)
  expect(run('logs --since').problems[0]).toMatch(/needs a value/)
  expect(run('logs --since --follow').problems[0]).toMatch(/needs a value/)
  expect(run('logs --follow --follow').problems[0]).toMatch(/twice/)
  expect(run('logs --follow=1').problems[0]).toMatch(/takes no value/)
  expect(await run('revoke').status).toBe(2)
})

test('whoami says who, in words and as JSON', async () => {
  const text = run('whoami')
  const json = run('whoami --json')

  expect([await text.status, await json.status]).toEqual([0, 0])
  expect(text.out[0]).toBe('ann@example.com (usr_ann)')
  expect(parsed(json.out)).toEqual([
    { user: 'usr_ann', email: 'ann@example.com', tunnel: 'calm-otter-4821', address: '192.0.2.7', connections: 2 },
  ])
})

test('share asks for what was written, and for nothing that is no tool, time or address', async () => {
  const made = run('share BOB@example.com --tools read_*,list --for 2h')
  expect(await made.status).toBe(0)
  expect(made.wanted).toEqual([
    { route: 'calm-otter-4821', email: 'bob@example.com', tools: ['read_*', 'list'], forMs: 7_200_000 },
  ])
  const bad = [
    'share',
    'share bob',
    'share b@example.com --tools re*ad',
    'share b@example.com --tools a,,b',
    'share b@example.com --for 5',
    'share b@example.com --for 1ms',
    'share --list b@example.com',
  ]
  for (const words of bad) {
    const refused = run(words)
    expect([words, await refused.status, refused.wanted]).toEqual([words, 2, []])
  }
})

test('share names the tunnel that is open where there is only one', async () => {
  const open = {
    url: '',
    target: '',
    health: 'ok',
    mode: 'dynamic',
    sinceMs: 0,
    sourceAddress: '',
    connectors: 1,
  } as const
  const one = run('share b@example.com', { tunnelsOf: () => [{ ...open, route: 'team' }] })
  const two = run('share b@example.com', {
    tunnelsOf: () => [
      { ...open, route: 'team' },
      { ...open, route: 'x' },
    ],
  })
  await Promise.all([one.status, two.status])

  expect([one.wanted, two.wanted]).toMatchObject([[{ route: 'team' }], [{ route: 'calm-otter-4821' }]])
})

test('revoke by id or address, and says when there is nothing', async () => {
  expect(await run('revoke shr_1').status).toBe(0)
  expect(await run('revoke Bob@example.com').status).toBe(0)
  const none = run('revoke eve@example.com')
  expect([await none.status, none.out]).toEqual([1, []])
})

test('logout without a key to forget ends nothing', async () => {
  const plain = run('logout')
  const forgetting = run('logout --forget-key')

  expect([await plain.status, plain.wanted]).toEqual([0, ['ended']])
  expect([await forgetting.status, forgetting.wanted]).toEqual([1, []])
})

test('logs of somebody else’s tunnel are not there', async () => {
  const asked: unknown[] = []
  const callsOf: ShellPorts['callsOf'] = async (_user, query) => {
    asked.push(query)
    return []
  }
  const other = run('logs --tunnel brave-fox-1111', { callsOf })

  expect([await other.status, other.problems, asked]).toEqual([1, ['You serve no tunnel "brave-fox-1111"'], []])
})

test('logs --follow shows calls of own tunnels as they come, and says how many a slow reader has lost', async () => {
  const following = run('logs --follow --json')
  following.events.publish(CALL)
  following.events.publish({ ...CALL, requestId: 'req_2', route: 'brave-fox-1111' })
  await Promise.resolve()
  await new Promise((resolve) => setImmediate(resolve))
  following.slow = true
  following.events.publish({ ...CALL, requestId: 'req_3' })
  following.events.publish({ ...CALL, requestId: 'req_4' })
  following.slow = false
  following.events.publish({ ...CALL, requestId: 'req_5' })
  following.stop()

  expect(await following.status).toBe(0)
  expect(parsed(following.out)).toMatchObject([{ request_id: 'req_1' }, { lost: 2 }, { request_id: 'req_5' }])
})

test('a fault is said without its text', async () => {
  const failing = run('logs', { callsOf: () => Promise.reject(new Error('disk /secret is full')) })

  expect(await failing.status).toBe(1)
  expect(failing.problems.join()).not.toContain('secret')
})

test('events begin with a hello and tell only changes', async () => {
  const tunnel = {
    route: ANN.tunnelName,
    url: 'http://localhost:7800/calm-otter-4821/mcp',
    target: 'localhost:8080',
    live: true,
    health: 'ok',
    connectors: 1,
    mode: 'dynamic',
    sinceMs: 0,
  } as const
  const stream = run('events --json')
  stream.feed.tell({ kind: 'tunnel', tunnel: { ...tunnel, live: false } })
  stream.feed.tell({ kind: 'tunnel', tunnel })
  stream.feed.tell({ kind: 'tunnel', tunnel })
  stream.feed.tell({ kind: 'tunnel', tunnel: { ...tunnel, health: 'refused' } })
  stream.feed.tell({ kind: 'notice', atMs: 1, text: 'Forward refused: no', about: 'forward.refused' })
  stream.feed.tell({ kind: 'notice', atMs: 1, text: 'An MCP server answers at /x' })
  stream.feed.tell({ kind: 'log', atMs: 1, text: 'not for programs' })
  stream.slow = true
  stream.feed.tell({ kind: 'notice', atMs: 1, text: 'lost' })
  stream.slow = false
  stream.feed.tell({ kind: 'gone', route: tunnel.route })
  stream.feed.tell({ kind: 'gone', route: tunnel.route })
  stream.stop()

  expect(await stream.status).toBe(0)
  expect(parsed(stream.out)).toMatchObject([
    { event: 'hello', version: 1, user: 'usr_ann' },
    { event: 'tunnel.up', url: tunnel.url, health: 'ok' },
    { event: 'tunnel.changed', health: 'refused' },
    { event: 'forward.refused', text: 'Forward refused: no' },
    { event: 'notice' },
    { event: 'lost', count: 1 },
    { event: 'tunnel.down', route: tunnel.route },
  ])
})
