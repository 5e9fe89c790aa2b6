import { ok as assert } from 'node:assert/strict'

import { Environment, type ASTNode } from '@marcbachmann/cel-js'
import { RE2JS } from 're2js'

import { messageOf } from '../kernel/fault.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import { domainOf } from './caller-criteria.ts'
import { askedOf, type Asked } from './cel-expression.ts'
import { isWithinCost, MAX_NESTED_LOOPS } from './cel-cost.ts'
import type { CriterionParser } from './criterion.ts'
import { ambiguityIn } from './ambiguous-arguments.ts'
import { kindOf, namesSomething, unnamed, type PolicyInput, type PolicyMcp } from './input.ts'
import { isHandshake, takesArguments } from './mcp-criteria.ts'
import { nearest, type PolicyProblem } from './problem.ts'
import type { Truth } from './truth.ts'
import { foreignGroupsOf, localGroupsOf, type LocalGroups } from './vocabulary.ts'

const MAX_LENGTH = 2000
const LIMITS = { maxAstNodes: 300, maxDepth: 24, maxListElements: 200, maxMapEntries: 50, maxCallArguments: 8 }

/** The same length as `matches`, whose place it takes, so that positions stay right. */
const MATCHES = 're2find'

const VARIABLES: Readonly<Record<string, string>> = {
  groups: 'list<string>',
  claims: 'map<string, list<string>>',
  client: 'string',
  scopes: 'list<string>',
  method: 'string',
  tool: 'string',
  resource: 'string',
  prompt: 'string',
  args: 'map<string, dyn>',
  now: 'google.protobuf.Timestamp',
}
const OBJECTS = {
  user: { id: 'string', email: 'string', domain: 'string' },
  http: { method: 'string', path: 'string', address: 'string' },
} as const
const NAMES = [...Object.keys(VARIABLES), ...Object.keys(OBJECTS)]

/** No clock but `now`, no network, nothing that an expression could change. */
function newEnvironment(patterns: ReadonlyMap<string, RE2JS>): Environment {
  const environment = new Environment({ unlistedVariablesAreDyn: false, limits: LIMITS })
  for (const [name, type] of Object.entries(VARIABLES)) environment.registerVariable(name, type)
  for (const [name, schema] of Object.entries(OBJECTS)) environment.registerVariable({ name, schema })
  return environment.registerFunction(`string.${MATCHES}(string): bool`, (text: string, pattern: string) => {
    const compiled = patterns.get(pattern)
    assert(compiled, 'A pattern that was not there at load')
    return compiled.matcher(text).find()
  })
}

/** `cel: EXPRESSION`, checked at load. An evaluation that fails, or would cost too much, is `unclear`. */
export const parseCel: CriterionParser = (data, { groups }) => {
  if (typeof data !== 'string') return err([{ path: [], message: 'Expected an expression', hint: EXAMPLE }])
  if (data.length > MAX_LENGTH) return err([{ path: [], message: `The expression is longer than ${MAX_LENGTH}` }])
  const compiled = compiledOnce(data, groups)
  if (!compiled.ok) return err([compiled.error])
  const { evaluate, asked } = compiled.value
  const asksForCaller = CALLER.some((name) => asked.variables.has(name))
  const ambiguity = ambiguityIn(asked.keys)
  const suppliers = Object.entries(SUPPLIERS).filter(([name]) => asked.variables.has(name))
  return ok({
    truthOf: (input) => {
      const open = isOpen(input, asked)
      const context: Record<string, unknown> = {}
      for (const [name, supply] of suppliers) {
        // What is not known yet stays unbound: what holds whatever it will be is certain already.
        const value = open && isUnknown(name, input) ? undefined : supply(input, { groups, asked })
        if (value !== undefined) context[name] = value
      }
      const { args } = context
      if (args !== undefined) {
        if (!isWithinCost(args, asked)) return 'unclear'
        if (ambiguity.anywhere(args) || ambiguity.here(input.mcp.arguments ?? {})) return 'unclear'
      }
      const truth = truthOf(evaluate, context)
      if (truth === 'unclear' && open)
        return input.caller === undefined && asksForCaller ? 'unclear' : unnamed(input.mcp)
      // As `mcp_method` has it: what every client needs first is not yet the use that the expression is about.
      return truth === 'no' && asked.variables.has('method') && isHandshake(input.mcp.method) ? 'open' : truth
    },
    reasonOf: (truth) =>
      `cel-${truth === 'yes' ? 'match' : truth === 'no' ? 'no-match' : truth === 'open' ? 'not-named' : 'unclear'}`,
  })
}

const EXAMPLE = `such as cel: 'user.domain == "example.com" && tool.startsWith("read_")'`

const CALLER = ['user', 'groups', 'claims', 'client', 'scopes']

type Evaluate = (context: Record<string, unknown>) => unknown

function truthOf(evaluate: Evaluate, context: Record<string, unknown>): Truth {
  try {
    const result = evaluate(context)
    return typeof result === 'boolean' ? (result ? 'yes' : 'no') : 'unclear'
  } catch {
    return 'unclear'
  }
}

function isOpen({ mcp, http }: PolicyInput, { variables }: Asked): boolean {
  if (variables.has('http') && http === undefined) return true
  const isNamed = namesSomething(mcp)
  if (variables.has('args') && argumentsUnknown(mcp)) return true
  const kind = kindOf(mcp)
  const kinds = KINDS.filter((each) => variables.has(each))
  if (kinds.length === 0 || isNamed) return false
  return kind === undefined || kinds.includes(kind)
}

