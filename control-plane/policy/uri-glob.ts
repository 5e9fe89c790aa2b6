import { RE2JS } from 're2js'

import { normalPath } from './path-within.ts'

/** A URI with `*` (within a segment) and `**` (across segments). */
export interface UriGlob {
  /** Undefined for a URI that can be read in two ways. */
  matches(uri: string): boolean | undefined
  /** Whether some URI of the template (RFC 6570) could match. */
  mayMatchTemplate(template: string): boolean
}

/** One character; or any number of them, across segments or not. */
type Token = string | typeof WITHIN | typeof ACROSS
const WITHIN = Symbol('within a segment')
const ACROSS = Symbol('across segments')

export function uriGlob(written: string): UriGlob {
  const parts = written.split(/(\*\*|\*)/)
  const expression = parts.map((part) => (part === '**' ? '.*' : part === '*' ? '[^/]*' : RE2JS.quote(part))).join('')
  const compiled = RE2JS.compile(expression)
  const tokens = parts.flatMap((part): Token[] => (part === '**' ? [ACROSS] : part === '*' ? [WITHIN] : part.split('')))
  return {
    matches(uri) {
      const plain = normalUri(uri)
      return plain === undefined ? undefined : compiled.matches(plain)
    },
    mayMatchTemplate: (template) => haveCommon(tokens, templateTokens(template)),
  }
}

/** What comes behind may be anything: a server that shows thousands of long ones must not keep everybody waiting. */
const MAX_TEMPLATE = 200

/** What an expression (`{id}`, `{+path}`, `{?q}`) may become is anything: a server can take `..` and `/` from it. */
function templateTokens(template: string): readonly Token[] {
  const head = /^[a-z][a-z0-9+.-]*:\/\/[^/?#{]*/i.exec(template)?.[0] ?? ''
  const plain = head.toLowerCase() + template.slice(head.length)
  const tokens = plain
    .slice(0, MAX_TEMPLATE)
    .split(/(\{[^}]*\}?)/)
    .flatMap((part): Token[] => (part.startsWith('{') ? [ACROSS] : part.split('')))
  return plain.length > MAX_TEMPLATE ? [...tokens, ACROSS] : tokens
}

/** Whether one text matches both patterns: a walk over pairs of positions, each seen once. */
function haveCommon(a: readonly Token[], b: readonly Token[]): boolean {
  const seen = new Set<number>()
  const waiting: (readonly [number, number])[] = [[0, 0]]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const [i, j] = next
    const key = i * (b.length + 1) + j
    if (seen.has(key)) continue
    seen.add(key)
    if (i === a.length && j === b.length) return true
    waiting.push(...stepsFrom(a[i], b[j], next))
  }
  return false
}

function stepsFrom(
  x: Token | undefined,
  y: Token | undefined,
  [i, j]: readonly [number, number],
): (readonly [number, number])[] {
  const steps: (readonly [number, number])[] = []
  // A wildcard ends here, or takes what the other one says.
  if (isWild(x)) steps.push([i + 1, j])
  if (isWild(y)) steps.push([i, j + 1])
  if (isWild(x) && typeof y === 'string' && takes(x, y)) steps.push([i, j + 1])
  if (isWild(y) && typeof x === 'string' && takes(y, x)) steps.push([i + 1, j])
  if (typeof x === 'string' && x === y) steps.push([i + 1, j + 1])
  return steps
}

const isWild = (token: Token | undefined): token is symbol & Token => typeof token === 'symbol'
const takes = (wild: Token, character: string): boolean => wild === ACROSS || character !== '/'

/** Dots and encodings in a URI's path must not lead out of what a glob names. */
function normalUri(uri: string): string | undefined {
  const [, scheme, rest] = /^([a-z][a-z0-9+.-]*:\/\/[^/?#]*)(\/.*)?$/is.exec(uri) ?? []
  if (scheme === undefined) return /%[0-9a-f]{2}|\\|\.\./i.test(uri) ? undefined : uri
  const path = rest === undefined ? '' : normalPath(rest)
  return path === undefined ? undefined : `${scheme.toLowerCase()}${path}`
}
