import { expect, test } from 'vitest'

import { claimAt } from '../policy/claim.ts'
import { isRestricted, mayEnter } from './allowed.ts'
import { standpointOf } from './claims-of-user.ts'
import type { Allowed } from './identity-provider.ts'
import type { Identity } from './identity-store.ts'

const nothing: Allowed = {
  domains: undefined,
  emails: undefined,
  hostedDomains: undefined,
  tenants: undefined,
  groups: undefined,
}

const ANN = { email: ['ann@example.com'], hosted_domain: ['example.com'], tenant: ['t-1'], groups: ['staff', 'admins'] }

test.each([
  [{}, ANN, true],
  [{}, {}, true],
  [{ domains: ['example.com'] }, ANN, true],
  [{ domains: ['ample.com'] }, ANN, false],
  [{ domains: ['example.com'] }, { email_verified: ['false'] }, false],
  [{ domains: ['evil.example'] }, { email: ['ann@evil.example@example.com'] }, false],
  [{ emails: ['ann@example.com'] }, ANN, true],
  [{ emails: ['bob@example.com'] }, ANN, false],
  [{ emails: ['bob@other.example'], domains: ['example.com'] }, ANN, true],
  [{ hostedDomains: ['example.com'] }, ANN, true],
  [{ hostedDomains: ['example.com'] }, { email: ['ann@example.com'] }, false],
  [{ tenants: ['t-2'] }, ANN, false],
  [{ tenants: ['t-1'], groups: ['admins'] }, ANN, true],
  [{ tenants: ['t-1'], groups: ['root'] }, ANN, false],
  [{ domains: [] }, ANN, false],
])('mayEnter() with %j and %j is %s', (allowed, claims, expected) => {
  expect(mayEnter({ ...nothing, ...allowed }, claims)).toBe(expected)
})

test('isRestricted() is whether any list is given', () => {
  expect(isRestricted(nothing)).toBe(false)
  expect(isRestricted({ ...nothing, groups: ['a'] })).toBe(true)
})

const identity = (rest: Partial<Identity>): Identity => ({
  issuer: 'https://a.example',
  subject: '1',
  providerId: 'a',
  userId: 'usr_1',
  claims: {},
  madeAccount: true,
  refreshedAtMs: 0,
  staleSinceMs: undefined,
  canRefresh: true,
  ...rest,
})

const at = { maxStaleMsOf: () => 100, nowMs: 1000 }

test('standpointOf() joins the claims of all identities, and names their providers', () => {
  const both = [
    identity({ claims: { groups: ['x', 'y'], tenant: ['t'] } }),
    identity({ providerId: 'b', claims: { groups: ['y', 'z'] }, madeAccount: false }),
  ]

  expect(standpointOf(both, at)).toEqual({
    claims: {
      groups: ['x', 'y', 'z'],
      tenant: ['t'],
      provider: ['a', 'b'],
      'provider/a/groups': ['x', 'y'],
      'provider/a/tenant': ['t'],
      'provider/b/groups': ['y', 'z'],
    },
    suspended: false,
  })
})

// Mallory works for the company, but not in "ops". She connects her account at a second provider, where she names her
// groups herself: together the two are in "ops", and of the company. A policy must be able to ask the one provider.
test('groups of a second provider are not taken for those of the first', () => {
  const both = [
    identity({ providerId: 'sso', claims: { groups: ['staff'] } }),
    identity({ providerId: 'club', claims: { groups: ['ops'] }, madeAccount: false }),
  ]

  const { claims } = standpointOf(both, at)

  expect(claimAt(claims, 'provider/sso/groups')).toEqual(['staff'])
  expect(claimAt(claims, 'provider/club/groups')).toEqual(['ops'])
})

test.each([
  [901, false, ['x']],
  [900, true, undefined],
])('standpointOf() with claims stale since %d suspends: %s', (staleSinceMs, suspended, groups) => {
  const standpoint = standpointOf([identity({ claims: { groups: ['x'] }, staleSinceMs })], at)

  expect(standpoint.suspended).toBe(suspended)
  expect(standpoint.claims['groups']).toEqual(groups)
})

test('standpointOf() takes only the claims of an identity that was connected later', () => {
  const connected = identity({ madeAccount: false, staleSinceMs: 0, claims: { groups: ['x'] } })

  expect(standpointOf([connected], at)).toEqual({ claims: {}, suspended: false })
})
