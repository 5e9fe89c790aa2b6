import { RE2JS } from 're2js'

import { err, ok, type Result } from '../kernel/result.ts'
import { parseArgumentMatcher } from './argument-matcher.ts'
import type { Criterion, Judgement } from './criterion.ts'
import type { PolicyInput, PolicyMcp } from './input.ts'
import { normalPath } from './path-within.ts'
import type { PolicyProblem } from './problem.ts'
import { parseStringMatcher } from './string-matcher.ts'
import type { Truth } from './truth.ts'

type Parsed = Result<Criterion, readonly PolicyProblem[]>

/** What every client needs before it can do what it may. */
const HANDSHAKE = new Set(['initialize', 'notifications/initialized', 'ping', 'server/discover'])

const judgement = (truth: Truth, name: string): Judgement => ({
  truth,
  reason:
    truth === 'open'
      ? `${name}-not-named`
      : truth === 'yes'
        ? `${name}-match`
        : truth === 'no'
          ? `${name}-no-match`
          : `${name}-unclear`,
})

/** A name that only some methods have: open where the method acts on nothing that is named, no where on something else. */
function aboutName(
  name: string,
  nameOf: (mcp: PolicyMcp) => string | undefined,
  parse: (data: unknown) => Result<(value: string) => boolean | undefined, readonly PolicyProblem[]>,
): (data: unknown) => Parsed {
  return (data) => {
    const matcher = parse(data)
    if (!matcher.ok) return matcher
    return ok((input) => judgement(truthFor(input, nameOf(input.mcp), matcher.value), name))
  }
}

function truthFor(
  { mcp }: PolicyInput,
  value: string | undefined,
  matches: (value: string) => boolean | undefined,
): Truth {
  if (value === undefined) return namesSomething(mcp) ? 'no' : 'open'
  const holds = matches(value)
  return holds === undefined ? 'unclear' : holds ? 'yes' : 'no'
}

const namesSomething = ({ tool, resource, prompt }: PolicyMcp): boolean =>
  tool !== undefined || resource !== undefined || prompt !== undefined

export const parseMcpResource = aboutName('mcp-resource', (mcp) => mcp.resource, parseUriMatcher)
export const parseMcpPrompt = aboutName('mcp-prompt', (mcp) => mcp.prompt, parseStringMatcher)

/** PPL: `tools/call` only. A method that names no tool is open, as it is not the policy's last word on it. */
export function parseMcpTool(data: unknown): Parsed {
  const matcher = parseStringMatcher(data)
  if (!matcher.ok) return matcher
  return ok(({ mcp: { tool } }) => {
    if (tool === undefined) return { truth: 'open', reason: 'mcp-not-a-tool-call' }
    return judgement(matcher.value(tool) ? 'yes' : 'no', 'mcp-tool')
  })
}

export function parseMcpMethod(data: unknown): Parsed {
  const matcher = parseStringMatcher(data)
  if (!matcher.ok) return matcher
  return ok(({ mcp: { method } }) => {
    if (method !== undefined && matcher.value(method)) return judgement('yes', 'mcp-method')
    return judgement(method === undefined || HANDSHAKE.has(method) ? 'open' : 'no', 'mcp-method')
  })
}

/** `mcp_argument/PATH`: one value of the arguments. A missing one is false; a method without arguments is open. */
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
  return ok(({ mcp }) => {
    if (mcp.arguments === undefined) return judgement(namesSomething(mcp) ? 'no' : 'open', 'mcp-argument')
    const value = valueAt(mcp.arguments, segments)
    return judgement(value === undefined ? 'no' : matcher.value(value), 'mcp-argument')
  })
}

function valueAt(from: unknown, segments: readonly string[]): unknown {
  let value = from
  for (const segment of segments) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, segment)) return undefined
    value = Reflect.get(value, segment)
  }
  return value
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
