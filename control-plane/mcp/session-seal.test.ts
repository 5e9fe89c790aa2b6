import { randomBytes } from 'node:crypto'

import fc from 'fast-check'
import { expect, test } from 'vitest'

import { systemRandom } from '../kernel/random.ts'
import { Secret } from '../kernel/secret.ts'
import { MAX_SESSION_AGE_MS, sealingKeyOf, sealSession, unsealSession } from './session-seal.ts'

const key = sealingKeyOf(new Secret(randomBytes(32)))
const otherKey = sealingKeyOf(new Secret(randomBytes(32)))
const binding = { userId: 'usr_a', clientId: 'client', route: 'calm-otter-4821' }
const session = { id: 'upstream-1', connectorId: 'con_1', mayMakeTasks: true }
const seal = (): string => sealSession(session, binding, { key, random: systemRandom, nowMs: 1000 })

test('unsealSession() gives back what sealSession() was given, also under an older key', () => {
  expect(unsealSession(seal(), binding, { keys: [otherKey, key], nowMs: 1000 })).toEqual(session)
})

test('sealSession() never says the same twice', () => {
  expect(seal()).not.toBe(seal())
})

test.each([
  ['user', { ...binding, userId: 'usr_b' }],
  ['client', { ...binding, clientId: 'other' }],
  ['route', { ...binding, route: 'other' }],
  ['parts that only look the same together', { userId: 'usr_a","client', clientId: '', route: 'calm-otter-4821' }],
])('unsealSession() refuses another %s', (_what, other) => {
  expect(unsealSession(seal(), other, { keys: [key], nowMs: 1000 })).toBeUndefined()
})

test('unsealSession() refuses any change of any character', () => {
  const sealed = seal()
  fc.assert(
    fc.property(fc.nat(sealed.length - 1), fc.constantFrom('A', 'z', '_', '='), (at, character) => {
      const changed = sealed.slice(0, at) + character + sealed.slice(at + 1)
      expect(unsealSession(changed, binding, { keys: [key], nowMs: 1000 })).toEqual(
        changed === sealed ? session : undefined,
      )
    }),
  )
})

test('unsealSession() refuses an unknown key and text of any kind', () => {
  expect(unsealSession(seal(), binding, { keys: [otherKey], nowMs: 1000 })).toBeUndefined()
  fc.assert(
    fc.property(fc.string(), (text) => unsealSession(text, binding, { keys: [key], nowMs: 1000 }) === undefined),
  )
})

test('unsealSession() ends a session at its age limit, not before', () => {
  const at = (ageMs: number): unknown => unsealSession(seal(), binding, { keys: [key], nowMs: 1000 + ageMs })

  expect(at(MAX_SESSION_AGE_MS)).toEqual(session)
  expect(at(MAX_SESSION_AGE_MS + 1)).toBeUndefined()
})
