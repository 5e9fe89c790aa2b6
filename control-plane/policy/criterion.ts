import { err, ok, type Result } from '../kernel/result.ts'
import { claimAt, isClaimPath } from './claim.ts'
import { parseHttpMethod, parseHttpPath, parseSourceIp } from './http-criteria.ts'
import type { PolicyInput } from './input.ts'
import { parseListMatcher, type ListMatcher } from './list-matcher.ts'
import { parseMcpArgument, parseMcpMethod, parseMcpPrompt, parseMcpResource, parseMcpTool } from './mcp-criteria.ts'
import { parseOAuthScope } from './oauth-criteria.ts'
import { nearest, type PolicyProblem } from './problem.ts'
import { parseStringMatcher, type StringMatcher } from './string-matcher.ts'
import { parseDate, parseDayOfWeek, parseTimeOfDay } from './time-criteria.ts'
import type { Truth } from './truth.ts'
import { unsupported } from './unsupported.ts'

export interface Judgement {
  readonly truth: Truth
  /** PPL's reason, such as `email-ok`; what `explain` and the audit record show. */
  readonly reason: string
}

export type Criterion = (input: PolicyInput) => Judgement

type CriterionParser = (data: unknown) => Result<Criterion, readonly PolicyProblem[]>

const constant = (truth: Truth, reason: string): CriterionParser => {
  const judgement: Judgement = { truth, reason }
  return () => ok(() => judgement)
}

const NOBODY: Judgement = { truth: 'no', reason: 'user-unauthenticated' }

/** A criterion on a fact about the caller. `valueOf` may be undefined where the fact does not exist: then it is false. */
function aboutCaller(name: string, valueOf: (input: PolicyInput) => string | undefined): CriterionParser {
  const yes: Judgement = { truth: 'yes', reason: `${name}-ok` }
  const no: Judgement = { truth: 'no', reason: `${name}-unauthorized` }
  const judge = (matches: StringMatcher, input: PolicyInput): Judgement => {
    const value = valueOf(input)
    if (value !== undefined && matches(value)) return yes
    return input.caller === undefined ? NOBODY : no
  }
  return (data) => withMatcher(data, (matches) => (input) => judge(matches, input))
}

function withMatcher(data: unknown, make: (matches: StringMatcher) => Criterion): ReturnType<CriterionParser> {
  const matcher = parseStringMatcher(data)
  return matcher.ok ? ok(make(matcher.value)) : matcher
}

const parseAuthenticatedUser: CriterionParser = () =>
  ok((input) => (input.caller === undefined ? NOBODY : { truth: 'yes', reason: 'user-ok' }))

/** A criterion on a list of values of the caller; undefined where there is no such record: then it is false. */
function aboutList(
  name: string,
  valuesOf: (input: PolicyInput) => readonly string[] | undefined,
): (data: unknown) => ReturnType<CriterionParser> {
  const yes: Judgement = { truth: 'yes', reason: `${name}-ok` }
  const no: Judgement = { truth: 'no', reason: `${name}-unauthorized` }
  const judge = (matches: ListMatcher, input: PolicyInput): Judgement => {
    const values = valuesOf(input)
    if (values !== undefined && matches(values)) return yes
    return input.caller === undefined ? NOBODY : no
  }
  return (data) => {
    const matcher = parseListMatcher(data)
    return matcher.ok ? ok((input) => judge(matcher.value, input)) : matcher
  }
}

/** `claim/PATH`. PPL: a missing claim, or nobody, is an empty list, so a negative matcher holds. */
function parseClaim(path: string, data: unknown): ReturnType<CriterionParser> {
  if (!isClaimPath(path)) {
    return err([{ path: [], message: '"claim" needs a path', hint: 'such as "claim/roles: { has: operator }"' }])
  }
  return aboutList('claim', (input) => claimAt(input.caller?.claims ?? {}, path))(data)
}

/** PPL: without a session the e-mail is "", so a negative matcher holds; without "@" there is no domain at all. */
const emailOf = (input: PolicyInput): string => input.caller?.email ?? ''
const domainOf = (input: PolicyInput): string | undefined => emailOf(input).split('@')[1]

const PARSERS: Readonly<Record<string, CriterionParser>> = {
  accept: constant('yes', 'accept'),
  reject: constant('no', 'reject'),
  authenticated_user: parseAuthenticatedUser,
  user: aboutCaller('user', (input) => input.caller?.userId),
  email: aboutCaller('email', emailOf),
  domain: aboutCaller('domain', domainOf),
  groups: aboutList('groups', (input) => input.caller?.claims['groups']),
  http_method: parseHttpMethod,
  http_path: parseHttpPath,
  source_ip: parseSourceIp,
  date: parseDate,
  day_of_week: parseDayOfWeek,
  time_of_day: parseTimeOfDay,
  mcp_method: parseMcpMethod,
  mcp_tool: parseMcpTool,
  mcp_resource: parseMcpResource,
  mcp_prompt: parseMcpPrompt,
  oauth_client: aboutCaller('oauth-client', (input) => input.caller?.clientId),
  oauth_scope: parseOAuthScope,
}

const KNOWN = [...Object.keys(PARSERS), 'claim/PATH', 'mcp_argument/PATH']

/** `{ name: data }` with exactly one key. */
export function parseCriterion(data: unknown): Result<Criterion, readonly PolicyProblem[]> {
  if (typeof data !== 'object' || data === null || Array.isArray(data)) {
    return err([{ path: [], message: 'Expected a criterion', hint: 'such as "email: { is: ann@example.com }"' }])
  }
  const [name, ...others] = Object.keys(data)
  if (name === undefined || others.length > 0) {
    const hint = 'write each criterion as a list item of its own'
    return err([
      { path: [], message: `A criterion has exactly one name, found ${others.length + (name ? 1 : 0)}`, hint },
    ])
  }
  const parser = parserOf(name)
  if (parser === undefined) {
    const why = unsupported(name)
    if (why !== undefined) return err([{ path: [name], message: `"${name}" is not supported here`, hint: why }])
    const meant = nearest(name, KNOWN)
    const hint = meant === undefined ? `criteria: ${KNOWN.join(', ')}` : `did you mean "${meant}"?`
    return err([{ path: [name], message: `Unknown criterion "${name}"`, hint }])
  }
  const criterion = parser(Object.entries(data)[0]?.[1])
  return criterion.ok
    ? criterion
    : err(criterion.error.map((problem) => ({ ...problem, path: [name, ...problem.path] })))
}

function parserOf(name: string): CriterionParser | undefined {
  const [head, path] = [name.split('/', 1)[0], name.slice(name.indexOf('/') + 1)]
  if (head === 'claim') return (data) => parseClaim(name === head ? '' : path, data)
  if (head === 'mcp_argument') return (data) => parseMcpArgument(name === head ? '' : path, data)
  return Object.hasOwn(PARSERS, name) ? PARSERS[name] : undefined
}
