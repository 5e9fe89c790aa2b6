import { describe, expect, test } from 'vitest'

import { compilePolicy, ownerOnly, type Policy } from '../policy/compile.ts'
import { decide, hides, mayAdmitAnonymous, reasonsFor } from '../policy/decide.ts'
import { inputOf, type Hypothetical } from '../policy/hypothetical.ts'
import type { Share } from './share.ts'
import { withShares } from './shared-policy.ts'

const ann = { id: 'usr_ann', email: 'ann@example.com', claims: {} }
const BOB = { id: 'usr_bob', email: 'bob@example.com' }
const share: Share = {
  id: 'shr_1',
  route: 'calm-otter-4821',
  sharedBy: ann.id,
  email: BOB.email,
  tools: ['read_*', 'list'],
  createdAtMs: 0,
  expiresAtMs: 10_000,
}
const find = (id: string) => (id === ann.id ? ann : undefined)
const policyOf = (data: unknown): Policy => {
  const policy = compilePolicy(data)
  if (!policy.ok) throw new Error(JSON.stringify(policy.error))
  return policy.value
}
const asked = (policy: Policy, call: Hypothetical, atMs = 5000) => decide(policy, inputOf({ user: BOB, ...call }, atMs))
const shared = (changes: Partial<Share> = {}, policy = ownerOnly(ann.id)): Policy =>
  withShares(policy, [{ ...share, ...changes }], find)

describe('a share of some tools', () => {
  test('allows them and what every client needs, until its very millisecond', () => {
    const policy = shared()
    expect(asked(policy, { tool: 'read_file' }, 9_999)).toMatchObject({
      allowed: true,
      decidedBy: { action: 'allow', path: ['share', 'shr_1'] },
    })
    for (const method of ['initialize', 'tools/list', 'ping', 'notifications/initialized'])
      expect([method, asked(policy, { method }).allowed]).toEqual([method, true])
    expect(asked(policy, { tool: 'list' }).allowed).toBe(true)
    expect(asked(policy, { tool: 'read_file' }, 10_000).allowed).toBe(false)
  })

  test.each([
    { tool: 'write_file' },
    { tool: 'xread_file' },
    { tool: 'Read_file' },
    { tool: 'lists' },
    { tool: '' },
    { resource: 'file:///etc/passwd' },
    { method: 'resources/list' },
    { method: 'prompts/list' },
    { prompt: 'read_x' },
    { method: 'subscriptions/listen' },
    { method: 'server/approve' },
    { tool: 'read_file', user: { id: 'usr_eve', email: 'eve@example.com' } },
    { tool: 'read_file', user: { id: 'usr_bob', email: 'BOB@example.com' } },
    { tool: 'read_file', user: { id: 'usr_m', email: '' } },
  ])('allows nothing else: %j', (call) => {
    expect(asked(shared(), call).allowed).toBe(false)
  })

  test('hides other tools in a list, and admits nobody without a token', () => {
    const list = inputOf({ user: BOB, method: 'tools/list' }, 5000)
    expect(hides(shared(), list)).toBe(true)
    expect(hides(shared({ tools: undefined }), list)).toBe(false)
    expect(mayAdmitAnonymous(shared({ tools: undefined }), 5000)).toBe(false)
  })
})

test('a share without tools allows what its maker may do', () => {
  const policy = shared({ tools: undefined })
  for (const call of [{ tool: 'write' }, { resource: 'file:///a' }, { prompt: 'p' }, { method: 'x/unknown' }])
    expect(asked(policy, call).allowed).toBe(true)
})

test('a share ends with the account of its maker, and gives no more than the maker has', () => {
  const team = policyOf({
    allow: { and: [{ email: 'ann@example.com' }, { mcp_tool: { starts_with: 'read_' } }] },
    deny: { or: [{ mcp_tool: 'read_secret' }, { email: 'eve@example.com' }] },
  })
  const everything = shared({ tools: undefined }, team)

  expect(asked(everything, { tool: 'read_file' }).allowed).toBe(true)
  expect(asked(everything, { tool: 'write_file' }).allowed).toBe(false)
  expect(asked(everything, { tool: 'read_secret' })).toMatchObject({ allowed: false, decidedBy: { action: 'deny' } })
  expect(
    asked(shared({ tools: undefined, email: 'eve@example.com' }, team), {
      tool: 'read_file',
      user: { id: 'usr_eve', email: 'eve@example.com' },
    }).allowed,
  ).toBe(false)
  expect(
    asked(
      withShares(team, [share], () => undefined),
      { tool: 'read_file' },
    ).allowed,
  ).toBe(false)
  const banned = policyOf({
    allow: { and: [{ authenticated_user: true }] },
    deny: { or: [{ email: 'ann@example.com' }] },
  })
  expect(decide(shared({}, banned), inputOf({ user: BOB, tool: 'x' }, 0)).allowed).toBe(true)
  const onlyBanned = policyOf({
    allow: { and: [{ email: 'ann@example.com' }] },
    deny: { or: [{ email: 'ann@example.com' }] },
  })
  expect(asked(shared({}, onlyBanned), { tool: 'read_file' }).allowed).toBe(false)
})

test('a scope that the policy asks for is asked of whoever is shared with, too', () => {
  const scoped = policyOf({ allow: { and: [{ user: ann.id }, { oauth_scope: 'files' }] } })

  expect(asked(shared({}, scoped), { tool: 'read_file' })).toMatchObject({ allowed: false, missingScopes: ['files'] })
  expect(asked(shared({}, scoped), { tool: 'read_file', scopes: ['files'] }).allowed).toBe(true)
})

test('the reasons name the share', () => {
  const policy = shared()
  const decision = asked(policy, { tool: 'read_file' })

  expect(reasonsFor(policy, decision)).toContain('share-ok')
  expect(reasonsFor(policy, asked(policy, { tool: 'x' }))).toContain('no-allow')
})
