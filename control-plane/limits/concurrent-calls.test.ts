import { expect, test } from 'vitest'

import { ConcurrentCalls, MAX_HOLD_MS } from './concurrent-calls.ts'
import type { ConcurrencyLimit } from './limit.ts'

const limitOf = (concurrent: number, id = 'a'): ConcurrencyLimit => ({
  id,
  per: ['user'],
  matchesTool: undefined,
  text: id,
  concurrent,
})
const slot = { limit: limitOf(2), key: 'ann' }

test('as many as are allowed run at the same time, and a release makes room once', () => {
  const calls = new ConcurrentCalls()

  expect(calls.take([slot], 'r1', 0)).toBeUndefined()
  expect(calls.take([slot], 'r2', 0)).toBeUndefined()
  expect(calls.take([slot], 'r3', 0)?.id).toBe('a')
  expect(calls.take([{ ...slot, key: 'bob' }], 'r4', 0)).toBeUndefined()
  calls.release('r1')
  calls.release('r1')
  calls.release('unheard of')
  expect(calls.take([slot], 'r5', 0)).toBeUndefined()
  expect(calls.take([slot], 'r6', 0)?.id).toBe('a')
})

test('a request takes once, and all of its slots or none', () => {
  const calls = new ConcurrentCalls()
  const other = { limit: limitOf(1, 'b'), key: 'x' }

  expect(calls.take([slot, other], 'r1', 0)).toBeUndefined()
  expect(calls.take([slot, other], 'r1', 0)).toBeUndefined()
  expect(calls.take([slot, other], 'r2', 0)?.id).toBe('b')
  expect(calls.take([slot], 'r3', 0)).toBeUndefined()
  expect(calls.take([slot], 'r4', 0)?.id).toBe('a')
})

test('what nobody releases ends with its connector, or after a quarter of an hour', () => {
  const calls = new ConcurrentCalls()
  const one = { limit: limitOf(1), key: 'ann' }

  calls.take([one], 'r1', 0)
  calls.wentTo('r1', 'connector/con_a')
  calls.releaseAllOn('connector/con_b')
  expect(calls.take([one], 'r2', 1)).toBeDefined()
  calls.releaseAllOn('connector/con_a')
  expect(calls.take([one], 'r3', 1)).toBeUndefined()
  expect(calls.take([one], 'r4', MAX_HOLD_MS)).toBeDefined()
  expect(calls.take([one], 'r5', MAX_HOLD_MS + 1)).toBeUndefined()
})

test('a full table refuses', () => {
  const calls = new ConcurrentCalls({ maxHeld: 1 })

  expect(calls.take([slot], 'r1', 0)).toBeUndefined()
  expect(calls.take([slot], 'r2', 0)?.id).toBe('a')
})

test('a request that was over before it was judged holds nothing', () => {
  const calls = new ConcurrentCalls()
  const one = { limit: limitOf(1), key: 'ann' }

  calls.abandon('r1')
  expect(calls.take([one], 'r1', 0)).toBeUndefined()
  expect(calls.take([one], 'r2', 0)).toBeUndefined()
  calls.abandon('r2')
  expect(calls.take([one], 'r3', 0)).toBeUndefined()
  expect(calls.take([one], 'r4', 0)).toBeDefined()
})

test('what was abandoned is remembered for a bounded number of requests', () => {
  const calls = new ConcurrentCalls()
  const one = { limit: limitOf(1), key: 'ann' }
  for (let id = 0; id <= 10_000; id += 1) calls.abandon(`r${id}`)

  expect(calls.take([one], 'r1', 0)).toBeUndefined()
  expect(calls.take([one], 'r0', 0)).toBeUndefined()
  expect(calls.take([one], 'r10001', 0)).toBeDefined()
})
