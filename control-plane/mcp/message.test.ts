import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { parseMessage, subjectOf } from './message.ts'
import { parseStrictJson } from './strict-json.ts'

const bytes = (text: string): Uint8Array => Buffer.from(text)
const problem = (text: string): unknown => {
  const parsed = parseMessage(bytes(text))
  return parsed.ok ? undefined : parsed.error
}

describe('parseStrictJson()', () => {
  test('reads what JSON.parse reads, for any value without odd keys', () => {
    const key = fc
      .string({ unit: 'grapheme' })
      .filter((text) => text.isWellFormed() && !text.includes('\0') && text !== '__proto__')
    const json = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 5 },
        fc.constantFrom(null, true, 1.5),
        fc.string(),
        fc.array(tie('value')),
        fc.dictionary(key, tie('value')),
      ),
    })).value

    fc.assert(
      fc.property(json, (value) => {
        const text = JSON.stringify(value)
        const parsed = parseStrictJson(bytes(text))
        expect(parsed).toEqual({ ok: true, value: JSON.parse(text) })
      }),
    )
  })

  test('finds a key that occurs twice in one object, wherever that object is', () => {
    const key = fc
      .string({ minLength: 1 })
      .filter((text) => text.isWellFormed() && !text.includes('\0') && text !== '__proto__')
    const wrap = fc.array(fc.constantFrom('array', 'object'), { maxLength: 20 })

    fc.assert(
      fc.property(key, wrap, (name, around) => {
        const twice = `{${JSON.stringify(name)}:1,"x${JSON.stringify(name).slice(1)}:[],${JSON.stringify(name)}:2}`
        const text = around.reduce((inner, kind) => (kind === 'array' ? `[${inner},{}]` : `{"a":${inner}}`), twice)
        expect(parseStrictJson(bytes(text))).toEqual({ ok: false, error: 'duplicate_key' })
      }),
    )
  })

  test('does not mistake equal keys of different objects, or keys in strings, for duplicates', () => {
    expect(parseStrictJson(bytes('{"a":{"a":{"a":"{\\"a\\":1,\\"a\\":2}"}},"b":["a","a",{"a":1},{"a":2}]}')).ok).toBe(
      true,
    )
  })

  test('bounds the depth: 100 passes, 101 does not', () => {
    expect(parseStrictJson(bytes('['.repeat(100) + ']'.repeat(100))).ok).toBe(true)
    expect(parseStrictJson(bytes('['.repeat(101) + ']'.repeat(101)))).toEqual({ ok: false, error: 'too_deep' })
  })

  test('never throws, whatever the bytes', () => {
    fc.assert(fc.property(fc.uint8Array(), (input) => typeof parseStrictJson(input).ok === 'boolean'))
  })
})