const argumentsUnknown = (mcp: PolicyMcp): boolean =>
  mcp.arguments === undefined && (takesArguments(mcp) || !namesSomething(mcp))

/** Of what a message names, or will. */
const isUnknown = (name: string, { mcp }: PolicyInput): boolean =>
  name === 'args' ? argumentsUnknown(mcp) : KINDS.some((kind) => kind === name) && !namesSomething(mcp)

const KINDS = ['tool', 'resource', 'prompt'] as const

type Supplier = (input: PolicyInput, compiled: { readonly groups: LocalGroups; readonly asked: Asked }) => unknown

/**
 * Undefined leaves the variable unbound, which makes an expression fail where its value would decide: so it is with
 * everything about the caller where there is none. Of what a message names there is one; the others are empty.
 */
const SUPPLIERS: Readonly<Record<string, Supplier>> = {
  user: ({ caller }) => caller && { id: caller.userId, email: caller.email, domain: domainOf(caller.email) ?? '' },
  groups: ({ caller }, { groups }) =>
    caller && [...(foreignGroupsOf(groups, caller) ?? []), ...localGroupsOf(groups, caller)],
  claims: ({ caller }, { asked }) =>
    caller && { ...Object.fromEntries([...asked.claimNames].map((name) => [name, []])), ...caller.claims },
  client: ({ caller }) => caller?.clientId,
  scopes: ({ caller }) => caller?.scopes,
  method: ({ mcp }) => mcp.method ?? '',
  tool: ({ mcp }) => mcp.tool ?? '',
  resource: ({ mcp }) => mcp.resource ?? '',
  prompt: ({ mcp }) => mcp.prompt ?? '',
  args: ({ mcp }, { asked }) => chosenFrom(mcp.arguments ?? {}, asked.argumentNames),
  http: ({ http }) => http && { method: http.method, path: http.path, address: http.clientAddress },
  now: ({ atMs }) => new Date(atMs),
}

/** Only what the expression names, so that a large argument beside it costs nothing. */
function chosenFrom(
  given: Readonly<Record<string, unknown>>,
  names: ReadonlySet<string> | undefined,
): Readonly<Record<string, unknown>> {
  if (names === undefined) return given
  return Object.fromEntries([...names].filter((name) => Object.hasOwn(given, name)).map((name) => [name, given[name]]))
}

/** By configuration, whose routes say the same again and again: a compilation takes as long as a hundred decisions. */
const compilations = new WeakMap<LocalGroups, Map<string, Compiled>>()

function compiledOnce(written: string, groups: LocalGroups): Compiled {
  const known = compilations.get(groups) ?? new Map<string, Compiled>()
  compilations.set(groups, known)
  const compiled = known.get(written) ?? compileCel(written)
  known.set(written, compiled)
  return compiled
}

type Compiled = Result<{ readonly evaluate: Evaluate; readonly asked: Asked }, PolicyProblem>

function compileCel(written: string): Compiled {
  const patterns = new Map<string, RE2JS>()
  const environment = newEnvironment(patterns)
  try {
    const asked = askedOf(environment.parse(written).ast)
    if (asked.nestedLoops > MAX_NESTED_LOOPS) {
      return problem(`Loops (exists, all, map, filter) are nested more than ${MAX_NESTED_LOOPS} deep`)
    }
    for (const pattern of asked.patterns) {
      if (pattern === undefined) return problem('"matches" needs a pattern that stands in the expression')
      patterns.set(pattern, RE2JS.compile(pattern))
    }
    const source = withLinearPatterns(written, asked.matches)
    if (askedOf(environment.parse(source).ast).matches.length > 0) {
      return problem('Write "matches" and its pattern without a comment between them')
    }
    const checked = environment.check(source)
    if (!checked.valid) return failed(checked.error)
    if (checked.type !== 'bool' && checked.type !== 'dyn')
      return problem(`The expression is ${String(checked.type)}, not true or false`)
    return ok({ evaluate: environment.parse(source), asked })
  } catch (cause) {
    return failed(cause)
  }
}

/** Our own `matches` in its place: the library's is JavaScript's, which can take exponential time. */
function withLinearPatterns(source: string, calls: readonly ASTNode[]): string {
  let text = source
  for (const { args } of calls) {
    const [, , [pattern]] = args as [string, ASTNode, readonly ASTNode[]]
    const at = source.lastIndexOf('matches', pattern?.start)
    text = text.slice(0, at) + MATCHES + text.slice(at + MATCHES.length)
  }
  return text
}

const problem = (message: string, hint = EXAMPLE): Result<never, PolicyProblem> => err({ path: [], message, hint })

function failed(cause: unknown): Result<never, PolicyProblem> {
  const [said = ''] = messageOf(cause).replaceAll(MATCHES, 'matches').split('\n')
  const start = (cause as { readonly range?: { readonly start: number } }).range?.start
  const unknown = /^Unknown variable: (\w+)/.exec(said)?.[1]
  const meant = unknown === undefined ? undefined : nearest(unknown, NAMES)
  const hint = meant === undefined ? `variables: ${NAMES.join(', ')}` : `did you mean "${meant}"?`
  return problem(start === undefined ? said : `${said}, at character ${start + 1} of the expression`, hint)
}
