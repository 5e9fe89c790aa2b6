import { expect, test } from 'vitest'

import { ApprovalDesk } from '../approvals/approval-desk.ts'
import type { StandingChange } from '../identity/standing.ts'
import { jsonOf } from '../../proto/struct.ts'
import { NO_RULES } from '../routes/route-rules.ts'
import { encodeVerdict } from './check-response.ts'
import { holdCall } from './hold.ts'
import type { World } from './hearing.ts'
import {
  EVERYBODY,
  judge,
  NOW_MS,
  policyOf,
  requestOf,
  SIGNED_IN,
  toolCall,
  worldOf,
  type RequestChanges,
  type WorldChanges,
} from './world.fixture.ts'

const approval = { when: policyOf(EVERYBODY), by: { kind: 'owner' }, approvers: undefined, timeoutMs: 1000 } as const
const HELD: WorldChanges = { route: { rules: { ...NO_RULES, approval } } }
const STRANGER = { headers: { authorization: undefined } }

/** A call that the verdict holds; `later` is the world in which a person has answered. */
function held(
  options: {
    readonly request?: RequestChanges
    readonly world?: WorldChanges
    /** In which the person is asked, if not that of the verdict. */
    readonly asked?: World
    /** What was held, if not the request of the verdict. */
    readonly body?: string
    readonly later?: World
    readonly laterMs?: number
  } = {},
) {
  const request = { body: toolCall('delete', { arguments: { path: '/a' } }), ...options.request }
  const world = worldOf({ ...HELD, ...options.world })
  const response = encodeVerdict(judge(request, world), requestOf(request), { request_id: 'req-1', route: 'team' })
  const { method, path, host, body } = requestOf(request)
  const nows = [NOW_MS, options.laterMs ?? NOW_MS]
  const worlds = [options.asked ?? world, options.later ?? world]
  const desk = new ApprovalDesk({ nowMs: () => NOW_MS })
  let gone = (): void => undefined
  const answer = holdCall(
    {
      attributes: {
        request: {
          http: { method, path, host, raw_body: options.body === undefined ? body : Buffer.from(options.body) },
        },
        metadata_context: {
          filter_metadata: { 'envoy.filters.http.ext_authz': response.dynamic_metadata ?? {} },
        },
      },
    },
    {
      worldNow: () => worlds.shift() ?? world,
      desk,
      nowMs: () => nows.shift() ?? NOW_MS,
      onGone: (listener) => (gone = listener),
    },
  )
  return { answer, desk, goAway: () => gone() }
}

type Answered = Awaited<ReturnType<typeof holdCall>>
const decisionOf = ({ dynamic_metadata: metadata }: Answered): unknown => jsonOf(metadata)['decision']
const errorOf = ({ denied_response: denied }: Answered): { code: string; id: unknown } => {
  const { id, error } = JSON.parse(denied?.body ?? '{}')
  return { code: error?.data?.code, id }
}

async function approved(options: Parameters<typeof held>[0]): Promise<Answered> {
  const { answer, desk } = held(options)
  desk.answer('req-1', { allow: true, by: 'ann', forMs: 0 })
  return answer
}

test('a person sees who calls what with which arguments, and their yes lets the call go on', async () => {
  const { answer, desk } = held()

  expect(desk.find('req-1')).toMatchObject({
    route: 'team',
    caller: { email: 'ann@example.com', clientId: 'cli_1' },
    clientAddress: '192.0.2.1',
    tool: 'delete',
    argumentsText: '{\n "path": "/a"\n}',
    bodyBytes: expect.any(Number),
    expiresAtMs: NOW_MS + 1000,
  })
  desk.answer('req-1', { allow: true, by: 'ann', forMs: 0 })
  expect(decisionOf(await answer)).toBe('allow')
})

