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
  | 'number_too_large'
  | 'proto_key'

/** Deeper nesting than any MCP message has, and below where recursive readers give up (serde_json: 128). */
const MAX_DEPTH = 100

const QUOTE = 0x22
const BACKSLASH = 0x5c
const OPEN_OBJECT = 0x7b
const CLOSE_OBJECT = 0x7d
const OPEN_ARRAY = 0x5b
const CLOSE_ARRAY = 0x5d
const COMMA = 0x2c
const MINUS = 0x2d

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * For what is forwarded. A number that readers of doubles and of integers would not take for the same one stays as written
 * (`JSON.rawJSON`), so that no rule compares it; so do all under the keys in `asWritten`, unless they are plain integers.
 */
export const parseStrictJson = (
  bytes: Uint8Array,
  asWritten: ReadonlySet<string> = new Set(),
): Result<unknown, JsonProblem> => readStrictly(bytes, (text) => parseExact(text, asWritten), true)

/** For answers: a number that JavaScript would print otherwise (`1.0`, 2^60) stays as written when it is printed again. */
export const parseLosslessJson = (bytes: Uint8Array): Result<unknown, JsonProblem> =>
  readStrictly(bytes, (text) => ok(parseLossless(text)), false)

/** A number that may not survive a round trip. The reviver costs seven times the parse. */
const FRAGILE = /[eE]|[\d.]{16}|\.\d*0$|^-0/
const PLAIN_INTEGER = /^(?:0|-?[1-9]\d*)$/
const { rawJSON } = JSON as typeof JSON & { rawJSON(text: string): object }

function parseLossless(text: string): unknown {
  return JSON.parse(text, (_key, value: unknown, context?: { readonly source?: string }) => {
    const source = context?.source
    return typeof value === 'number' && source !== undefined && String(value) !== source ? rawJSON(source) : value
  })
}

function parseExact(text: string, asWritten: ReadonlySet<string>): Result<unknown, JsonProblem> {
  let isTooLarge = false
  const value: unknown = JSON.parse(text, (key, each: unknown, context?: { readonly source?: string }) => {
    const source = context?.source
    if (typeof each !== 'number' || source === undefined) return each
    isTooLarge ||= !Number.isFinite(each)
    if (isTooLarge) return each
    return isExact(each, source) && (!asWritten.has(key) || PLAIN_INTEGER.test(source)) ? each : rawJSON(source)
  })
  return isTooLarge ? err('number_too_large') : ok(value)
}

/** Whether a reader with integers of any size, or one that keeps all digits, has the same number. */
function isExact(value: number, source: string): boolean {
  if (/^-?\d+$/.test(source)) return Number.isSafeInteger(value) || BigInt(source) === BigInt(value)
  return digitsOf(String(value)) === digitsOf(source)
}

const digitsOf = (written: string): string =>
  written
    .replace(/[eE].*$/, '')
    .replaceAll(/[-.]/g, '')
    .replaceAll(/^0+|0+$/g, '')

function readStrictly(
  bytes: Uint8Array,
  parseFragile: (text: string) => Result<unknown, JsonProblem>,
  isForwarded: boolean,
): Result<unknown, JsonProblem> {
  let text: string
  try {
    text = decoder.decode(bytes)
  } catch {
    return err('invalid_utf8')
  }
  if (text.charCodeAt(0) === 0xfeff) return err('byte_order_mark')
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return err('invalid_json')
  }
  const found = walk(text, isForwarded)
  if (found === 'fragile_number') return parseFragile(text)
  return found === undefined ? ok(value) : err(found)
}

/**
 * Walks text that is known to be valid JSON and looks at its strings and numbers. Iterative: depth cannot exhaust the stack.
 * A problem comes before a number that only has to be read with more care.
 */
function walk(text: string, isForwarded: boolean): JsonProblem | 'fragile_number' | undefined {
  const outer: (Set<string> | undefined)[] = []
  let keys: Set<string> | undefined
  let keyComesNext = false
  let isFragile = false
  const looksAtValues = isForwarded && MAYBE_SURROGATE.test(text)
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    switch (code) {
      case QUOTE: {
        const end = endOfString(text, at)
        if (keyComesNext && keys !== undefined) {
          const problem = addKey(keys, textOf(text.slice(at, end + 1)), isForwarded)
          if (problem !== undefined) return problem
          keyComesNext = false
        } else if (looksAtValues && !textOf(text.slice(at, end + 1)).isWellFormed()) return 'lone_surrogate'
        at = end
        break
      }
      case OPEN_OBJECT:
      case OPEN_ARRAY:
        if (outer.length >= MAX_DEPTH) return 'too_deep'
        outer.push(keys)
        keyComesNext = code === OPEN_OBJECT
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
        if (code === MINUS || isDigit(code)) {
          const start = at
          while (isInNumber(text.charCodeAt(at + 1))) at += 1
          isFragile ||= FRAGILE.test(text.slice(start, at + 1))
        }
    }
  }
  return isFragile ? 'fragile_number' : undefined
}

const isDigit = (code: number): boolean => code >= 0x30 && code <= 0x39
/** Digits, `.`, `e`, `E` and signs. */
const isInNumber = (code: number): boolean =>
  isDigit(code) || code === 0x2e || code === 0x65 || code === 0x45 || code === 0x2b || code === MINUS

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

function addKey(keys: Set<string>, key: string, isForwarded: boolean): JsonProblem | undefined {
  // Readers disagree about both: some cut at U+0000, some replace a lone surrogate, and two keys become one.
  if (key.includes('\0')) return 'nul_in_key'
  if (!key.isWellFormed()) return 'lone_surrogate'
  // A server in JavaScript that copies the object would read what is in it under other names.
  if (isForwarded && key === '__proto__') return 'proto_key'
  if (keys.has(key)) return 'duplicate_key'
  keys.add(key)
  return undefined
}

/** In texts too, because rules compare them: a lone surrogate is U+FFFD in Go and refused in Rust. */
const MAYBE_SURROGATE = /\\u[dD][89a-fA-F]/

const textOf = (literal: string): string =>
  literal.includes('\\') ? String(JSON.parse(literal)) : literal.slice(1, -1)
