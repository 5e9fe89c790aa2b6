import { describe, expect, test } from 'vitest'

import { isWithin, type NamePattern, parseNamePattern } from './name-pattern.ts'
import { NO_SHARING, outsideOf, type SharingRules } from './share.ts'

function pattern(written: string): NamePattern {
  const parsed = parseNamePattern(written)
  if (parsed === undefined) throw new Error(`"${written}" is no pattern`)
  return parsed
}
const patterns = (...written: string[]) => written.map(pattern)
const within = (inner: string, outer: string): boolean => isWithin(pattern(inner), pattern(outer))

describe('name patterns', () => {
  test.each(['', '**', 'a*b', '*a*b', 'a b', "a'", 'a\u202e', 'a\u0000', 'é', '***', '?x', '[a]'])(
    '"%s" is none',
    (written) => {
      expect(parseNamePattern(written)).toBeUndefined()
    },
  )

  test.each([
    ['read', 'read'],
    ['read', 're*'],
    ['read', '*ad'],
    ['read', '*ea*'],
    ['read', '*'],
    ['read_*', 'read*'],
    ['*_read', '*read'],
    ['*_read_*', '*read*'],
    ['read*', '*read*'],
    ['*', '*'],
  ])('%s is within %s', (inner, outer) => expect(within(inner, outer)).toBe(true))

  test.each([
    ['read', 'write'],
    ['read*', 'read'],
    ['re*', 'read*'],
    ['*read', 'read*'],
    ['*read*', 'read*'],
    ['read*', '*read'],
    ['*ad', '*read'],
    ['*', 'read*'],
    ['*', '*read'],
    ['Read', 'read*'],
  ])('%s is not within %s', (inner, outer) => expect(within(inner, outer)).toBe(false))
})

describe('outsideOf()', () => {
  const anything: SharingRules = { ...NO_SHARING, allowed: true }
  const share = {
    route: 'team',
    email: 'bob@example.com',
    tools: ['read_a', 'read_*'],
    createdAtMs: 0,
    expiresAtMs: 3_600_000,
  }

  test('is nothing within the bounds, at them too', () => {
    const bounds = { ...anything, maxMs: 3_600_000, tools: patterns('read_*'), emails: patterns('*@example.com') }
    expect(outsideOf(share, bounds)).toBeUndefined()
  })

  test.each([
    ['forbidden', NO_SHARING],
    ['a millisecond too long', { ...anything, maxMs: 3_599_999 }],
    ['another domain', { ...anything, emails: patterns('*@example.org') }],
    ['a tool too many', { ...anything, tools: patterns('read_a') }],
  ])('is a sentence where it is %s', (_, rules) => {
    expect(outsideOf(share, rules)).toEqual(expect.any(String))
  })

  test('a share of everything is outside of any bound on tools', () => {
    expect(outsideOf({ ...share, tools: undefined }, { ...anything, tools: patterns('*') })).toEqual(expect.any(String))
  })
})
