import { expect, test } from 'vitest'

import { compileRedactor, DETECTOR_NAMES } from '../redaction/redactor.ts'
import { answerBody, type AnswerOptions } from './answer-body.ts'
import { MemoryBudget } from './memory-budget.ts'
import { pass, type MessageRule } from './message-rule.ts'
import { redactionRule } from './redaction-rule.ts'

const redact = compileRedactor(DETECTOR_NAMES)
const OPTIONS: AnswerOptions = {
  rule: redactionRule(redact),
  onText: redact,
  rpcId: 1,
  requestId: 'req-1',
  maxBytes: 10_000,
  memory: { hold: () => true },
}

interface Read {
  readonly text: string
  readonly isError: boolean | undefined
  readonly isEnded: boolean
}

function read(type: string, chunks: readonly Buffer[], options: Partial<AnswerOptions> = {}): Read {
  const body = answerBody(type, { ...OPTIONS, ...options })
  const out = [...chunks.flatMap((chunk) => body.push(chunk)), ...body.end()]
  return { text: Buffer.concat(out).toString(), isError: body.isError, isEnded: body.isEnded }
}
const whole = (type: string, text: string, options?: Partial<AnswerOptions>): Read =>
  read(type, [Buffer.from(text)], options)

// Put together here, so that nobody takes it for a lost key.
const KEY = ['sk-', 'proj-', 'A1b2'.repeat(8)].join('')
const MESSAGE = JSON.stringify({ jsonrpc: '2.0', id: 1, result: { content: [{ type: 'text', text: `key ${KEY} é` }] } })
const STREAM = `: hello\n\nevent: message\ndata: ${MESSAGE}\n\n`

test.each([
  ['application/json', MESSAGE],
  ['text/event-stream', STREAM],
  ['text/plain', `key ${KEY} é`],
])('a secret in %s is found wherever the answer is cut', (type, text) => {
  const bytes = Buffer.from(text)
  const { text: uncut } = read(type, [bytes])

  expect(uncut).toContain('key [redacted: api_keys] é')
  for (let at = 0; at <= bytes.length; at += 1) {
    expect(read(type, [bytes.subarray(0, at), bytes.subarray(at)]).text).toBe(uncut)
  }
})

test('an answer in which nothing is found passes byte for byte', () => {
  const text = '{ "jsonrpc": "2.0", "id": 1,\n "result": {"n": 1.0} }'

  expect(whole('application/json; charset=utf-8', text)).toEqual({ text, isError: false, isEnded: false })
  expect(whole('text/event-stream', `id: 5\ndata: ${text.replace('\n', '\ndata: ')}\n\n`).text).toContain('id: 5')
})

test.each(['{', '[]', '{"a":1,"a":2}'])('an answer that cannot be read in one way does not pass: %s', (text) => {
  for (const [type, written] of [
    ['application/json', text],
    ['text/event-stream', `data: ${text}\n\n`],
  ] as const) {
    const { text: told, isError, isEnded } = whole(type, written)

    expect(told).toContain('"code":"answer_unreadable","requestId":"req-1"')
    expect([isError, isEnded]).toEqual([true, true])
  }
})

test('an answer that is too large ends with an error, at the limit and not before', () => {
  for (const type of ['application/json', 'text/event-stream', 'text/plain']) {
    const bytes = Buffer.byteLength(STREAM)

    expect(whole(type, STREAM, { maxBytes: bytes - 1 }).text).toContain('answer_too_large')
    expect(whole(type, STREAM, { maxBytes: bytes }).text).not.toContain('answer_too_large')
  }
})

test('nothing passes behind an end', () => {
  const body = answerBody('text/event-stream', OPTIONS)
  body.push(Buffer.from('data: {\n\n'))

  expect(body.isEnded).toBe(true)
  expect(body.push(Buffer.from(STREAM))).toEqual([])
})

test('a stream that answers no request goes on without what a rule refuses', () => {
  const refusing: MessageRule = (message) =>
    message['method'] === 'bad' ? { kind: 'refuse', error: { code: 1, message: 'No' } } : pass(message)
  const events = `data: {"method":"bad"}\n\ndata: {"method":"good"}\n\n`

  expect(whole('text/event-stream', events, { rule: refusing, rpcId: undefined }).text).toBe(
    'data: {"method":"good"}\n\n',
  )
  expect(whole('text/event-stream', events, { rule: refusing }).text).toMatch(
    /^event: message\ndata: \{.*"message":"No"/,
  )
})

test('a message that a rule drops leaves nothing', () => {
  const rule: MessageRule = () => ({ kind: 'drop' })

  expect(whole('application/json', MESSAGE, { rule }).text).toBe('')
  expect(whole('text/event-stream', `data: ${MESSAGE}\n\n`, { rule }).text).toBe('')
})

test.each<[string, object, boolean | undefined]>([
  ['a result', { id: 1, result: {} }, false],
  ['a tool’s own error', { id: 1, result: { isError: true } }, true],
  ['an error', { id: 1, error: { code: 1, message: '' } }, true],
  ['the answer to something else', { id: 2, error: {} }, undefined],
  ['a notification', { method: 'notifications/progress' }, undefined],
])('whether the call failed is known from %s', (_, message, isError) => {
  expect(whole('application/json', JSON.stringify(message)).isError).toBe(isError)
  expect(whole('text/event-stream', `data: ${JSON.stringify(message)}\n\n`).isError).toBe(isError)
})

test('texts are redacted as keys and as numbers, and what only the server reads stays as it was', () => {
  const result = { [KEY]: 4111111111111111, nextCursor: KEY, nested: { requestState: 'ann@example.com' } }
  const { text } = whole('application/json', JSON.stringify({ id: 1, result }))

  expect(JSON.parse(text).result).toEqual({
    '[redacted: api_keys]': '[redacted: card_numbers]',
    nextCursor: KEY,
    nested: { requestState: '[redacted: emails]' },
  })
})

test('an event of another type is text', () => {
  expect(whole('text/event-stream', `event: log\ndata: ${KEY}\n\n`).text).toBe(
    'event: log\ndata: [redacted: api_keys]\n\n',
  )
})

// A server and a client of the same person open hundreds of answers that never end, on a gateway that others use.
test.each([
  ['application/json', '{"jsonrpc":"2.0",'],
  ['text/event-stream', 'data: {"jsonrpc":"2.0",'],
])('answers together hold no more than there is room for (%s)', (type, start) => {
  const budget = new MemoryBudget(2500)
  const piece = Buffer.from(start.padEnd(1000, ' '))
  const bodies = Array.from({ length: 3 }, () => answerBody(type, { ...OPTIONS, memory: budget.open() }))

  const said = bodies.map((body) => Buffer.concat(body.push(piece)).toString())
  expect(said[0]).toBe('')
  expect(said[1]).toBe('')
  expect(said[2]).toContain('answer_no_room')

  bodies[0]?.close()
  expect(answerBody(type, { ...OPTIONS, memory: budget.open() }).push(piece)).toEqual([])
})

test('what has passed is held no longer', () => {
  const budget = new MemoryBudget(STREAM.length * 2)
  const body = answerBody('text/event-stream', { ...OPTIONS, maxBytes: 1_000_000, memory: budget.open() })

  for (let index = 0; index < 20; index += 1) expect(body.push(Buffer.from(STREAM)).length).toBeGreaterThan(0)
  expect(body.isEnded).toBe(false)
  const json = { ...OPTIONS, memory: budget.open() }
  const whole = answerBody('application/json', json)
  whole.push(Buffer.from(MESSAGE))
  whole.end()
  expect(json.memory.hold(STREAM.length * 2)).toBe(true)
})
