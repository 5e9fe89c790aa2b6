import { expect, test } from 'vitest'

import { NO_RULES } from '../routes/route-rules.ts'
import { NO_SHARING, type Share } from '../sharing/share.ts'
import { ANN, judge, NOW_MS, toolCall, worldOf, type WorldChanges } from './world.fixture.ts'

const CAROL = { ...ANN, id: 'usr_carol', email: 'carol@example.com', tunnelName: 'brave-fox-1111' }
const share: Share = {
  id: 'shr_1',
  route: 'team',
  sharedBy: CAROL.id,
  email: ANN.email,
  tools: ['read'],
  createdAtMs: NOW_MS,
  expiresAtMs: NOW_MS + 5000,
}
const sharing = { ...NO_SHARING, allowed: true }
const world = (shares: readonly Partial<Share>[], more: WorldChanges = {}) =>
  worldOf({
    policy: { allow: { and: [{ user: CAROL.id }] } },
    route: { rules: { ...NO_RULES, sharing } },
    ...more,
    standing: [
      { kind: 'user.put', user: CAROL },
      ...shares.map((changes) => ({ kind: 'share.put', share: { ...share, ...changes } }) as const),
      ...(more.standing ?? []),
    ],
  })
const verdict = (changed: ReturnType<typeof worldOf>, tool = 'read') => judge({ body: toolCall(tool) }, changed)

test('a share lets its tools be called, no longer than it lives, and is the rule in the record', () => {
  expect(verdict(world([{}]))).toMatchObject({
    verdict: { kind: 'allow', expiresInMs: 5000 },
    event: { rule: 'share shr_1' },
  })
  expect(verdict(world([{}]), 'write')).toMatchObject({ verdict: { kind: 'refuse' }, event: { rule: 'default' } })
})

test('a share of a day does not make a token live longer', () => {
  const long = verdict(world([{ expiresAtMs: NOW_MS + 86_400_000 }])).verdict
  const own = judge({ body: toolCall('read') }, worldOf()).verdict
  expect(long).toMatchObject({ expiresInMs: own.kind === 'allow' ? own.expiresInMs : 0 })
})

test.each<[string, Partial<Share>, WorldChanges]>([
  ['over', { expiresAtMs: NOW_MS }, {}],
  ['of another route', { route: 'wiki' }, {}],
  ['with somebody else', { email: 'dan@example.com' }, {}],
  ['revoked', {}, { standing: [{ kind: 'share.ended', shareId: 'shr_1', route: 'team' }] }],
  ['of somebody disabled', {}, { standing: [{ kind: 'user.put', user: { ...CAROL, disabled: true } }] }],
  ['of somebody who is gone', { sharedBy: 'usr_gone' }, {}],
  ['forbidden by the configuration', {}, { route: { rules: NO_RULES } }],
  [
    'denied by the policy',
    {},
    {
      policy: { allow: { and: [{ user: CAROL.id }] }, deny: { or: [{ email: ANN.email }] } },
    },
  ],
])('a share that is %s allows nothing', (_, changes, more) => {
  expect(verdict(world([changes], more)).verdict).toMatchObject({ kind: 'refuse' })
})

test('a personal tunnel is shared by its owner alone', () => {
  const route = CAROL.tunnelName
  const personalRules = { ...NO_RULES, sharing }
  const call = { body: toolCall('read'), path: `/${route}/mcp` }
  const asked = (sharedBy: string) => {
    const changed = world([{ route, sharedBy }], { publication: { personalRules } })
    return changed.routes.find(route)?.shares?.length
  }
  expect([asked(CAROL.id), asked(ANN.id)]).toEqual([1, 0])
  expect(judge(call, world([])).verdict.kind).toBe('challenge')
})
