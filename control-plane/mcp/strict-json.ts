import { err, ok, type Result } from '../kernel/result.ts'

/**
 * Reads JSON so that no other reader of the same bytes can see something else (invariant 2): what cannot be read in
 * exactly one way is refused. Stricter than RFC 8259 §4 and §8.1 allow, on purpose.
 */
export type JsonProblem =
  | 'byte_order_mark'
  | 'invalid_utf8'
  | 'invalid_json'
  | 'duplicate_key'
  | 'lone_surrogate'
  | 'nul_in_key'
  | 'too_deep'

/** Deeper nesting than any MCP message has, and well below where recursive readers give up. */
const MAX_DEPTH = 128

const QUOTE = 0x22
const BACKSLASH = 0x5c
const OPEN_OBJECT = 0x7b
const CLOSE_OBJECT = 0x7d
const OPEN_ARRAY = 0x5b
const CLOSE_ARRAY = 0x5d
const COMMA = 0x2c

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

export const parseStrictJson = (bytes: Uint8Array): Result<unknown, JsonProblem> =>
  readStrictly(bytes, (text) => JSON.parse(text))

/** The same, but a number that JavaScript would print otherwise (`1.0`, 2^60) stays as written when it is printed again. */
export const parseLosslessJson = (bytes: Uint8Array): Result<unknown, JsonProblem> => readStrictly(bytes, parseLossless)

/** A number, or the inside of a text, that may not survive a round trip. The reviver costs seven times the parse. */
const FRAGILE = /\d[eE]|\d{16}|\.\d*0(?!\d)|-0/
const { rawJSON } = JSON as typeof JSON & { rawJSON(text: string): object }

function parseLossless(text: string): unknown {
  if (!FRAGILE.test(text)) return JSON.parse(text)
  return JSON.parse(text, (_key, value: unknown, context?: { readonly source?: string }) => {
    const source = context?.source
    return typeof value === 'number' && source !== undefined && String(value) !== source ? rawJSON(source) : value
  })
}

function readStrictly(bytes: Uint8Array, parse: (text: string) => unknown): Result<unknown, JsonProblem> {
  let text: string
  try {
    text = decoder.decode(bytes)
  } catch {
    return err('invalid_utf8')
  }
  if (text.charCodeAt(0) === 0xfeff) return err('byte_order_mark')
  let value: unknown
  try {
    value = parse(text)
  } catch {
    return err('invalid_json')
  }
  const problem = findKeyProblem(text)
  return problem === undefined ? ok(value) : err(problem)
}

/** Walks text that is known to be valid JSON and looks at object keys only. Iterative: depth cannot exhaust the stack. */
function findKeyProblem(text: string): JsonProblem | undefined {
  const outer: (Set<string> | undefined)[] = []
  let keys: Set<string> | undefined
  let keyComesNext = false
  for (let at = 0; at < text.length; at += 1) {
    switch (text.charCodeAt(at)) {
      case QUOTE: {
        const end = endOfString(text, at)
        if (keyComesNext && keys !== undefined) {
          const problem = addKey(keys, text.slice(at, end + 1))
          if (problem !== undefined) return problem
          keyComesNext = false
        }
        at = end
        break
      }
      case OPEN_OBJECT:
      case OPEN_ARRAY:
        if (outer.length >= MAX_DEPTH) return 'too_deep'
        outer.push(keys)
        keyComesNext = text.charCodeAt(at) === OPEN_OBJECT
        keys = keyComesNext ? new Set() : undefined
        break
      case CLOSE_OBJECT:
      case CLOSE_ARRAY:
        keys = outer.pop()
        keyComesNext = false
        break
      case COMMA:
        keyComesNext = keys !== undefined
        break
      default:
    }
  }
  return undefined
}

/** From quote to quote, and not from character to character: texts are most of a message. */
function endOfString(text: string, start: number): number {
  let at = text.indexOf('"', start + 1)
  while (isEscaped(text, at)) at = text.indexOf('"', at + 1)
  return at
}

/** By an odd number of backslashes. Those before the string's own quote are not looked at: it stands in between. */
function isEscaped(text: string, at: number): boolean {
  let from = at
  while (text.charCodeAt(from - 1) === BACKSLASH) from -= 1
  return (at - from) % 2 === 1
}

function addKey(keys: Set<string>, literal: string): JsonProblem | undefined {
  const key = literal.includes('\\') ? String(JSON.parse(literal)) : literal.slice(1, -1)
  // Readers disagree about both: some cut at U+0000, some replace a lone surrogate, and two keys become one.
  if (key.includes('\0')) return 'nul_in_key'
  if (!key.isWellFormed()) return 'lone_surrogate'
  if (keys.has(key)) return 'duplicate_key'
  keys.add(key)
  return undefined
}
