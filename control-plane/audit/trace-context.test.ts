import { expect, test } from 'vitest'

import { parseTraceParent } from './trace-context.ts'

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'
const SPAN = '00f067aa0ba902b7'

test('parseTraceParent() reads version 00, and later ones with more behind it', () => {
  const known = { traceId: TRACE, spanId: SPAN }

  expect(parseTraceParent(`00-${TRACE}-${SPAN}-01`)).toEqual({ ...known, sampled: true })
  expect(parseTraceParent(`00-${TRACE}-${SPAN}-00`)).toEqual({ ...known, sampled: false })
  expect(parseTraceParent(`cc-${TRACE}-${SPAN}-03-what-will-be`)).toEqual({ ...known, sampled: true })
})

test.each([
  `00-${TRACE}-${SPAN}-01-more`,
  `ff-${TRACE}-${SPAN}-01`,
  `00-${'0'.repeat(32)}-${SPAN}-01`,
  `00-${TRACE}-${'0'.repeat(16)}-01`,
  `00-${TRACE.toUpperCase()}-${SPAN}-01`,
  `00-${TRACE}-${SPAN}-01, 00-${TRACE}-${SPAN}-01`,
  ` 00-${TRACE}-${SPAN}-01`,
  `cc-${TRACE}-${SPAN}-03-${'x'.repeat(300)}`,
  '',
  undefined,
  7,
])('parseTraceParent() takes %j for nothing', (text) => {
  expect(parseTraceParent(text)).toBeUndefined()
})
