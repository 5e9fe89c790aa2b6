import { foldCase } from '../kernel/fold-case.ts'
import { isRecord } from '../kernel/record.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import { parseArgumentMatcher } from './argument-matcher.ts'
import type { Criterion } from './criterion.ts'
import { kindOf, namesSomething, unnamed, type PolicyMcp } from './input.ts'
import type { PolicyProblem } from './problem.ts'
import { parseStringMatcher } from './string-matcher.ts'
import type { Truth } from './truth.ts'
import { uriGlob, type UriGlob } from './uri-glob.ts'

type Parsed = Result<Criterion, readonly PolicyProblem[]>

/** What every client needs before it can do what it may. */
const HANDSHAKE = new Set(['initialize', 'notifications/initialized', 'ping', 'server/discover'])

export const isHandshake = (method: string | undefined): boolean => method === undefined || HANDSHAKE.has(method)

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
  { matches, mayMatchTemplate }: { readonly matches: (value: string) => boolean | undefined } & Partial<UriGlob>,
): Parsed {
  return ok(
    judging(name, ({ mcp }) => {
      const value = mcp[kind]
      if (value !== undefined) return truthOfMatch(matches(value))
      const { resourceTemplate: template } = mcp
      if (kind === 'resource' && template !== undefined && mayMatchTemplate?.(template) === false) return 'no'
      const acts = kindOf(mcp)
      if (acts === undefined) return unnamed(mcp)
      return acts === kind ? 'open' : 'no'
    }),
  )
}

/** A URI glob, or the string operators. */
export function parseMcpResource(data: unknown): Parsed {
  if (typeof data === 'string') return aboutName('mcp-resource', 'resource', uriGlob(data))
  const matcher = parseStringMatcher(data)
  return matcher.ok ? aboutName('mcp-resource', 'resource', { matches: matcher.value }) : matcher
}

export function parseMcpPrompt(data: unknown): Parsed {
  const matcher = parseStringMatcher(data)
  return matcher.ok ? aboutName('mcp-prompt', 'prompt', { matches: matcher.value }) : matcher
}

/** PPL: `tools/call` only. A method that names no tool is open, as it is not the policy's last word on it. */
export function parseMcpTool(data: unknown): Parsed {
  const matcher = parseStringMatcher(data)
  if (!matcher.ok) return matcher
  const matches = matcher.value
  return ok(
    judging(
      'mcp-tool',
      ({ mcp }) => (mcp.tool === undefined ? unnamed(mcp) : matches(mcp.tool) ? 'yes' : 'no'),
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
      return isHandshake(method) ? 'open' : 'no'
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
      if (mcp.arguments === undefined) {
        if (takesArguments(mcp)) return 'open'
        return namesSomething(mcp) ? 'no' : unnamed(mcp)
      }
      const found = argumentAt(mcp.arguments, segments)
      if (found === 'missing') return 'no'
      return found === 'unclear' ? 'unclear' : matcher.value(found.value)
    }),
  )
}

export const takesArguments = ({ method }: PolicyMcp): boolean => method === 'tools/call' || method === 'prompts/get'

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
