import { err, ok, type Result } from '../kernel/result.ts'
import {
  parseAuthenticatedUser,
  parseClaim,
  parseDomain,
  parseEmail,
  parseGroups,
  parseUser,
} from './caller-criteria.ts'
import { parseCel } from './cel.ts'
import { parseClientCertificate, parseInvalidClientCertificate } from './client-certificate.ts'
import { parseHttpMethod, parseHttpPath, parseSourceIp } from './http-criteria.ts'
import type { PolicyInput } from './input.ts'
import { parseMcpArgument, parseMcpMethod, parseMcpPrompt, parseMcpResource, parseMcpTool } from './mcp-criteria.ts'
import { parseOAuthClient, parseOAuthScope } from './oauth-criteria.ts'
import { nearest, type PolicyProblem } from './problem.ts'
import {
  parseSshPublicKey,
  parseSshUsername,
  parseSshUsernameMatchesClaim,
  parseSshUsernameMatchesEmail,
} from './ssh-criteria.ts'
import { parseDate, parseDayOfWeek, parseTimeOfDay } from './time-criteria.ts'
import { parseToolAnnotation, parseToolAnnotations } from './tool-annotation.ts'
import type { Truth } from './truth.ts'
import { unsupported } from './unsupported.ts'
import type { Vocabulary } from './vocabulary.ts'

/** One question about the input. The two are apart because a decision asks for truth alone, and allocates nothing. */
export interface Criterion {
  readonly truthOf: (input: PolicyInput) => Truth
  /** PPL's reason for what `truthOf` said of the same input, such as `email-ok`: for `explain` and the audit record. */
  readonly reasonOf: (truth: Truth, input: PolicyInput) => string
}

export type ParsedCriterion = Result<Criterion, readonly PolicyProblem[]>
export type CriterionParser = (data: unknown, vocabulary: Vocabulary) => ParsedCriterion

const constant = (truth: Truth, reason: string): CriterionParser => {
  const criterion: Criterion = { truthOf: () => truth, reasonOf: () => reason }
  return () => ok(criterion)
}

const PARSERS: Readonly<Record<string, CriterionParser>> = {
  accept: constant('yes', 'accept'),
  reject: constant('no', 'reject'),
  authenticated_user: parseAuthenticatedUser,
  user: parseUser,
  email: parseEmail,
  domain: parseDomain,
  groups: parseGroups,
  http_method: parseHttpMethod,
  http_path: parseHttpPath,
  source_ip: parseSourceIp,
  client_certificate: parseClientCertificate,
  invalid_client_certificate: parseInvalidClientCertificate,
  // Preflights are answered before any policy is asked.
  cors_preflight: constant('no', 'non-cors-request'),
  date: parseDate,
  day_of_week: parseDayOfWeek,
  time_of_day: parseTimeOfDay,
  mcp_method: parseMcpMethod,
  mcp_tool: parseMcpTool,
  mcp_resource: parseMcpResource,
  mcp_prompt: parseMcpPrompt,
  tool_annotation: parseToolAnnotations,
  cel: parseCel,
  oauth_client: parseOAuthClient,
  oauth_scope: parseOAuthScope,
  ssh_publickey: parseSshPublicKey,
  ssh_username: parseSshUsername,
  ssh_username_matches_email: parseSshUsernameMatchesEmail,
  ssh_username_matches_claim: parseSshUsernameMatchesClaim,
}

/** Criteria whose name goes on with a path: `claim/roles`. */
const WITH_PATH: Readonly<Record<string, (path: string, data: unknown) => ParsedCriterion>> = {
  claim: parseClaim,
  mcp_argument: parseMcpArgument,
  tool_annotation: parseToolAnnotation,
}

const KNOWN = [...Object.keys(PARSERS), 'claim/PATH', 'mcp_argument/PATH']

/** A criterion and how it was written. */
export interface NamedCriterion extends Criterion {
  readonly name: string
  readonly data: unknown
}

/** `{ name: data }` with exactly one key. */
export function parseCriterion(
  data: unknown,
  vocabulary: Vocabulary,
): Result<NamedCriterion, readonly PolicyProblem[]> {
  if (typeof data !== 'object' || data === null || Array.isArray(data)) {
    return err([{ path: [], message: 'Expected a criterion', hint: 'such as "email: { is: ann@example.com }"' }])
  }
  const [first, ...others] = Object.entries(data)
  if (first === undefined || others.length > 0) {
    const hint = 'write each criterion as a list item of its own'
    return err([
      { path: [], message: `A criterion has exactly one name, found ${others.length + (first ? 1 : 0)}`, hint },
    ])
  }
  const [name, value]: [string, unknown] = first
  const parser = parserOf(name)
  if (parser === undefined) return err([{ path: [name], ...unknownName(name) }])
  const criterion = parser(value, vocabulary)
  return criterion.ok
    ? ok({ ...criterion.value, name, data: value })
    : err(criterion.error.map((problem) => ({ ...problem, path: [name, ...problem.path] })))
}

function parserOf(name: string): CriterionParser | undefined {
  const slash = name.indexOf('/')
  const head = slash < 0 ? name : name.slice(0, slash)
  if (slash < 0 && Object.hasOwn(PARSERS, name)) return PARSERS[name]
  const parse = Object.hasOwn(WITH_PATH, head) ? WITH_PATH[head] : undefined
  return parse && ((data) => parse(slash < 0 ? '' : name.slice(slash + 1), data))
}

function unknownName(name: string): Omit<PolicyProblem, 'path'> {
  const why = unsupported(name)
  if (why !== undefined) return { message: `"${name}" is not supported here`, hint: why }
  const meant = nearest(name, KNOWN)
  const hint = meant === undefined ? `criteria: ${KNOWN.join(', ')}` : `did you mean "${meant}"?`
  return { message: `Unknown criterion "${name}"`, hint }
}
