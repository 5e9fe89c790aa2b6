import { expect, test } from 'vitest'

import { wordsIn } from './words.ts'

test.each([
  ['', []],
  ['  whoami  ', ['whoami']],
  ["share a@b.c --tools 'read_*,x'", ['share', 'a@b.c', '--tools', 'read_*,x']],
  ['a "b c"d \'e f\'', ['a', 'b cd', 'e f']],
  ["a ''", ['a', '']],
  ['a\\ b $(id) `id`', ['a\\', 'b', '$(id)', '`id`']],
])('wordsIn() splits %j and interprets nothing but quotes', (command, words) => {
  expect(wordsIn(command)).toEqual({ ok: true, value: words })
})

test.each(["a 'b", 'a "b', 'x'.repeat(1025)])('wordsIn() refuses what has no end', (command) => {
  expect(wordsIn(command).ok).toBe(false)
})
