import { expect, test } from 'vitest'

import { normalizeEmail } from './email-address.ts'

test.each([
  [' Ann@Example.COM ', 'ann@example.com'],
  ["o'neil+mcp@mail.example.co.uk", "o'neil+mcp@mail.example.co.uk"],
])('%j is the address %j', (typed, address) => {
  expect(normalizeEmail(typed)).toBe(address)
})

test.each([
  '',
  'ann',
  'ann@localhost',
  'ann@@example.com',
  'ann@example.com\r\nBcc: mallory@example.com',
  'ann@example.com\nmallory@example.com',
  'mallory@example.com,ann@example.com',
  'mallory,ann@example.com',
  'Ann <ann@example.com>',
  '"ann"@example.com',
  'ann(comment)@example.com',
  'ann@example.com;mallory@example.com',
  'ann\0@example.com',
  'ann@exam_ple.com',
  'ann@-example.com',
  '.ann@example.com',
  'änn@example.com',
  `${'a'.repeat(65)}@example.com`,
  `ann@${'a'.repeat(250)}.com`,
])('%j is no address', (typed) => {
  expect(normalizeEmail(typed)).toBeUndefined()
})
