import fc from 'fast-check'

/** Calls as clients write them; what is nasty is made of these. */
const PLAIN: readonly string[] = [
  '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"read","arguments":{"path":"/a","amount":5,"force":false,"list":["a",1],"id":7,"nested":{"deep":"x"}}}}',
  '{"jsonrpc":"2.0","id":"a-1","method":"prompts/get","params":{"name":"p","arguments":{"path":"\\u00fc\\/\\n"}}}',
  '{"jsonrpc":"2.0","id":2,"method":"resources/read","params":{"uri":"file:///a%20b"}}',
  '{"jsonrpc":"2.0","id":3,"method":"tools/list","params":{"cursor":"c"}}',
  '{"jsonrpc":"2.0","id":3,"method":"tasks/get","params":{"taskId":"t"}}',
  '{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}',
  '{"jsonrpc":"2.0","id":5,"result":{"name":"x"}}',
]

/** Values that readers of JSON are known to disagree about, or to refuse. */
const VALUES: readonly string[] = [
  '0',
  '-0',
  '-0.0',
  '1.0',
  '1e0',
  '10E-1',
  '1e2',
  '1.5',
  '1e400',
  '-1e400',
  '1e-400',
  '5e-324',
  '0.1',
  '01',
  '+1',
  '.5',
  '5.',
  '0x10',
  '1_000',
  '1e',
  '--1',
  'NaN',
  'Infinity',
  '-Infinity',
  'undefined',
  'None',
  'True',
  '9007199254740991',
  '9007199254740992',
  '9007199254740993',
  '-9007199254740993',
  '9223372036854775807',
  '9223372036854775808',
  '18446744073709551615',
  '18446744073709551616',
  '9'.repeat(300),
  '9'.repeat(400),
  '9'.repeat(5000),
  '100.00000000000000001',
  '0.30000000000000004',
  '1.7976931348623157e308',
  '1.7976931348623159e308',
  '2.2250738585072011e-308',
  '123456789012345678e-1',
  '1.234567890123456789',
  '33.33333333333333',
  'null',
  'true',
  '"true"',
  '""',
  '"\\ud800"',
  '"\\udc00x"',
  '"\\ud83d\\ude00"',
  '"\\ud83d"',
  '"\\uDEAD\\uD800"',
  '"\\u0000"',
  '"a\\u0000b"',
  '"\\ufeff"',
  '"\\uFFFD"',
  '"\u2028"',
  '"\u00a0"',
  '"\\v"',
  '"\\x41"',
  "'a'",
  '"\t"',
  '"\u007f"',
  '"\u0085"',
  '"\\/"',
  '"\\\\ud800"',
  '"\\\\"',
  '"\u{10ffff}"',
  '"\ufdd0"',
  '"e\u0301"',
  '"\u00e9"',
  '"a\nb"',
  '[]',
  '{}',
  '[[]]',
  '[null]',
  '[1,]',
  '[,1]',
  '{"a":1,}',
  '{a:1}',
  '{"a" 1}',
  '["\\ud800"]',
  '[9007199254740993]',
  '{"deep":1,"deep":2}',
  '{"deep":1,"Deep":2}',
  '{"DEEP":2}',
  '{"d\\u0065ep":1,"deep":2}',
  '{"__proto__":{"deep":1}}',
  '{"__proto__":1,"__proto__":2}',
  '{"constructor":{"prototype":{"deep":1}}}',
  '{"toString":1}',
  '{"length":1}',
]

/** Members put in beside the right ones. */
const MEMBERS: readonly string[] = [
  'name',
  'NAME',
  'Name',
  'n\\u0061me',
  'na\\u006De',
  'uri',
  'URI',
  'ur\u0131',
  'ur\u0130',
  'path',
  'PATH',
  'Path',
  'p\\u0061th',
  'method',
  'METHOD',
  'id',
  'ID',
  '\\u0069d',
  'params',
  'param\u017f',
  'argument\u017f',
  'Arguments',
  'arguments',
  'ta\u017fkId',
  'tas\u212aId',
  'taskid',
  'TaskId',
  'requestID',
  'amount',
  'Amount',
  'force',
  'FORCE',
  '__proto__',
  'constructor',
  '',
  ' name',
  'name ',
  'name\\u0000',
  '\\ud800',
  '\ufeffname',
  'jsonrpc',
  'JSONRPC',
  'nested',
  'Nested',
  'ne\u017fted',
  'list',
  'LI\u017fT',
  'result',
  'error',
  'Error',
  '_meta',
  '_META',
  'cursor',
  '0',
].map((key) => `"${key}"`)

const JUNK: readonly string[] = [
  ' ',
  '\t',
  '\r\n',
  '\u00a0',
  '\u2028',
  '\u2029',
  '\u0085',
  '\ufeff',
  '\v',
  '\f',
  '\0',
  '//x\n',
  '/*x*/',
  '#x\n',
  ',',
  ',,',
  ':',
  '"',
  '\\',
  '{',
  '}',
  '[',
  ']',
  '{}',
  '[]',
  ';',
  '\u0001',
  'null',
  '\u{1f600}',
  ' 1',
  '\n{}',
]

const utf8 = (text: string): Buffer => Buffer.from(text)