describe('parseMessage()', () => {
  test('tells requests, notifications and responses apart', () => {
    expect(parseMessage(bytes('{"jsonrpc":"2.0","id":1,"method":"ping"}'))).toMatchObject({
      value: { kind: 'request', id: 1 },
    })
    expect(parseMessage(bytes('{"jsonrpc":"2.0","method":"notifications/initialized"}'))).toMatchObject({
      value: { kind: 'notification' },
    })
    expect(parseMessage(bytes('{"jsonrpc":"2.0","id":"x","result":{}}'))).toMatchObject({
      value: { kind: 'response', id: 'x' },
    })
    expect(parseMessage(bytes('{"jsonrpc":"2.0","id":"x","error":{"code":1,"message":""}}'))).toMatchObject({
      value: { kind: 'response' },
    })
  })

  test.each([
    ['[]', 'batch'],
    ['"x"', 'not_an_object'],
    ['{"id":1,"method":"ping"}', 'not_json_rpc'],
    ['{"jsonrpc":"1.0","id":1,"method":"ping"}', 'not_json_rpc'],
    ['{"jsonrpc":"2.0","id":1}', 'not_json_rpc'],
    ['{"jsonrpc":"2.0","id":1,"result":1,"error":1}', 'not_json_rpc'],
    ['{"jsonrpc":"2.0","id":1,"method":"ping","result":{}}', 'not_json_rpc'],
    ['{"jsonrpc":"2.0","id":null,"method":"ping"}', 'bad_id'],
    ['{"jsonrpc":"2.0","id":1.5,"method":"ping"}', 'bad_id'],
    ['{"jsonrpc":"2.0","id":9007199254740993,"method":"ping"}', 'bad_id'],
    ['{"jsonrpc":"2.0","id":{},"method":"ping"}', 'bad_id'],
    ['{"jsonrpc":"2.0","id":1.0,"method":"ping"}', 'bad_id'],
    ['{"jsonrpc":"2.0","id":1e0,"method":"ping"}', 'bad_id'],
    ['{"jsonrpc":"2.0","id":-0,"method":"ping"}', 'bad_id'],
    ['{"jsonrpc":"2.0","method":"tools/call","params":{"name":"x"}}', 'bad_id'],
    ['{"jsonrpc":"2.0","id":1,"method":"Tools/Call","params":{"name":"x"}}', 'bad_method'],
    ['{"jsonrpc":"2.0","id":1,"method":"tools/call ","params":{"name":"x"}}', 'bad_method'],
    ['{"jsonrpc":"2.0","id":1,"method":"Tools/List"}', 'bad_method'],
    ['{"jsonrpc":"2.0","id":1,"method":"logging/setlevel"}', 'bad_method'],
    ['{"jsonrpc":"2.0","id":1,"method":"tools//call","params":{"name":"x"}}', 'bad_method'],
    ['{"jsonrpc":"2.0","id":1,"method":"tool\u017f/call","params":{"name":"x"}}', 'bad_method'],
    ['{"jsonrpc":"2.0","id":1,"method":"ping","params":{"a":"\\udc00"}}', 'lone_surrogate'],
    ['{"jsonrpc":"2.0","id":1,"method":"ping","params":9007199254740993}', 'bad_params'],
    ['{"jsonrpc":"2.0","id":1,"method":""}', 'bad_method'],
    ['{"jsonrpc":"2.0","id":1,"method":["tools/call"]}', 'bad_method'],
    ['{"jsonrpc":"2.0","id":1,"method":"tools/call\\u0000"}', 'bad_method'],
    ['{"jsonrpc":"2.0","id":1,"method":"ping","params":[]}', 'bad_params'],
    ['{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":""}}', 'missing_subject'],
    ['{"jsonrpc":"2.0","id":1,"method":"resources/read","params":{"name":"x"}}', 'missing_subject'],
    ['{"jsonrpc":"2.0","id":1,"method":"prompts/get"}', 'missing_subject'],
    ['{"jsonrpc":"2.0","id":1,"method":"resources/subscribe","params":{"uri":""}}', 'missing_subject'],
    ['{"jsonrpc":"2.0","id":1,"method":"resources/unsubscribe","params":{"uri":["x"]}}', 'missing_subject'],
    ['{"jsonrpc":"2.0","ID":1,"method":"ping"}', 'case_variant_key'],
    ['{"jsonrpc":"2.0","id":1,"method":"ping","params":{"URI":"x"}}', 'case_variant_key'],
    ['{"jsonrpc":"2.0","id":1,"method":"tasks/get","params":{"taskid":"x"}}', 'case_variant_key'],
    ['{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"x","arguments":[]}}', 'bad_params'],
    ['{"jsonrpc":"2.0","id":1,"method":"prompts/get","params":{"name":"x","arguments":"a"}}', 'bad_params'],
    ['{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a\\u0000"}}', 'bad_subject'],
    ['{"jsonrpc":"2.0","id":1,"method":"resources/read","params":{"uri":"\\ud800"}}', 'lone_surrogate'],
    ['{"jsonrpc":"2.0","id":1,"method":"completion/complete","params":{}}', 'missing_subject'],
    [
      '{"jsonrpc":"2.0","id":1,"method":"completion/complete","params":{"ref":{"type":"ref/other","name":"x"}}}',
      'missing_subject',
    ],
    [
      '{"jsonrpc":"2.0","id":1,"method":"completion/complete","params":{"ref":{"type":"ref/prompt","name":""}}}',
      'missing_subject',
    ],
    [
      '{"jsonrpc":"2.0","id":1,"method":"completion/complete","params":{"ref":{"type":"ref/prompt","name":"x","NAME":"y"}}}',
      'case_variant_key',
    ],
    [
      '{"jsonrpc":"2.0","id":1,"method":"completion/complete","params":{"ref":{"type":"ref/resource","uri":"a\\u0000"}}}',
      'bad_subject',
    ],
    ['{"jsonrpc":"2.0","id":1,"method":"subscriptions/listen","params":{"notifications":[]}}', 'bad_params'],
    [
      '{"jsonrpc":"2.0","id":1,"method":"subscriptions/listen","params":{"notifications":{"resourceSubscriptions":"a"}}}',
      'bad_params',
    ],
    [
      '{"jsonrpc":"2.0","id":1,"method":"subscriptions/listen","params":{"notifications":{"resourcesubscriptions":[]}}}',
      'case_variant_key',
    ],
    [
      '{"jsonrpc":"2.0","id":1,"method":"subscriptions/listen","params":{"notifications":{"resourceSubscriptions":["a",""]}}}',
      'bad_subject',
    ],
    [
      '{"jsonrpc":"2.0","id":1,"method":"subscriptions/listen","params":{"notifications":{"resourceSubscriptions":[5]}}}',
      'bad_subject',
    ],
  ])('refuses %s as %s', (text, expected) => {
    expect(problem(text)).toBe(expected)
  })

  test('takes no more subscriptions at once than it can judge one by one', () => {
    const listen = (count: number): string => {
      const uris = Array.from({ length: count }, (_, index) => `file:///${index}`)
      const params = { notifications: { resourceSubscriptions: uris } }
      return JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'subscriptions/listen', params })
    }

    expect(problem(listen(100))).toBeUndefined()
    expect(problem(listen(101))).toBe('bad_params')
  })

  test('lets a subscription to nothing pass: the server answers it', () => {
    expect(problem('{"jsonrpc":"2.0","id":1,"method":"resources/subscribe","params":{"_meta":{}}}')).toBeUndefined()
  })

  test('leaves arguments alone: their keys are the tool’s business', () => {
    expect(
      problem(
        '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"x","arguments":{"Name":1,"NAME":2,"ID":3}}}',
      ),
    ).toBeUndefined()
    expect(problem('{"jsonrpc":"2.0","id":1,"method":"tasks/get","params":{"taskId":"x"}}')).toBeUndefined()
  })

  test('refuses a key called __proto__ wherever it is, and however it is written', () => {
    for (const key of ['__proto__', '__pro\\u0074o__']) {
      expect(problem(`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"${key}":{"name":"x"}}}`)).toBe(
        'proto_key',
      )
      expect(
        problem(
          `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"x","arguments":{"a":[{"${key}":1}]}}}`,
        ),
      ).toBe('proto_key')
    }
  })

  test('keeps a number that others would not read as the same as it was written, so that no rule compares it', () => {
    const argument = (written: string): unknown => {
      const text = `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"x","arguments":{"a":${written}}}}`
      const parsed = parseMessage(bytes(text))
      if (!parsed.ok || parsed.value.kind === 'response') return parsed
      const given = parsed.value.params['arguments'] as { a: unknown }
      expect(JSON.stringify(given)).toBe(typeof given.a === 'number' ? `{"a":${String(given.a)}}` : `{"a":${written}}`)
      return given.a
    }
    for (const exact of ['1.0', '1e2', '-5', '0.30000000000000004', '9007199254740992', '1234567.25', '0'])
      expect(argument(exact)).toBe(Number(exact))
    for (const inexact of [
      '9007199254740993',
      '12345678901234567890',
      '100.00000000000000001',
      '1e-400',
      '1234567890.12345678',
    ])
      expect(typeof argument(inexact)).toBe('object')
    expect(argument('1e400')).toEqual({ ok: false, error: 'number_too_large' })
  })
})

test('subjectOf() names what a method acts on', () => {
  const subject = (text: string): unknown => {
    const parsed = parseMessage(bytes(text))
    return parsed.ok ? subjectOf(parsed.value) : parsed.error
  }
  expect(subject('{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"t"}}')).toBe('t')
  expect(subject('{"jsonrpc":"2.0","id":1,"method":"resources/read","params":{"uri":"ui://x"}}')).toBe('ui://x')
  expect(subject('{"jsonrpc":"2.0","id":1,"method":"tools/list"}')).toBeUndefined()
})
