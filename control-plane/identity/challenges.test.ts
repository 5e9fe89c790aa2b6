import { expect, test } from 'vitest'

import { systemRandom } from '../kernel/random.ts'
import { CHALLENGE_LIFE_MS, Challenges } from './challenges.ts'

function start() {
  const clock = { now: 1_000_000, nowMs: () => clock.now }
  const challenges = new Challenges({ clock, random: systemRandom })
  const issue = (kind: 'sign_in' | 'register', subject: string): string =>
    Buffer.from(challenges.issue({ kind, subject })).toString('base64url')
  return { clock, challenges, issue }
}

test('a challenge is good once', () => {
  const { challenges, issue } = start()
  const challenge = issue('sign_in', '')

  expect([1, 2].map(() => challenges.take(challenge, { kind: 'sign_in', subject: '' }))).toEqual([true, false])
})

test('a challenge is good for five minutes', () => {
  const { clock, challenges, issue } = start()
  const [early, late] = [issue('sign_in', ''), issue('sign_in', '')]

  clock.now += CHALLENGE_LIFE_MS - 1
  expect(challenges.take(early, { kind: 'sign_in', subject: '' })).toBe(true)
  clock.now += 1
  expect(challenges.take(late, { kind: 'sign_in', subject: '' })).toBe(false)
})

test('a challenge is good for its own purpose and subject only', () => {
  const { challenges, issue } = start()
  const challenge = issue('register', 'ses_a')

  expect(challenges.take(challenge, { kind: 'register', subject: 'ses_b' })).toBe(false)
  expect(challenges.take(challenge, { kind: 'sign_in', subject: 'ses_a' })).toBe(false)
  expect(challenges.take(challenge, { kind: 'register', subject: 'ses_a' })).toBe(true)
})

test('a challenge that was changed, cut or made elsewhere is worth nothing', () => {
  const { challenges, issue } = start()
  const challenge = issue('sign_in', '')
  const bytes = Buffer.from(challenge, 'base64url')
  // Its expiry, a century later.
  bytes.writeUInt8(bytes.readUInt8(2) + 1, 2)

  for (const forged of [bytes.toString('base64url'), challenge.slice(2), '', start().issue('sign_in', '')])
    expect(challenges.take(forged, { kind: 'sign_in', subject: '' })).toBe(false)
})

test('another spelling of an answered challenge is the same challenge', () => {
  const { challenges, issue } = start()
  const challenge = issue('sign_in', '')
  challenges.take(challenge, { kind: 'sign_in', subject: '' })

  for (const spelling of [`${challenge}=`, `${challenge}\n`, Buffer.from(challenge, 'base64url').toString('base64')])
    expect(challenges.take(spelling, { kind: 'sign_in', subject: '' })).toBe(false)
})
