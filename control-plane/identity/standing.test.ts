import { generateKeyPairSync } from 'node:crypto'

import { expect, test } from 'vitest'

import { Standing, STANDING_LEASE_MS, type StandingChange } from './standing.ts'
import type { User } from './user.ts'

const ann: User = {
  id: 'usr_a',
  email: 'ann@example.com',
  tunnelName: 'calm-otter-4821',
  disabled: false,
  emailVerified: false,
  claims: {},
}

function standingWith(...changes: readonly StandingChange[]): Standing {
  const standing = new Standing()
  for (const [index, change] of changes.entries()) standing.apply({ sequence: index + 1, change }, 0)
  return standing
}

test('Standing is not fresh before it heard anything, nor after its lease', () => {
  expect(new Standing().isFresh(0)).toBe(false)
  const standing = standingWith({ kind: 'heartbeat' })
  expect(standing.isFresh(STANDING_LEASE_MS)).toBe(true)
  expect(standing.isFresh(STANDING_LEASE_MS + 1)).toBe(false)
})

test('Standing is not fresh after a gap, whatever comes then', () => {
  const standing = standingWith({ kind: 'heartbeat' })

  standing.apply({ sequence: 3, change: { kind: 'heartbeat' } }, 0)
  expect(standing.isFresh(0)).toBe(false)
  standing.apply({ sequence: 4, change: { kind: 'heartbeat' } }, 0)
  expect(standing.isFresh(0)).toBe(false)
})

test('Standing knows a disabled user no more, and neither their key', () => {
  const put = { kind: 'user.put', user: ann } as const
  const bound = { kind: 'ssh_key.bound', binding: { fingerprint: 'SHA256:x', userId: ann.id } } as const
  expect(standingWith(put, bound).findUserOfKey('SHA256:x')).toEqual(ann)

  const disabled = standingWith(put, bound, { kind: 'user.put', user: { ...ann, disabled: true } })

  expect(disabled.findUser(ann.id)).toBeUndefined()
  expect(disabled.findUserOfKey('SHA256:x')).toBeUndefined()
  expect(disabled.findOwnerOf('calm-otter-4821')).toBe(ann.id)
})

test('Standing forgets what is revoked, unbound and removed', () => {
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const grant = { id: 'grt_1', userId: ann.id, clientId: 'c' }
  const standing = standingWith(
    { kind: 'user.put', user: ann },
    { kind: 'grant.put', grant },
    { kind: 'ssh_key.bound', binding: { fingerprint: 'SHA256:x', userId: ann.id } },
    { kind: 'signing_key.put', kid: 'k', publicKey },
  )
  expect([standing.findGrant('grt_1'), standing.findUserOfKey('SHA256:x'), standing.signingKey('k')]).toEqual([
    grant,
    ann,
    publicKey,
  ])

  standing.apply({ sequence: 5, change: { kind: 'grant.revoked', grantId: 'grt_1' } }, 0)
  standing.apply({ sequence: 6, change: { kind: 'ssh_key.unbound', fingerprint: 'SHA256:x' } }, 0)
  standing.apply({ sequence: 7, change: { kind: 'signing_key.removed', kid: 'k' } }, 0)

  expect([standing.findGrant('grt_1'), standing.findUserOfKey('SHA256:x'), standing.signingKey('k')]).toEqual([
    undefined,
    undefined,
    undefined,
  ])
})
