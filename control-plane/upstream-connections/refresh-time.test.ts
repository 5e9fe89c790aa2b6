import { expect, test } from 'vitest'

import { pauseMs, refreshDueAtMs } from './refresh-time.ts'

test.each([
  ['an hour', 3600, 2880],
  ['ten minutes', 600, 480],
  ['three minutes', 180, 120],
  ['one minute', 60, 30],
  ['two seconds', 2, 1],
])('a token that lives for %s is refreshed ahead of its end', (_, lifeS, dueS) => {
  expect(refreshDueAtMs({ renewedAtMs: 0, expiresAtMs: lifeS * 1000 }, 0)).toBe(dueS * 1000)
})

test('chance moves it ahead by up to a quarter of what is left, and never behind', () => {
  const life = { renewedAtMs: 0, expiresAtMs: 600_000 }

  expect(refreshDueAtMs(life, 1)).toBe(450_000)
  expect(refreshDueAtMs({ renewedAtMs: 0, expiresAtMs: 2000 }, 1)).toBeGreaterThan(0)
})

test('failures are followed by longer and longer pauses, up to five minutes', () => {
  expect([1, 2, 3, 8, 9, 1000].map(pauseMs)).toEqual([2000, 4000, 8000, 256_000, 300_000, 300_000])
})
