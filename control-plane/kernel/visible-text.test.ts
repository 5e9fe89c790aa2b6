import { expect, test } from 'vitest'

import { visibleText } from './visible-text.ts'

test('visibleText() shows what would hide, reverse or break a line, and leaves the rest', () => {
  expect(visibleText('a\u200bb\u202ec\u001b[2J\n\u2028😀é\ud800')).toBe(
    'a\\u200bb\\u202ec\\u001b[2J\\u000a\\u2028😀é\\ud800',
  )
})

test('visibleText() of JSON is the same JSON', () => {
  const json = JSON.stringify({ path: '/tmp/\u200bx\u{e0001}' })

  expect(visibleText(json)).not.toBe(json)
  expect(JSON.parse(visibleText(json))).toEqual(JSON.parse(json))
})
