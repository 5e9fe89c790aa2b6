import { expect, test } from 'vitest'

import { retryDelayMs } from './retry-delay.ts'

test('retryDelayMs() doubles up to half a minute', () => {
  const longest = [0, 1, 2, 3, 5, 6, 50].map((attempt) => retryDelayMs(attempt, 1))

  expect(longest).toEqual([1000, 1000, 2000, 4000, 16_000, 30_000, 30_000])
})

test('retryDelayMs() leaves half of the time to chance', () => {
  expect([0, 0.5, 1].map((fraction) => retryDelayMs(3, fraction))).toEqual([2000, 3000, 4000])
})