test('a no is told to the caller under the id of their message', async () => {
  const { answer, desk } = held()
  desk.answer('req-1', { allow: false, by: 'ann', forMs: 0 })

  expect(errorOf(await answer)).toEqual({ code: 'approval_denied', id: 7 })
})

test('a client that goes away is asked about no longer', async () => {
  const { answer, desk, goAway } = held()
  goAway()

  expect(errorOf(await answer).code).toBe('approval_ended')
  expect(desk.held).toEqual([])
})

test('arguments that nobody reads to their end are cut', () => {
  const request = { body: toolCall('delete', { arguments: { text: 'x'.repeat(70_000) } }) }
  const { desk } = held({ request })

  expect(desk.find('req-1')?.argumentsText).toMatch(/^\{.{65535,}…\nNot shown: \d+ more characters$/s)
  expect(held({ request: { body: toolCall('delete') } }).desk.find('req-1')?.argumentsText).toBe('{}')
})

test('a stranger’s call is held for the owner, too', async () => {
  const options = { request: { ...STRANGER, body: toolCall('delete') }, world: { policy: EVERYBODY } }

  expect(held(options).desk.find('req-1')).toMatchObject({ caller: undefined })
  expect(decisionOf(await approved(options))).toBe('allow')
})

const later = (changes: WorldChanges): World => worldOf({ ...HELD, ...changes })
const afterwards = (...standing: readonly StandingChange[]): World => later({ standing })

test.each<[string, { readonly later?: World; readonly laterMs?: number }]>([
  ['its token has ended', { laterMs: NOW_MS + 60_000, later: renewed() }],
  ['Standing is stale', { laterMs: NOW_MS + 5001 }],
  ['the grant was revoked', { later: afterwards({ kind: 'grant.revoked', grantId: 'grt_1' }) }],
  ['the account was disabled', { later: afterwards({ kind: 'user.put', user: disabled() }) }],
  ['the rule that allowed it is gone', { later: later({ policy: { allow: { and: [{ user: 'usr_bob' }] } } }) }],
  ['the route is gone', { later: later({ publication: { routes: new Map() } }) }],
  [
    'the tool was changed',
    { later: worldOf({ route: { rules: { ...NO_RULES, tools: { changes: 'block', unknown: 'allow' } } } }) },
  ],
])('a yes is worth nothing where meanwhile %s', async (_, options) => {
  expect(errorOf(await approved(options)).code).toBe('approval_ended')
})

/** Everything stands but the token. */
function renewed(): World {
  const world = later({})
  world.standing.apply({ sequence: 4, change: { kind: 'heartbeat' } }, NOW_MS + 60_000)
  return world
}

function disabled() {
  const user = worldOf().standing.findUser('usr_ann')
  if (user === undefined) throw new Error('Ann is missing')
  return { ...user, disabled: true }
}

test('a person whose account ended on the way has no address any more', () => {
  expect(held({ asked: afterwards({ kind: 'user.put', user: disabled() }) }).desk.find('req-1')?.caller?.email).toBe('')
})

test.each(['{', '{"jsonrpc":"2.0","id":1,"result":{}}', '{"jsonrpc":"2.0","id":1,"method":"ping"}'])(
  'what is no call of a tool is never held: %s',
  async (body) => {
    await expect(held({ body }).answer).rejects.toThrow('nobody could approve')
  },
)

test('a call that nobody could approve does not go on', async () => {
  const withoutRule = { policy: SIGNED_IN, route: { rules: { ...NO_RULES, maxResponseBytes: 10 } } }

  await expect(held({ asked: later({ publication: { routes: new Map() } }) }).answer).rejects.toThrow('could approve')
  await expect(held({ world: withoutRule }).answer).rejects.toThrow('nobody could approve')
  await expect(
    holdCall(
      {},
      {
        worldNow: () => worldOf(),
        desk: new ApprovalDesk({ nowMs: () => 0 }),
        nowMs: () => 0,
        onGone: () => undefined,
      },
    ),
  ).rejects.toThrow('without facts')
})
