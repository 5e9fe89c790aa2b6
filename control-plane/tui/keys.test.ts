import { expect, test } from 'vitest'

import { KeyReader, type Key } from './keys.ts'

const read = (...pieces: readonly string[]): readonly Key[] => {
  const reader = new KeyReader()
  return pieces.flatMap((piece) => reader.push(Buffer.from(piece, 'latin1')))
}

test.each<[string, readonly Key[]]>([
  ['y', [{ char: 'y' }]],
  ['\x1b[A', ['up']],
  ['\x1bOB', ['down']],
  ['\x1b\x1b', ['escape']],
  // Nobody typed an "A": a paste mark, a mouse event or a key with a modifier must not answer a question.
  ['\x1b[1;5A', ['up']],
  ['\x1b[200~', []],
  ['\x1b[C', []],
  ['\x1bOP', []],
  ['\x1by', []],
  ['\x1bya', [{ char: 'a' }]],
])('%j is %j, also byte by byte', (bytes, keys) => {
  expect(read(bytes)).toEqual(keys)
  expect(read(...bytes.split(''))).toEqual(keys)
})
