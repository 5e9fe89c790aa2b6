import { expect, test } from 'vitest'

import { hyperlink, printable } from './printable.ts'

test('printable() leaves nothing that moves the cursor, rings, or turns the direction of writing', () => {
  const hostile = 'a\u001B[2J\u0007b\u009B31mc\u202Ed\u2066e\rf'

  expect(printable(hostile)).toBe('a[2Jb31mcdef')
})

test('printable() keeps lines and tabs', () => {
  expect(printable('one\r\n\ttwo\n')).toBe('one\n\ttwo\n')
})

test('hyperlink() is a link of which the address is also the text', () => {
  expect(hyperlink('https://a.example/x')).toBe(
    '\u001B]8;;https://a.example/x\u001B\\https://a.example/x\u001B]8;;\u001B\\',
  )
})
