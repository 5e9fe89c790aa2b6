import fc from 'fast-check'
import { expect, test } from 'vitest'

import type { RateLimit } from './limit.ts'
import { SlidingWindows } from './sliding-windows.ts'

const limitOf = (requests: number, windowMs: number, id = 'a'): RateLimit => ({
  id,
  per: ['user'],
  matchesTool: undefined,
  text: id,
  requests,
  windowMs,
})

test('take() admits as many as are allowed in any window, and says when the next one may come', () => {
  const windows = new SlidingWindows()
  const charge = { limit: limitOf(2, 1000), key: 'ann' }

  expect(windows.take([charge], 0)).toBeUndefined()
  expect(windows.take([charge], 400)).toBeUndefined()
  expect(windows.take([charge], 999)).toMatchObject({ kind: 'exhausted', retryAfterMs: 1 })
  expect(windows.take([charge], 1000)).toBeUndefined()
  expect(windows.take([charge], 1000)).toMatchObject({ retryAfterMs: 400 })
  expect(windows.take([{ ...charge, key: 'bob' }], 1000)).toBeUndefined()
})

test('take() takes of all limits or of none, and names the one that takes longest', () => {
  const windows = new SlidingWindows()
  const short = { limit: limitOf(1, 1000, 'short'), key: 'x' }
  const long = { limit: limitOf(2, 60_000, 'long'), key: 'x' }

  expect(windows.take([short, long], 0)).toBeUndefined()
  expect(windows.take([short, long], 500)).toMatchObject({ limit: { id: 'short' } })
  expect(windows.take([short, long], 1000)).toBeUndefined()
  expect(windows.take([short, long], 1500)).toMatchObject({ limit: { id: 'long' }, retryAfterMs: 58_500 })
})

test('what is given back was never taken', () => {
  const windows = new SlidingWindows()
  const charge = { limit: limitOf(1, 1000), key: 'ann' }

  windows.take([charge], 0)
  windows.giveBack([charge])
  windows.giveBack([charge])

  expect(windows.take([charge], 1)).toBeUndefined()
  expect(windows.take([charge], 1)).toMatchObject({ kind: 'exhausted' })
})

test('a full table refuses what has to be counted, and forgets only what has ended', () => {
  const windows = new SlidingWindows({ maxKeys: 2 })
  const charge = (key: string, windowMs = 1000) => ({ limit: limitOf(1, windowMs, String(windowMs)), key })

  windows.take([charge('ann')], 0)
  windows.take([charge('bob', 5000)], 100)
  expect(windows.take([charge('eve')], 999)).toMatchObject({ kind: 'no_room', retryAfterMs: 5000 })
  expect(windows.take([charge('ann')], 999)).toMatchObject({ kind: 'exhausted' })
  expect(windows.take([charge('eve')], 1000)).toBeUndefined()
  expect(windows.take([charge('bob', 5000)], 1000)).toMatchObject({ kind: 'exhausted' })
  expect(windows.take([charge('joe', 5000)], 1001)).toMatchObject({ kind: 'no_room' })
})

test('times are bounded like keys', () => {
  const windows = new SlidingWindows({ maxTimes: 3 })
  const charge = { limit: limitOf(10, 1000), key: 'ann' }

  for (const atMs of [0, 1, 2]) expect(windows.take([charge], atMs)).toBeUndefined()
  expect(windows.take([charge], 3)).toMatchObject({ kind: 'no_room' })
  expect(windows.take([charge], 1000)).toBeUndefined()
})

test('no stretch of time ever has more than is allowed, and nothing is refused without need', () => {
  const steps = fc.array(fc.record({ afterMs: fc.integer({ min: 0, max: 60 }), key: fc.constantFrom('a', 'b') }), {
    maxLength: 200,
  })

  fc.assert(
    fc.property(steps, fc.integer({ min: 1, max: 9 }), (calls, requests) => {
      const windows = new SlidingWindows()
      const limit = limitOf(requests, 100)
      const taken: Record<string, number[]> = { a: [], b: [] }
      let nowMs = 0
      for (const { afterMs, key } of calls) {
        nowMs += afterMs
        const before = taken[key] ?? []
        const within = before.filter((atMs) => atMs > nowMs - limit.windowMs).length
        const refused = windows.take([{ limit, key }], nowMs)
        if ((refused === undefined) !== within < requests) return false
        if (refused === undefined) before.push(nowMs)
      }
      return true
    }),
  )
})
