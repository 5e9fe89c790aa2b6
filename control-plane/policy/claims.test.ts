import { describe, expect, test } from 'vitest'

import { claimAt, isClaimPath } from './claim.ts'
import { compilePolicy } from './compile.ts'
import { decide, reasonsFor } from './decide.ts'
import { NOTHING_NAMED, type PolicyInput } from './input.ts'
import { parseListMatcher } from './list-matcher.ts'

type Claims = Readonly<Record<string, readonly string[]>>

function judge(criterion: Record<string, unknown>, claims: Claims | undefined): { allowed: boolean; reasons: string } {
  const policy = compilePolicy([{ allow: { and: [criterion] } }])
  if (!policy.ok) throw new Error(JSON.stringify(policy.error))
  const input: PolicyInput = {
    caller: claims && { userId: 'usr_1', email: 'ann@example.com', clientId: 'c', scopes: [], claims },
    http: undefined,
    atMs: 0,
    mcp: { ...NOTHING_NAMED, method: 'tools/call', tool: 'a', arguments: {} },
  }
  const decision = decide(policy.value, input)
  return { allowed: decision.allowed, reasons: reasonsFor(policy.value, decision).join(' ') }
}

function problemsOf(criterion: Record<string, unknown>): string {
  const policy = compilePolicy([{ allow: { and: [criterion] } }])
  return policy.ok ? '' : policy.error.map(({ message, hint }) => `${message}; ${hint ?? ''}`).join('\n')
}

describe('groups', () => {
  test.each([
    ['admins', ['staff', 'admins'], true],
    [{ has: 'admins' }, ['staff', 'admins'], true],
    [{ has: 'admins' }, ['Admins'], false],
    [{ has: 'admins' }, [], false],
    [{ is: 'admins' }, ['admins'], true],
    [{ is: 'admins' }, ['admins', 'staff'], false],
    [{ exclude: 'guests' }, ['staff'], true],
    [{ exclude: 'guests' }, ['guests', 'staff'], false],
    [{ has: 'staff', exclude: 'guests' }, ['staff'], true],
    [{ has: 'staff', exclude: 'guests' }, ['staff', 'guests'], false],
  ])('%j with the groups %j is %s', (matcher, groups, allowed) => {
    expect(judge({ groups: matcher }, { groups }).allowed).toBe(allowed)
  })

  test('without a record of groups, even "exclude" is false: what is unknown admits nobody', () => {
    expect(judge({ groups: { exclude: 'guests' } }, {}).allowed).toBe(false)
    expect(judge({ groups: { exclude: 'guests' } }, undefined).allowed).toBe(false)
  })

  test('says why', () => {
    expect(judge({ groups: 'a' }, { groups: ['a'] }).reasons).toBe('groups-ok')
    expect(judge({ groups: 'b' }, { groups: ['a'] }).reasons).toBe('no-allow groups-unauthorized')
    expect(judge({ groups: 'b' }, undefined).reasons).toBe('no-allow user-unauthenticated')
  })
})

describe('claim/PATH', () => {
  test('is the key as written, before its segments are looked at', () => {
    const claims = { 'https://example.com/roles': ['a'], 'realm_access.roles': ['b'], 'realm_access/roles': ['c'] }

    expect(claimAt(claims, 'https://example.com/roles')).toEqual(['a'])
    expect(claimAt(claims, 'realm_access/roles')).toEqual(['c'])
    expect(claimAt({ 'realm_access.roles': ['b'] }, 'realm_access/roles')).toEqual(['b'])
    expect(claimAt(claims, 'nowhere')).toEqual([])
    expect(claimAt({}, 'constructor')).toEqual([])
  })

  test('matches a list, and a missing claim is an empty list', () => {
    expect(judge({ 'claim/roles': { has: 'operator' } }, { roles: ['operator'] })).toEqual({
      allowed: true,
      reasons: 'claim-ok',
    })
    expect(judge({ 'claim/roles': 'operator' }, {}).allowed).toBe(false)
    expect(judge({ 'claim/roles': { exclude: 'guest' } }, undefined).allowed).toBe(true)
  })

  test('needs a path of one to five names', () => {
    expect(['a', 'a/b', 'a.b.c.d.e', 'https://example.com/groups'].every(isClaimPath)).toBe(true)
    expect(['', 'a//b', 'a/b/c/d/e/f'].some(isClaimPath)).toBe(false)
    for (const name of ['claim', 'claim/']) expect(problemsOf({ [name]: 'x' })).toContain('needs a path')
  })
})

test('a list matcher that cannot be read is a problem with a hint', () => {
  expect(problemsOf({ groups: { hass: 'x' } })).toBe('Unknown operator "hass"; did you mean "has"?')
  expect(problemsOf({ groups: { has: ['x'] } })).toBe('"has" needs a string; ')
  expect(problemsOf({ groups: 7 })).toContain('Expected a string or operators')
  expect(parseListMatcher({}).ok).toBe(false)
})
