import { expect, test } from 'vitest'

import { SseReader, type SseEvent, type SseProblem, withData } from './sse.ts'

const STREAM = [
  ': comment\n\n',
  'data: {"a":1}\n\n',
  'event: other\rdata: x\r\r',
  'id: 7\r\nevent: message\r\ndata: one\r\ndata: zwölf\r\n\r\n',
  'data\n\n',
  'event:\ndata:no space\n\n',
]
  .join('')
  .concat('data: never finished\n')

function read(...chunks: readonly Buffer[]): (SseEvent | SseProblem)[] {
  const reader = new SseReader({ maxEventBytes: 100 })
  return chunks.flatMap((chunk) => [...reader.push(chunk)])
}

const facts = (events: readonly (SseEvent | SseProblem)[]): unknown[] =>
  events.map((event) => (typeof event === 'string' ? event : [event.type, event.data, event.otherLines]))

test('events say type, data and the rest, whatever ends their lines; what does not end is none', () => {
  expect(facts(read(Buffer.from(STREAM)))).toEqual([
    ['message', undefined, [': comment']],
    ['message', '{"a":1}', []],
    ['other', 'x', ['event: other']],
    ['message', 'one\nzwölf', ['id: 7', 'event: message']],
    ['message', '', []],
    ['message', 'no space', ['event:']],
  ])
})

test('a stream is read the same wherever it is cut, and loses no byte but half a line end', () => {
  const bytes = Buffer.from(STREAM)
  const whole = read(bytes)

  for (let cut = 1; cut < bytes.length; cut += 1) {
    const events = read(bytes.subarray(0, cut), bytes.subarray(cut))

    expect(facts(events)).toEqual(facts(whole))
    const passed = events.map((event) => (typeof event === 'string' ? '' : event.raw.toString())).join('')
    expect(passed.replaceAll('\r\n', '\n').replaceAll('\r', '\n')).toBe(
      STREAM.slice(0, STREAM.indexOf('data: never')).replaceAll('\r\n', '\n').replaceAll('\r', '\n'),
    )
  }
})

test.each([
  ['an event over the limit', [Buffer.from(`data: ${'x'.repeat(200)}\n\n`)], 'event_too_long'],
  ['one that never ends', [Buffer.from(`data: ${'x'.repeat(60)}`), Buffer.alloc(60, 'x')], 'event_too_long'],
  ['bytes that are no text', [Buffer.from([0x64, 0xff, 0x0a, 0x0a])], 'invalid_utf8'],
])('%s is a problem', (_what, chunks, problem) => {
  expect(read(...chunks)).toContain(problem)
})

test('withData() keeps everything else of an event', () => {
  const [event] = read(Buffer.from('id: 7\ndata: a\n\n'))
  if (event === undefined || typeof event === 'string') throw new Error('No event')

  expect(withData(event, 'b\nc').toString()).toBe('id: 7\ndata: b\ndata: c\n\n')
})