/** Each of them on its own, wherever it could stand. */
function systematic(): Buffer[] {
  const texts: string[] = [...PLAIN]
  for (const plain of PLAIN) {
    for (const value of VALUES) {
      for (const key of ['id', 'method', 'name', 'uri', 'taskId', 'requestId', 'cursor', 'arguments', 'params'])
        texts.push(withValue(plain, key, value))
      for (const key of ['path', 'amount', 'force', 'list', 'nested', 'deep']) texts.push(withValue(plain, key, value))
    }
    for (const member of MEMBERS) {
      for (const value of ['"other"', '2', '{"path":"/b"}', '{"deep":"y"}']) {
        for (const at of ['{', '{"name"', '"arguments":{', '"nested":{']) {
          if (!plain.includes(at)) continue
          const open = at.endsWith('{') ? at : '{'
          texts.push(plain.replace(at, `${open}${member}:${value},${at.slice(open.length)}`))
        }
        texts.push(plain.replace(/\}\}$/, `,${member}:${value}}}`), plain.replace(/\}$/, `,${member}:${value}}`))
      }
    }
    for (const junk of JUNK) texts.push(junk + plain, plain + junk, plain.replace(':', `:${junk}`))
  }
  const [call = ''] = PLAIN
  for (const depth of [90, 100, 120, 125, 126, 127, 128, 129, 500, 1000, 10_001, 100_000]) {
    texts.push(withValue(call, 'path', '['.repeat(depth) + ']'.repeat(depth)))
    texts.push(withValue(call, 'nested', '{"a":'.repeat(depth) + '1' + '}'.repeat(depth)), '['.repeat(depth))
  }
  texts.push(`[${call}]`, `[${call},${call}]`, '', ' ', 'null', '1', '""', '[]', '{}', call + call, `${call}\n${call}`)
  texts.push(withValue(call, 'nested', `{"${'k'.repeat(1 << 20)}":1,"deep":1}`))
  texts.push(withValue(call, 'nested', `{"${'k'.repeat(1 << 20)}":1,"${'k'.repeat(1 << 20)}":2}`))
  return [...texts.map(utf8), ...otherEncodings(call)]
}

/** Overlong, half, out of range, a surrogate, a continuation alone, and control characters. */
const MALFORMED = ['c0af', 'e080af', 'c3', 'f4908080', 'eda080', '80', 'ff', 'c080', 'f888808080', '00', '1f'].map(
  (hex) => Buffer.from(hex, 'hex'),
)

function otherEncodings(call: string): Buffer[] {
  const little = Buffer.from(call, 'utf16le')
  const four = Buffer.concat(Array.from(utf8(call), (byte) => Buffer.from([0, 0, 0, byte])))
  const inPath = (bytes: Buffer): Buffer => {
    const at = call.indexOf('/a')
    return Buffer.concat([utf8(call.slice(0, at)), bytes, utf8(call.slice(at))])
  }
  return [
    little,
    Buffer.from(little).swap16(),
    Buffer.concat([Buffer.from([0xff, 0xfe]), little]),
    four,
    Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), utf8(call)]),
    ...MALFORMED.map(inPath),
  ]
}

const withValue = (text: string, key: string, value: string): string =>
  text.replace(
    new RegExp(`"${key}":("(?:[^"\\\\]|\\\\.)*"|\\[[^\\]]*\\]|\\{[^{}]*(?:\\{[^{}]*\\}[^{}]*)*\\}|[^,}\\]]+)`),
    () => `"${key}":${value}`,
  )

/** A few cuts and pastes of the above at random places; bytes, so that they may be in the middle of a character. */
const mutated = fc
  .tuple(
    fc.constantFrom(...PLAIN),
    fc.array(
      fc.tuple(
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.constantFrom(0, 0, 1, 2, 8),
        fc.oneof(
          fc.constantFrom(...VALUES.filter((value) => value.length < 400)),
          fc.constantFrom(...JUNK),
          fc.tuple(fc.constantFrom(...MEMBERS), fc.constantFrom(...VALUES)).map(([key, value]) => `${key}:${value},`),
          fc.tuple(fc.constantFrom(...MEMBERS), fc.constantFrom(...VALUES)).map(([key, value]) => `,${key}:${value}`),
        ),
      ),
      { minLength: 1, maxLength: 3 },
    ),
    fc.constantFrom('anywhere', 'value', 'member'),
  )
  .map(([plain, edits, where]) => {
    let body = utf8(plain)
    for (const [place, cut, paste] of edits) {
      if (where === 'anywhere') {
        const at = Math.floor(place * body.length)
        body = Buffer.concat([body.subarray(0, at), utf8(paste), body.subarray(at + cut)])
        continue
      }
      // Where it may well be valid still: instead of a value, or before a comma.
      const text = body.toString('utf8')
      const keys = [...text.matchAll(/"([a-zA-Z]+)":/g)]
      const key = keys[Math.floor(place * keys.length)]
      if (key === undefined) continue
      const isMember = paste.startsWith(',') || paste.endsWith(',')
      if (where === 'value' && !isMember) body = utf8(withValue(text, key[1] ?? '', paste))
      else if (paste.endsWith(',')) body = utf8(text.slice(0, key.index) + paste + text.slice(key.index))
    }
    return body
  })

const SEED = 20260728

export const corpus = (random: number): readonly Buffer[] => [
  ...systematic(),
  ...fc.sample(mutated, { seed: SEED, numRuns: random }),
]
