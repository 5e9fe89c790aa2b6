import { expect, test } from 'vitest'

import { CallLimiter } from './call-limiter.ts'
import { ConcurrentCalls } from './concurrent-calls.ts'
import { keyOf, maxBodyBytesOf, type Dimension, type LimitedCall, type Limits } from './limit.ts'
import { SlidingWindows } from './sliding-windows.ts'

const call: LimitedCall = {
  requestId: 'r1',
  route: 'team',
  userId: 'usr_a',
  clientId: 'cli_a',
  tool: 'write',
  network: '10.0.0.1',
}
const common = (id: string, per: readonly Dimension[] = ['user']) => ({ id, per, matchesTool: undefined, text: id })
const rates = (requests: number): Limits => ({
  rates: [{ ...common('rate'), requests, windowMs: 1000 }],
  concurrents: [],
  maxBodyBytes: undefined,
})
const concurrents = (concurrent: number): Limits => ({
  rates: [],
  concurrents: [{ ...common('at once'), concurrent }],
  maxBodyBytes: undefined,
})
const limiter = (): CallLimiter => new CallLimiter(new SlidingWindows(), new ConcurrentCalls())

test('keyOf() counts apart what is told apart, and leaves out calls that it is not about', () => {
  const writes = { ...common('x'), matchesTool: (tool: string) => tool === 'write' }

  expect(keyOf(common('x', ['user', 'tool']), call)).toBe('["usr_a","write"]')
  expect(keyOf(common('x', ['client', 'route', 'address']), call)).toBe('["cli_a","team","10.0.0.1"]')
  expect(keyOf(common('x'), { ...call, userId: undefined })).toBe('[null]')
  expect(keyOf(common('x', ['tool']), { ...call, tool: undefined })).toBeUndefined()
  expect(keyOf(common('x', ['client']), { ...call, clientId: undefined })).toBe('[null]')
  expect(keyOf(common('x', ['tool']), { ...call, tool: 'x'.repeat(1000) })).toHaveLength(64)
  expect(keyOf(writes, call)).toBe('["usr_a"]')
  expect(keyOf(writes, { ...call, tool: 'read' })).toBeUndefined()
  expect(keyOf(writes, { ...call, tool: undefined })).toBeUndefined()
})

test('a call that is refused by one limit counts in no other', () => {
  const limits = limiter()
  const lists = [rates(2), concurrents(1)]

  expect(limits.admit(call, lists, 0)).toMatchObject({ kind: 'admitted', holdsSlot: true })
  expect(limits.admit({ ...call, requestId: 'r2' }, lists, 0)).toEqual({
    kind: 'limited',
    code: 'too_many_at_once',
    retryAfterMs: 1000,
    reason: 'at once',
  })
  expect(limits.admit({ ...call, requestId: 'r3' }, [rates(2)], 0)).toMatchObject({
    kind: 'admitted',
    holdsSlot: false,
  })
  expect(limits.admit({ ...call, requestId: 'r4' }, [rates(2)], 0)).toMatchObject({
    code: 'rate_limited',
    reason: 'rate',
  })
})

test('a rate that is exhausted holds no slot', () => {
  const limits = limiter()
  limits.admit(call, [rates(1)], 0)

  expect(limits.admit({ ...call, requestId: 'r2' }, [rates(1), concurrents(1)], 0)).toMatchObject({ kind: 'limited' })
  expect(limits.admit({ ...call, requestId: 'r3' }, [concurrents(1)], 0)).toMatchObject({ kind: 'admitted' })
})

test('a call that went nowhere is undone', () => {
  const limits = limiter()
  const lists = [rates(1), concurrents(1), undefined]
  const admission = limits.admit(call, lists, 0)
  if (admission.kind !== 'admitted') throw new Error(admission.reason)

  limits.undo(call, admission)

  expect(limits.admit({ ...call, requestId: 'r2' }, lists, 0)).toMatchObject({ kind: 'admitted' })
})

test('where there is no room to count, the reason says so', () => {
  const limits = new CallLimiter(new SlidingWindows({ maxKeys: 0 }), new ConcurrentCalls())

  expect(limits.admit(call, [rates(1)], 0)).toMatchObject({ code: 'rate_limited', reason: 'no room to count: rate' })
})

test('maxBodyBytesOf() is the smaller of what is said', () => {
  expect(maxBodyBytesOf([undefined, rates(1)])).toBeUndefined()
  expect(
    maxBodyBytesOf([
      { ...rates(1), maxBodyBytes: 5 },
      { ...rates(1), maxBodyBytes: 3 },
    ]),
  ).toBe(3)
})
