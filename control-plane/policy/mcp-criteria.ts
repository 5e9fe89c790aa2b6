import { RE2JS } from 're2js'

import { foldCase } from '../kernel/fold-case.ts'
import { isRecord } from '../kernel/record.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import { parseArgumentMatcher } from './argument-matcher.ts'
import type { Criterion } from './criterion.ts'
import { kindOf, namesSomething, type PolicyMcp } from './input.ts'
import { normalPath } from './path-within.ts'
import type { PolicyProblem } from './problem.ts'
import { parseStringMatcher } from './string-matcher.ts'
import type { Truth } from './truth.ts'

type Parsed = Result<Criterion, readonly PolicyProblem[]>

/** What every client needs before it can do what it may. */
const HANDSHAKE = new Set(['initialize', 'notifications/initialized', 'ping', 'server/discover'])

const judging = (name: string, truthOf: Criterion['truthOf'], notNamed = `${name}-not-named`): Criterion => ({
  truthOf,
  reasonOf: (truth) => (truth === 'open' ? notNamed : `${name}-${REASONS[truth]}`),
})

const REASONS = { yes: 'match', no: 'no-match', unclear: 'unclear' } as const

const truthOfMatch = (holds: boolean | undefined): Truth => (holds === undefined ? 'unclear' : holds ? 'yes' : 'no')

/** A name that only some methods have: open where the method acts on nothing that is named, no where on something else. */
function aboutName(
  name: string,
  kind: 'resource' | 'prompt',
  parse: (data: unknown) => Result<(value: string) => boolean | undefined, readonly PolicyProblem[]>,
): (data: unknown) => Parsed {
  return (data) => {
    const matcher = parse(data)
    if (!matcher.ok) return matcher
    return ok(
      judging(name, ({ mcp }) => {
        const value = mcp[kind]
        if (value !== undefined) return truthOfMatch(matcher.value(value))
        const acts = kindOf(mcp)
        return acts === undefined || acts === kind ? 'open' : 'no'
      }),
    )
  }
}

export const parseMcpResource = aboutName('mcp-resource', 'resource', parseUriMatcher)
export const parseMcpPrompt = aboutName('mcp-prompt', 'prompt', parseStringMatcher)

/** PPL: `tools/call` only. A method that names no tool is open, as it is not the policy's last word on it. */
export function parseMcpTool(data: unknown): Parsed {
  const matcher = parseStringMatcher(data)
  if (!matcher.ok) return matcher
  const matches = matcher.value
  return ok(
    judging(
      'mcp-tool',
      ({ mcp: { tool } }) => (tool === undefined ? 'open' : matches(tool) ? 'yes' : 'no'),
      'mcp-not-a-tool-call',
    ),
  )
}

export function parseMcpMethod(data: unknown): Parsed {
  const matcher = parseStringMatcher(data)
  if (!matcher.ok) return matcher
  return ok(
    judging('mcp-method', ({ mcp: { method } }) => {
      if (method !== undefined && matcher.value(method)) return 'yes'
      return method === undefined || HANDSHAKE.has(method) ? 'open' : 'no'
    }),
  )
}

/**
 * `mcp_argument/PATH`: one value of the arguments. A missing one is false; open where there are no arguments, or where they
 * are not known yet.
 */
export function parseMcpArgument(path: string, data: unknown): Parsed {
  const segments = path.split(/[/.]/)
  if (path === '' || segments.includes('')) {
    return err([
      {
        path: [],
        message: '"mcp_argument" needs a path',
        hint: 'such as "mcp_argument/path: { path_within: ~/project }"',
      },
    ])
  }
  const matcher = parseArgumentMatcher(data)
  if (!matcher.ok) return matcher
  return ok(
    judging('mcp-argument', ({ mcp }) => {
      if (mcp.arguments === undefined) return takesArguments(mcp) || !namesSomething(mcp) ? 'open' : 'no'
      const found = argumentAt(mcp.arguments, segments)
      if (found === 'missing') return 'no'
      return found === 'unclear' ? 'unclear' : matcher.value(found.value)
    }),
  )
}

const takesArguments = ({ method }: PolicyMcp): boolean => method === 'tools/call' || method === 'prompts/get'

/**
 * What a rule sees of the arguments. Unclear where a key on the way is there in another case: a server whose reader does not
 * look at case (Go's encoding/json) would take that one.
 */
export function argumentAt(
  from: unknown,
  segments: readonly string[],
): { readonly value: unknown } | 'missing' | 'unclear' {
  let value = from
  for (const segment of segments) {
    if (!isRecord(value) && !Array.isArray(value)) return 'missing'
    const folded = foldCase(segment)
    if (Object.keys(value).some((key) => key !== segment && foldCase(key) === folded)) return 'unclear'
    if (!Object.hasOwn(value, segment)) return 'missing'
    value = Reflect.get(value, segment)
  }
  return { value }
}

/** A URI with `*` (within a segment) and `**` (across segments), or the string operators. */
function parseUriMatcher(data: unknown): Result<(uri: string) => boolean | undefined, readonly PolicyProblem[]> {
  if (typeof data !== 'string') return parseStringMatcher(data)
  const expression = data
    .split(/(\*\*|\*)/)
    .map((part) => (part === '**' ? '.*' : part === '*' ? '[^/]*' : RE2JS.quote(part)))
    .join('')
  const compiled = RE2JS.compile(expression)
  return ok((uri) => {
    const plain = normalUri(uri)
    return plain === undefined ? undefined : compiled.matches(plain)
  })
}

/** Dots and encodings in a URI's path must not lead out of what a glob names. */
function normalUri(uri: string): string | undefined {
  const [, scheme, rest] = /^([a-z][a-z0-9+.-]*:\/\/[^/?#]*)(\/.*)?$/is.exec(uri) ?? []
  if (scheme === undefined) return /%[0-9a-f]{2}|\\|\.\./i.test(uri) ? undefined : uri
  const path = rest === undefined ? '' : normalPath(rest)
  return path === undefined ? undefined : `${scheme.toLowerCase()}${path}`
}
