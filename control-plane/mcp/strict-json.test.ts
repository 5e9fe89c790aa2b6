import { expect, test } from 'vitest'

import { parseLosslessJson, parseStrictJson } from './strict-json.ts'

test.each<[string, Uint8Array, string]>([
  ['a byte order mark', Buffer.from('\ufeff{}'), 'byte_order_mark'],
  ['bytes that are no UTF-8', Buffer.from([0x22, 0xff, 0x22]), 'invalid_utf8'],
  ['U+0000 in a key', Buffer.from('{"a\\u0000":1}'), 'nul_in_key'],
  ['half a surrogate pair in a key', Buffer.from('{"a\\ud800":1}'), 'lone_surrogate'],
  ['a key twice, once with an escape', Buffer.from('{"a":1,"\\u0061":2}'), 'duplicate_key'],
])('%s is refused: readers disagree about it', (_, bytes, error) => {
  expect(parseStrictJson(bytes)).toEqual({ ok: false, error })
  expect(parseLosslessJson(bytes)).toEqual({ ok: false, error })
})

test.each(['{"a":1.0,"b":"1.0"}', '[1e3,-0,12345678901234567890,0.10]', '{"a":[1.50,1,null,"x"]}', '{"a":5}'])(
  'a number goes on as it was written: %s',
  (text) => {
    const parsed = parseLosslessJson(Buffer.from(text))

    expect(parsed.ok && JSON.stringify(parsed.value)).toBe(text)
  },
)
