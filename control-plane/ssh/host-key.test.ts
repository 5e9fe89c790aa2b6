import { expect, test } from 'vitest'

import { systemRandom } from '../kernel/random.ts'
import { Secret } from '../kernel/secret.ts'
import { createHostKey, fingerprintOf, hostKeyFingerprint } from './host-key.ts'
import { utils } from './ssh2-parts.ts'

test('createHostKey() makes a key that signs what its public half verifies', () => {
  const key = utils.parseKey(createHostKey(systemRandom).reveal())

  if (key instanceof Error) throw key
  expect(key.type).toBe('ssh-ed25519')
  expect(key.verify('text', key.sign('text'))).toBe(true)
})

test('createHostKey() makes another one each time and never prints it', () => {
  const [one, two] = [createHostKey(systemRandom), createHostKey(systemRandom)]

  expect(one.reveal()).not.toBe(two.reveal())
  expect(String(one)).toBe('[secret]')
})

test('fingerprintOf() is what ssh-keygen prints', () => {
  const blob = Buffer.from('AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl', 'base64')

  expect(fingerprintOf(blob)).toBe('SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU')
})

test('hostKeyFingerprint() refuses what is no private key', () => {
  expect(hostKeyFingerprint(createHostKey(systemRandom))).toMatch(/^SHA256:[A-Za-z0-9+/]{43}$/)
  expect(() => hostKeyFingerprint(new Secret('nonsense'))).toThrow('Not a private key')
})
