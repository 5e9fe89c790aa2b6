import { parseArgumentMatcher } from './argument-matcher.ts'
import type { OperatorName, PlacedCriterion } from './operator.ts'
import type { PolicyProblem } from './problem.ts'
import { parseStringMatcher } from './string-matcher.ts'

/** Criteria that ask for one value by the string operators. */
const OF_ONE_STRING = new Set([
  'user',
  'email',
  'domain',
  'http_method',
  'http_path',
  'mcp_method',
  'mcp_tool',
  'mcp_prompt',
  'oauth_client',
  'ssh_username',
])

/** Criteria that no input can meet, alone or (in `and`) together: where values are listed, one of them must do for all. */
export function contradictionsIn(
  operator: OperatorName,
  criteria: readonly PlacedCriterion[],
): readonly PolicyProblem[] {
  // Nearly every block of a large configuration is such a one.
  if (criteria.every(({ name, data }, index) => isPlain(data) && firstOf(criteria, name) === index)) return []
  const problems: PolicyProblem[] = []
  const byName = Map.groupBy(criteria, ({ name }) => name)
  for (const [name, same] of byName) {
    const alone = same.filter((criterion) => cannotHold([criterion]))
    problems.push(...alone.map(({ path }) => ({ path: [...path, name], message: `No value of "${name}" meets this` })))
    const [, second] = same
    if (operator !== 'and' || alone.length > 0 || second === undefined || !cannotHold(same)) continue
    const hint = 'use "in" for several values, or "or" for several criteria'
    problems.push({ path: [...second.path, name], message: `No value meets every "${name}" of this "and"`, hint })
  }
  return problems
}

/** At most one operator: it cannot contradict itself. */
const isPlain = (data: unknown): boolean => typeof data !== 'object' || data === null || Object.keys(data).length < 2

const firstOf = (criteria: readonly PlacedCriterion[], name: string): number =>
  criteria.findIndex((criterion) => criterion.name === name)

function cannotHold(same: readonly PlacedCriterion[]): boolean {
  const candidates = same.flatMap(({ data }) => listedIn(data))
  if (candidates.length === 0) return false
  return !candidates.some((value) => same.every((criterion) => meets(value, criterion)))
}

/** What `is` and `in` name. */
function listedIn(data: unknown): readonly unknown[] {
  if (typeof data !== 'object' || data === null) return [data]
  const { is, in: list } = data as { readonly is?: unknown; readonly in?: unknown }
  return [...(is === undefined ? [] : [is]), ...(Array.isArray(list) ? (list as unknown[]) : [])]
}

/** True also where it is not for us to say. */
function meets(value: unknown, { name, data }: PlacedCriterion): boolean {
  if (name.startsWith('mcp_argument/')) {
    const matcher = parseArgumentMatcher(data)
    return !matcher.ok || matcher.value(value) === 'yes'
  }
  if (!OF_ONE_STRING.has(name) || typeof value !== 'string') return true
  const matcher = parseStringMatcher(data)
  return !matcher.ok || matcher.value(value)
}
