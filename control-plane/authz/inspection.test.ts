import { expect, test } from 'vitest'

import { NO_RULES } from '../routes/route-rules.ts'
import {
  ANN,
  EVERYBODY,
  NOW_MS,
  STRANGER,
  inSession,
  policyOf,
  rpc,
  sealed,
  toolCall,
  verdictOf,
  type RequestChanges,
  type WorldChanges,
} from './world.fixture.ts'

const rules = (more: object): WorldChanges => ({ route: { rules: { ...NO_RULES, ...more } } })

test.each<[string, RequestChanges, WorldChanges, boolean]>([
  ['a call of a route that looks at no answer', { body: toolCall('a') }, {}, false],
  [
    'a call of a route that blocks changed tools',
    { body: rpc('ping') },
    rules({ tools: { changes: 'block', unknown: 'allow' } }),
    true,
  ],
  ['a list where everything is allowed', { body: rpc('tools/list') }, {}, false],
  [
    'a list where a tool could be hidden',
    { body: rpc('tools/list') },
    { policy: { allow: { and: [{ mcp_tool: 'a' }] } } },
    true,
  ],
  [
    'a list of prompts where only tools are hidden',
    { body: rpc('prompts/list') },
    { policy: [{ allow: { and: [{ accept: true }] } }, { deny: { and: [{ mcp_method: 'tools/call' }] } }] },
    false,
  ],
  [
    'a stream on which any list could come',
    { method: 'GET' },
    { policy: { allow: { and: [{ mcp_tool: 'a' }] } } },
    true,
  ],
  ['a stream of a route that hides nothing', { method: 'GET' }, {}, false],
  [
    'a list of tools that are pinned',
    { body: rpc('tools/list') },
    rules({ tools: { changes: 'warn', unknown: 'allow' } }),
    true,
  ],
  [
    'a list of prompts beside tools that are pinned',
    { body: rpc('prompts/list') },
    rules({ tools: { changes: 'warn', unknown: 'allow' } }),
    false,
  ],
  ['a call whose answer is redacted', { body: toolCall('a') }, rules({ redact: (text: string) => text }), true],
  ['a call whose answer has a largest size', { body: toolCall('a') }, rules({ maxResponseBytes: 10 }), true],
  ['a call in which the server may not ask', { body: toolCall('a') }, rules({ serverRequests: {} }), true],
  ['a call that asks for a task', { body: toolCall('a', { task: {} }) }, {}, true],
  ['a list of tasks', { body: rpc('tasks/list') }, {}, true],
  ['a call in a session that may make tasks', inSession(sealed('con_1', true)), {}, true],
  ['a stream of such a session', inSession(sealed('con_1', true), { method: 'GET', body: '' }), {}, true],
  ['a ping of such a session', inSession(sealed('con_1', true), { body: rpc('ping') }), {}, false],
  ['an answer in such a session', inSession(sealed('con_1', true), { body: { id: 1, result: {} } }), {}, false],
])('whether the answer is read, for %s: %#', (_, request, world, inspect) => {
  const verdict = verdictOf(request, world)

  expect(verdict).toMatchObject({ kind: 'allow', inspect })
  expect(verdict.kind === 'allow' && verdict.removeHeaders.includes('accept-encoding')).toBe(inspect)
  expect(verdict.kind === 'allow' && verdict.facts !== undefined).toBe(inspect)
})

test('whoever reads the answer is told whose it is', () => {
  const redact = (text: string) => text
  const changes = rules({ redact })

  expect(verdictOf({ path: '/team/mcp?q=1', body: toolCall('read') }, changes)).toMatchObject({
    facts: {
      httpMethod: 'POST',
      path: '/team/mcp',
      clientAddress: '192.0.2.1',
      method: 'tools/call',
      subject: 'read',
      caller: { userId: ANN.id, clientId: 'cli_1', scopes: ['mcp'], grantId: 'grt_1', expiresAtMs: NOW_MS + 60_000 },
    },
  })
  expect(verdictOf({ ...STRANGER, method: 'GET' }, { ...changes, policy: EVERYBODY })).toMatchObject({
    facts: { httpMethod: 'GET', method: undefined, subject: undefined, caller: undefined },
  })
})

test('a call waits for a person where the condition holds, or could', () => {
  const approval = {
    when: policyOf({ allow: { and: [{ 'mcp_argument/force': true }] } }),
    by: { kind: 'owner' },
    approvers: undefined,
    timeoutMs: 1000,
  }
  const holds = (body: object): unknown => verdictOf({ body }, rules({ approval }))

  expect(holds(toolCall('a', { arguments: { force: true } }))).toMatchObject({ hold: true, inspect: false })
  expect(holds(toolCall('a', { arguments: { force: 'true' } }))).toMatchObject({ hold: true })
  expect(holds(toolCall('a', { arguments: { force: false } }))).toMatchObject({ hold: false })
  expect(holds(rpc('prompts/get', { name: 'a', arguments: { force: true } }))).toMatchObject({ hold: false })
})
