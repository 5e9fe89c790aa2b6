import { expect, test } from 'vitest'

import { compileRedactor, DETECTOR_NAMES, patternProblem } from './redactor.ts'

const all = compileRedactor(DETECTOR_NAMES)
/** Put together here, so that nobody takes the examples for lost keys. */
const example = (...parts: readonly string[]): string => parts.join('')

test.each([
  ['api_keys', example('sk-', 'proj-', 'A1b2'.repeat(8))],
  ['api_keys', example('AKIA', 'ABCDEFGHIJKLMNOP')],
  ['api_keys', example('ghp_', 'a1B2'.repeat(9))],
  ['api_keys', example('xoxb-', '1234567890-abcdef')],
  ['api_keys', example('AIza', 'a'.repeat(35))],
  ['private_keys', example('-----BEGIN RSA ', 'PRIVATE KEY-----\nMIIE\n-----END RSA ', 'PRIVATE KEY-----')],
  ['private_keys', example('-----BEGIN ', 'PRIVATE KEY-----\nMIIE without an end')],
  ['tokens', example('eyJhbGciOiJI', '.eyJzdWIiOiIx', '.c2lnbmF0dXJl')],
  ['card_numbers', '4111 1111 1111 1111'],
  ['card_numbers', '5500-0000-0000-0004'],
  ['emails', 'ann.example+tag@mail.example.co.uk'],
])('%s are recognised: %s', (name, text) => {
  expect(all(`before ${text}`)).toBe(`before [redacted: ${name}]`)
  expect(compileRedactor([name])(text)).toBe(`[redacted: ${name}]`)
})

test('what a bearer presents is redacted behind the word', () => {
  expect(all('Authorization: Bearer abcdef0123456789abcdef')).toBe('Authorization: Bearer [redacted: tokens]')
})

test.each(['4111 1111 1111 1112', '0000000000000000', '1234567890', 'ann at example.com', 'task-12345', 'a@b', ''])(
  'what only looks alike stays: "%s"',
  (text) => {
    expect(all(text)).toBe(text)
  },
)

test.each(['a.b@example', 'see eyJ and bearer', 'x@y', 'Bearer short'])(
  'a text that has only the mark of a secret stays: "%s"',
  (text) => {
    expect(all(text)).toBe(text)
  },
)

test('an expression of one’s own is literal in its mark', () => {
  expect(compileRedactor([{ name: 'badge', matches: 'B-[0-9]{3}' }])('B-123, B-12, B-4567')).toBe(
    '[redacted: badge], B-12, [redacted: badge]7',
  )
  expect(patternProblem('a*')).toContain('empty')
  expect(patternProblem('(?=a)')).toContain('RE2')
  expect(patternProblem('a+')).toBeUndefined()
})

// With an expression that walks over the same text again and again this takes half a minute, and the test's deadline is five seconds.
test.each(['a@', '1 ', '-----BEGIN ', '-----BEGIN A PRIVATE KEY----- -', 'eyJ', 'eyJa.', 'a.', 'bearer ', 'sk-'])(
  'text that almost matches everywhere costs no more than other text: "%s"',
  (piece) => {
    expect(all(piece.repeat(100_000)).length).toBeGreaterThan(0)
  },
)
