import { expect, test } from 'vitest'

import { parseDuration } from './duration.ts'

test.each([
  ['250ms', 250],
  ['45s', 45_000],
  ['1m', 60_000],
  ['2h', 7_200_000],
  ['30d', 2_592_000_000],
])('%s is %i ms', (text, ms) => {
  expect(parseDuration(text)).toBe(ms)
})

test.each(['', '0s', '1', '-1s', '1.5h', '1w', ' 1s', '1s ', '01s'])('%j is no duration', (text) => {
  expect(parseDuration(text)).toBeUndefined()
})
