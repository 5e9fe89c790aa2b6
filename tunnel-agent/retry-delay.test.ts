import { expect, test } from 'vitest'

import { retryDelayMs } from './retry-delay.ts'

test('retryDelayMs() doubles up to half a minute', () => {
  expect([0, 1, 2, 3, 5, 6, 50].map(retryDelayMs)).toEqual([1000, 1000, 2000, 4000, 16_000, 30_000, 30_000])
})
