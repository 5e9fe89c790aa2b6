import { expect, test } from 'vitest'

import { lineReader, wordOf } from './gateway-lines.ts'

test('wordOf() tells addresses, refusals and takeovers from other lines', () => {
  expect(wordOf('http://localhost:7800/calm-otter-4821/mcp -> localhost:3000')).toEqual({
    kind: 'url',
    url: 'http://localhost:7800/calm-otter-4821/mcp',
  })
  expect(wordOf('http://h/x/mcp was taken over by another connection from 10.0.0.1')).toMatchObject({
    kind: 'taken_over',
  })
  expect(wordOf('Forward refused: You may not serve "docs"')).toEqual({
    kind: 'refused',
    text: 'You may not serve "docs"',
  })
  expect(wordOf('The configuration has changed: you may not serve "docs" any more')).toMatchObject({ kind: 'refused' })
  expect(wordOf('12:00:00  ann  tools/call  echo  allowed  3 ms')).toMatchObject({ kind: 'line' })
})

test('lineReader() puts chunks together and forgets what never ends', () => {
  const lines: string[] = []
  const readChunk = lineReader((line) => lines.push(line))

  for (const chunk of ['one\r\ntw', 'o\n\n', 'x'.repeat(10_000), '\n']) readChunk(chunk)

  expect(lines).toEqual(['one', 'two', 'x'.repeat(4096)])
})
