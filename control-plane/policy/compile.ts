import { err, ok, type Result } from '../kernel/result.ts'
import { parseCriterion } from './criterion.ts'
import { scopesNamedBy } from './oauth-criteria.ts'
import { OPERATOR_NAMES, type Block, type OperatorName, type PlacedCriterion } from './operator.ts'
import { nearest, type PolicyProblem } from './problem.ts'

/** A compiled policy: blocks by action. Immutable; safe to share. */
export interface Policy {
  readonly allow: readonly Block[]
  readonly deny: readonly Block[]
  /** What is allowed but probably not meant. */
  readonly warnings: readonly PolicyProblem[]
}

type Action = 'allow' | 'deny'
type Path = readonly (string | number)[]

const ACTIONS: readonly Action[] = ['allow', 'deny']

/** A rule set or a list of them. Returns every problem, not the first. */
export function compilePolicy(data: unknown): Result<Policy, readonly PolicyProblem[]> {
  const compiled = { allow: [] as Block[], deny: [] as Block[] }
  const problems: PolicyProblem[] = []
  const warnings: PolicyProblem[] = []
  const sets = Array.isArray(data) ? data.map((set, index) => ({ set, path: [index] })) : [{ set: data, path: [] }]
  for (const { set, path } of sets) {
    forEachKey(set, ACTIONS, { path, what: 'action', problems }, (action, body, actionPath) => {
      const warning = warnOfAlternatives(action, body)
      if (warning !== undefined) warnings.push({ path: actionPath, ...warning })
      forEachKey(body, OPERATOR_NAMES, { path: actionPath, what: 'operator', problems }, (operator, list, listPath) => {
        const block = compileBlock(operator, list, { path: listPath, problems })
        if (block !== undefined) compiled[action].push(block)
      })
    })
  }
  return problems.length > 0 ? err(problems) : ok({ ...compiled, warnings })
}

/** The default policy of a personal tunnel: its owner may call everything, nobody else anything. */
export function ownerOnly(ownerId: string): Policy {
  const owner = parseCriterion({ user: { is: ownerId } })
  if (!owner.ok) throw new Error('The owner criterion does not compile')
  const criteria = [{ name: 'user', path: [], judge: owner.value }]
  return { allow: [{ operator: 'and', path: [], criteria, scopes: [] }], deny: [], warnings: [] }
}

/** Every OAuth scope that the policy asks for. */
export const scopesOf = (policy: Policy): readonly string[] => [
  ...new Set([...policy.allow, ...policy.deny].flatMap((block) => block.scopes)),
]

function compileBlock(
  operator: OperatorName,
  list: unknown,
  at: { readonly path: Path; readonly problems: PolicyProblem[] },
): Block | undefined {
  if (!Array.isArray(list)) {
    at.problems.push({ path: at.path, message: `"${operator}" needs a list of criteria` })
    return undefined
  }
  const criteria: PlacedCriterion[] = []
  for (const [index, item] of list.entries()) {
    const criterion = parseCriterion(item)
    const path = [...at.path, index]
    if (criterion.ok) criteria.push({ name: Object.keys(item as object)[0] ?? '', path, judge: criterion.value })
    else at.problems.push(...criterion.error.map((found) => ({ ...found, path: [...at.path, index, ...found.path] })))
  }
  // An empty list adds nothing: `not: []` must not admit everybody.
  return criteria.length === 0 ? undefined : { operator, path: at.path, criteria, scopes: list.flatMap(scopesNamedBy) }
}

function forEachKey<K extends string>(
  data: unknown,
  known: readonly K[],
  at: { readonly path: Path; readonly what: string; readonly problems: PolicyProblem[] },
  visit: (key: K, value: unknown, path: Path) => void,
): void {
  if (typeof data !== 'object' || data === null || Array.isArray(data)) {
    at.problems.push({ path: at.path, message: `Expected ${known.map((key) => `"${key}"`).join(' or ')}` })
    return
  }
  for (const [written, value] of Object.entries(data)) {
    const key = known.find((candidate) => candidate === written)
    if (key !== undefined) {
      visit(key, value, [...at.path, key])
      continue
    }
    const meant = nearest(written, known)
    const hint = meant === undefined ? `known: ${known.join(', ')}` : `did you mean "${meant}"?`
    at.problems.push({ path: [...at.path, written], message: `Unknown ${at.what} "${written}"`, hint })
  }
}

/**
 * PPL joins the operator blocks of one action by OR, so `allow: { and: [A], not: [B] }` admits everybody for whom B is
 * false, signed in or not.
 */
function warnOfAlternatives(action: Action, body: unknown): Omit<PolicyProblem, 'path'> | undefined {
  if (typeof body !== 'object' || body === null) return undefined
  const filled = OPERATOR_NAMES.filter((name) => {
    const list: unknown = Reflect.get(body, name)
    return Array.isArray(list) && list.length > 0
  })
  const negative = filled.find((name) => name === 'not' || name === 'nor')
  if (filled.length < 2 || negative === undefined) return undefined
  const others = filled.filter((name) => name !== negative).map((name) => `"${name}"`)
  const hint =
    action === 'allow'
      ? `to except somebody, move the criteria of "${negative}" to "deny: { or: [ … ] }"`
      : `to join them, write one "and" with negative matchers, such as "email: { not: ann@example.com }"`
  return { message: `"${negative}" and ${others.join(', ')} are alternatives here: either is enough`, hint }
}
