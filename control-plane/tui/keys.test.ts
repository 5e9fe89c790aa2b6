import { expect, test } from 'vitest'

import { KeyReader, type Key } from './keys.ts'

const read = (...pieces: readonly string[]): readonly Key[] => {
  const reader = new KeyReader()
  return pieces.flatMap((piece) => reader.push(Buffer.from(piece)))
}

test.each<[string, readonly Key[]]>([
  ['y', [{ char: 'y' }]],
  ['\x1b[A', ['up']],
  ['\x1bOB', ['down']],
  ['\x1b\x1b', ['escape']],
  // Nobody typed an "A": a paste mark, a mouse event or a key with a modifier must not answer a question.
  ['\x1b[1;5A', ['up']],
  ['\x1b[200~', []],
  ['\x1b[C', ['right']],
  ['\x1b[5~', ['page up']],
  ['\x1b[Z', ['back tab']],
  ['\x1b[3~', []],
  ['é', [{ char: 'é' }]],
  ['日a', [{ char: '日' }, { char: 'a' }]],
  // A paste is marked, and its letters are not typed; the way out stays open.
  ['\x1b[200~aq\x1b[201~d', [{ pasted: 'a' }, { pasted: 'q' }, { char: 'd' }]],
  ['\x1b[200~a\x03', [{ pasted: 'a' }, { char: '\x03' }]],
  // Mouse: pressed, let go, wheel, another button, and the oldest form, whose bytes can be letters.
  ['\x1b[<0;12;3M', [{ mouse: 'click', x: 11, y: 2 }]],
  ['\x1b[<0;12;3m', []],
  ['\x1b[<64;1;1M', [{ mouse: 'wheel up', x: 0, y: 0 }]],
  ['\x1b[<2;1;1M', []],
  ['\x1b[<0;0;1M', []],
  ['\x1b[M aad', [{ char: 'd' }]],
  ['\x1bOP', []],
  ['\x1by', []],
  ['\x1bya', [{ char: 'a' }]],
])('%j is %j, also byte by byte', (bytes, keys) => {
  expect(read(bytes)).toEqual(keys)
  const reader = new KeyReader()
  expect([...Buffer.from(bytes)].flatMap((byte) => reader.push(Uint8Array.of(byte)))).toEqual(keys)
})

test('an escape alone is a key once nothing follows it, and what comes late of a sequence is still not typed', () => {
  const reader = new KeyReader()

  expect(reader.push(Buffer.from('\x1b'))).toEqual([])
  expect(reader.settle()).toBe('escape')
  expect(reader.settle()).toBeUndefined()
  expect(reader.push(Buffer.from('[1;5A'))).toEqual(['up'])
  expect(reader.push(Buffer.from('a'))).toEqual([{ char: 'a' }])
})
