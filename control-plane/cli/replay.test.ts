import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, expect, test } from 'vitest'

import type { CallRecord } from '../audit/call-record.ts'
import { readEnvironment } from '../config/environment.ts'
import { loadConfiguration, type Configuration } from '../config/load.ts'
import { Replay, replayText, type Replayed } from './replay.ts'

const folder = mkdtempSync(join(tmpdir(), 'sallyport-replay-'))
const configFile = join(folder, 'new.yaml')
afterAll(() => rmSync(folder, { recursive: true }))

function configurationOf(policy: string): Configuration {
  writeFileSync(
    configFile,
    `routes:\n  - { from: http://localhost:7800/team, to: "http://127.0.0.1:1", policy: ${policy} }\n`,
  )
  return loadConfiguration({ ...readEnvironment({}), configFile })
}

const allowed: CallRecord = {
  requestId: 'r',
  atMs: Date.UTC(2026, 0, 5, 12),
  route: 'team',
  path: '/team/mcp',
  clientAddress: '10.0.0.1',
  caller: { userId: 'usr_a', email: 'ann@example.com', clientId: 'cli_a', grantId: 'grt_a', scopes: ['mcp'] },
  session: undefined,
  era: 'legacy',
  trace: undefined,
  httpMethod: 'POST',
  method: 'tools/call',
  tool: 'write',
  resource: undefined,
  prompt: undefined,
  arguments: { kind: 'hash', sha256: '' },
  requestBytes: 1,
  verdict: 'allow',
  rule: 'allow old.yaml:1:1',
  reasons: [],
  outcome: {},
}

function replay(policy: string, records: readonly CallRecord[], groups: readonly string[] = []): Replayed {
  const judge = new Replay(configurationOf(policy), {
    claimsOf: (id) => (id === 'usr_a' ? { groups } : undefined),
    hintsOf: (_route, tool) => (tool === 'read' ? { readOnlyHint: true } : undefined),
  })
  for (const record of records) judge.judge(record)
  return judge.result()
}

test('calls that would come out otherwise are counted together, with the rule that decides', () => {
  const denied = { ...allowed, verdict: 'refuse', rule: 'default', tool: 'read' } as const
  const policy = '{ allow: { and: [{ authenticated_user: true }] }, deny: { and: [{ mcp_tool: write }] } }'

  const replayed = replay(policy, [allowed, denied, allowed, { ...allowed, tool: 'list' }])

  expect(replayed).toMatchObject({ judged: 4, unchanged: 1, unknown: [] })
  expect(replayed.changes).toEqual([
    {
      who: 'ann@example.com',
      route: 'team',
      what: 'write',
      from: 'allow',
      to: 'refuse',
      rule: expect.stringMatching(/^deny .*new\.yaml:2:\d+$/),
      count: 2,
    },
    expect.objectContaining({ what: 'read', from: 'refuse', to: 'allow', count: 1 }),
  ])
  expect(replayText(replayed)).toContain('4 calls judged: 1 as before, 3 would change, 0 cannot be told')
})

test('people have the groups that they have now, and calls the time that they had', () => {
  const policy = '{ allow: { and: [{ groups: ops }, { day_of_week: mon }] } }'

  expect(replay(policy, [allowed], ['ops']).unchanged).toBe(1)
  expect(replay(policy, [allowed]).changes[0]).toMatchObject({ to: 'refuse', rule: 'no rule allows it' })
})

test('a verdict that hangs on arguments can be told only where they were kept in full', () => {
  const policy = '{ allow: { and: [{ mcp_argument/path: { path_within: ~/project } }] } }'
  const full = (path: string): CallRecord => ({ ...allowed, arguments: { kind: 'full', value: { path } } })

  const replayed = replay(policy, [allowed, full('~/project/a'), full('/etc/passwd')])

  expect(replayed.unchanged).toBe(1)
  expect(replayed.changes).toMatchObject([{ to: 'refuse', count: 1 }])
  expect(replayed.unknown).toMatchObject([{ to: 'cannot be told', what: 'write', count: 1 }])
})

test('a name that the record cut cannot be told', () => {
  const policy = '{ allow: { and: [{ accept: true }] } }'

  expect(replay(policy, [{ ...allowed, tool: 'x'.repeat(1025) }]).unknown).toHaveLength(1)
})

test('what no policy settled is skipped, and so are personal tunnels', () => {
  const policy = '{ allow: { and: [{ accept: true }] } }'

  const replayed = replay(policy, [
    { ...allowed, verdict: 'offline' },
    { ...allowed, verdict: 'refuse' },
    { ...allowed, verdict: 'challenge', rule: undefined, caller: undefined },
    { ...allowed, route: 'calm-otter-4821', rule: 'allow owner' },
    { ...allowed, rule: 'share shr_1' },
  ])

  expect(replayed).toMatchObject({ judged: 0, skipped: { notByPolicy: 4, personal: 1 } })
})

test('a missing scope is a step-up, before and after', () => {
  const stepUp = { ...allowed, verdict: 'challenge', rule: 'default', tool: 'read' } as const
  const policy = '{ allow: { and: [{ oauth_scope: extra }] } }'

  expect(replay(policy, [stepUp]).unchanged).toBe(1)
  expect(replay(policy, [allowed]).changes).toMatchObject([{ from: 'allow', to: 'step_up' }])
})

test('a route that is gone refuses what it allowed', () => {
  const policy = '{ allow: { and: [{ accept: true }] } }'

  expect(replay(policy, [{ ...allowed, route: 'wiki' }]).changes).toMatchObject([
    { to: 'refuse', rule: 'the route is gone' },
  ])
})

test('rules on annotations see the tools as they are known now, and cannot be told of others', () => {
  const policy = '{ allow: { and: [{ tool_annotation/readOnlyHint: true }] } }'

  const replayed = replay(policy, [{ ...allowed, tool: 'read' }, allowed])

  expect(replayed).toMatchObject({ unchanged: 1, changes: [], unknown: [{ what: 'write' }] })
})

test('what a completion or a subscription was about is not in the record', () => {
  const policy = '{ allow: { and: [{ mcp_prompt: greet }] } }'

  expect(replay(policy, [{ ...allowed, method: 'completion/complete', tool: undefined }]).unknown).toHaveLength(1)
})
