import { createHash } from 'node:crypto'

import { expect, test } from 'vitest'

import { canonicalJson } from '../kernel/canonical-json.ts'
import { MAX_ARGUMENTS_LENGTH, recordArguments } from './recorded-arguments.ts'

const GIVEN = { path: '~/a', deep: { list: ['secret', 1, true, null] }, n: 2.5 }

test('recordArguments() keeps nothing, a hash, the shape, or everything', () => {
  const sha256 = createHash('sha256')
    .update('{"deep":{"list":["secret",1,true,null]},"n":2.5,"path":"~/a"}')
    .digest('hex')

  expect(recordArguments(GIVEN, 'none')).toBeUndefined()
  expect(recordArguments(undefined, 'full')).toBeUndefined()
  expect(recordArguments(GIVEN, 'hash')).toEqual({ kind: 'hash', sha256 })
  expect(recordArguments(GIVEN, 'redacted')).toEqual({
    kind: 'redacted',
    value: { path: 'string(3)', deep: { list: ['string(6)', 1, true, null] }, n: 2.5 },
  })
  expect(recordArguments(GIVEN, 'full')).toEqual({ kind: 'full', value: GIVEN })
})

test('a hash is the same for the same arguments in another order, and another for others', () => {
  expect(canonicalJson({ b: 1, a: [{ d: 1, c: 2 }] })).toBe('{"a":[{"c":2,"d":1}],"b":1}')
  expect(recordArguments({ b: 1, a: 2 }, 'hash')).toEqual(recordArguments({ a: 2, b: 1 }, 'hash'))
  expect(recordArguments({ a: 1 }, 'hash')).not.toEqual(recordArguments({ a: '1' }, 'hash'))
})

test('what is too long is kept as a hash, which says so', () => {
  const overhead = JSON.stringify({ a: '' }).length
  const atLimit = { a: 'x'.repeat(MAX_ARGUMENTS_LENGTH - overhead) }
  const over = { a: `${atLimit.a}x` }

  expect(recordArguments(atLimit, 'full')?.kind).toBe('full')
  expect(recordArguments(over, 'full')).toMatchObject({ kind: 'hash', insteadOf: 'full' })
  expect(recordArguments(over, 'redacted')?.kind).toBe('redacted')
})

test('a key called __proto__ is kept like any other', () => {
  const given = JSON.parse('{"__proto__":{"a":"xyz"}}') as Record<string, unknown>

  expect(JSON.stringify(recordArguments(given, 'redacted'))).toContain('"__proto__":{"a":"string(3)"}')
})
