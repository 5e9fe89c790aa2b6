import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { fit, printable, widthOf, wrap } from './printable.ts'

describe('printable()', () => {
  test.each([
    ['a\u001b[31mb\u001b[0m', 'ab'],
    ['a\u001b]8;;http://evil\u001b\\link\u001b]8;;\u0007b', 'alinkb'],
    ['a\u001b]52;c;ZXZpbA==\u0007b', 'ab'],
    ['a\u009b2Jb', 'ab'],
    ['a\u001bcb', 'ab'],
    ['a\u001b', 'a'],
    ['a\r\nb\tc\u0000', 'abc'],
    ['a\u202eb\u200bc\u2028', 'abc'],
    ['a\ud800b', 'ab'],
    ['日本 é 🦦', '日本 é 🦦'],
    [`a${'\u0301'.repeat(300)}b`, `a${'\u0301'.repeat(4)}b`],
  ])('makes %j %j', (text, clean) => {
    expect(printable(text)).toBe(clean)
  })

  test('leaves no control character of any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(printable(text)).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u)
      }),
    )
  })
})

describe('fit()', () => {
  test.each([
    ['abc', 5, 'abc  '],
    ['abc', 3, 'abc'],
    ['abcd', 3, 'ab…'],
    ['日本語', 5, '日本…'],
    ['日本語', 4, '日… '],
    ['abc', 1, '…'],
    ['abc', 0, ''],
  ])('makes %s in %i columns %j', (text, columns, fitted) => {
    expect(fit(text, columns)).toBe(fitted)
  })

  test('is exactly as wide as asked', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.nat(40), (text, columns) => {
        expect(widthOf(fit(printable(text), columns))).toBe(columns)
      }),
    )
  })
})

describe('wrap()', () => {
  test.each([
    ['a bc def', 4, ['a bc', 'def']],
    ['abc', 3, ['abc']],
    ['x http://a/b', 5, ['x', 'http:', '//a/b']],
    ['日本語', 4, ['日本', '語']],
    ['日本', 1, ['日', '本']],
    ['', 5, ['']],
  ])('makes %j in %i columns %j', (text, columns, lines) => {
    expect(wrap(text, columns)).toEqual(lines)
  })
})
