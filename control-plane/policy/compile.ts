import { ok as assert } from 'node:assert/strict'

import { err, ok, type Result } from '../kernel/result.ts'
import { parseCriterion } from './criterion.ts'
import { contradictionsIn } from './contradiction.ts'
import { scopesNamedBy } from './oauth-criteria.ts'
import { joined, OPERATOR_NAMES, type Action, type Block, type OperatorName, type PlacedCriterion } from './operator.ts'
import { nearest, type PolicyProblem } from './problem.ts'
import { isAboutAnnotations } from './tool-annotation.ts'
import { NO_VOCABULARY, type Vocabulary } from './vocabulary.ts'
import { warningsOf, warningsOfUse } from './warning.ts'

/** A compiled policy: blocks by action. Immutable; safe to share. */
export interface Policy {
  readonly allow: readonly Block[]
  readonly deny: readonly Block[]
  /** The OAuth scopes of each block that names some. */
  readonly askedScopes: readonly (readonly string[])[]
  /** What is allowed but probably not meant. */
  readonly warnings: readonly PolicyProblem[]
}

type Path = readonly (string | number)[]

const RULE_SET = ['allow', 'deny', 'use'] as const

/** What is being read, and what was found so far. */
interface Compilation {
  readonly vocabulary: Vocabulary
  readonly blocks: Record<Action, Block[]>
  readonly problems: PolicyProblem[]
}

/** A rule set, a list of them, or the name of a policy. Returns every problem, not the first. */
export function compilePolicy(
  data: unknown,
  vocabulary: Vocabulary = NO_VOCABULARY,
): Result<Policy, readonly PolicyProblem[]> {
  const named = typeof data === 'string' ? vocabulary.policies.get(data) : undefined
  // One for all routes that name it. Its own warnings stand where it is defined.
  if (named !== undefined) return ok({ ...named, warnings: warningsOfUse(named, vocabulary) })
  const compilation: Compilation = { vocabulary, blocks: { allow: [], deny: [] }, problems: [] }
  if (typeof data === 'string') useNamed(data, [], compilation)
  else {
    const sets = Array.isArray(data) ? data.map((set, index) => ({ set, path: [index] })) : [{ set: data, path: [] }]
    for (const { set, path } of sets) compileSet(set, path, compilation)
  }
  const { blocks, problems } = compilation
  if (problems.length > 0) return err(problems)
  const asked = [...blocks.allow, ...blocks.deny].map(({ scopes }) => scopes).filter((scopes) => scopes.length > 0)
  return ok({ ...blocks, askedScopes: asked, warnings: warningsOf(data, blocks, vocabulary) })
}

/** The default policy of a personal tunnel: its owner may call everything, nobody else anything. */
export function ownerOnly(ownerId: string): Policy {
  const policy = compilePolicy({ allow: { and: [{ user: { is: ownerId } }] } })
  assert(policy.ok, 'The owner criterion does not compile')
  return policy.value
}

/** Every OAuth scope that the policy asks for. */
export const scopesOf = ({ askedScopes }: Policy): readonly string[] => [...new Set(askedScopes.flat())]

/** Whether the policy looks at `PolicyMcp.annotations`. */
export const usesToolAnnotations = (policy: Policy): boolean =>
  [...policy.allow, ...policy.deny].some(({ criteria }) => criteria.some(({ name }) => isAboutAnnotations(name)))

function compileSet(set: unknown, path: Path, compilation: Compilation): void {
  const { problems, blocks } = compilation
  forEachKey(set, RULE_SET, { path, what: 'action', problems }, (key, body, keyPath) => {
    if (key === 'use') return useNamed(body, keyPath, compilation)
    forEachKey(body, OPERATOR_NAMES, { path: keyPath, what: 'operator', problems }, (operator, list, listPath) => {
      const block = compileBlock({ action: key, operator }, list, listPath, compilation)
      if (block !== undefined) blocks[key].push(block)
    })
  })
}

/** The blocks of a named policy, as if they stood here. */
function useNamed(name: unknown, path: Path, { vocabulary, blocks, problems }: Compilation): void {
  const named = typeof name === 'string' ? vocabulary.policies.get(name) : undefined
  if (named === undefined) {
    const known = [...vocabulary.policies.keys()]
    const meant = typeof name === 'string' ? nearest(name, known) : undefined
    const message = typeof name === 'string' ? `There is no policy "${name}"` : 'Expected the name of a policy'
    const others = known.length === 0 ? 'name policies under "policies"' : `policies: ${known.join(', ')}`
    problems.push({ path, message, hint: meant === undefined ? others : `did you mean "${meant}"?` })
    return
  }
  const moved = <T extends { readonly path: Path }>(placed: T): T => ({ ...placed, path: [...path, ...placed.path] })
  for (const action of ['allow', 'deny'] as const) {
    const used = named[action].map((block) => ({
      ...block,
      place: moved(block.place),
      criteria: block.criteria.map(moved),
    }))
    blocks[action].push(...used)
  }
}

function compileBlock(
  { action, operator }: { readonly action: Action; readonly operator: OperatorName },
  list: unknown,
  path: Path,
  { vocabulary, problems }: Compilation,
): Block | undefined {
  if (!Array.isArray(list)) {
    problems.push({ path, message: `"${operator}" needs a list of criteria` })
    return undefined
  }
  const criteria: PlacedCriterion[] = []
  for (const [index, item] of list.entries()) {
    const criterion = parseCriterion(item, vocabulary)
    if (criterion.ok) criteria.push({ ...criterion.value, path: [...path, index] })
    else problems.push(...criterion.error.map((found) => ({ ...found, path: [...path, index, ...found.path] })))
  }
  problems.push(...contradictionsIn(operator, criteria))
  // An empty list adds nothing: `not: []` must not admit everybody.
  if (criteria.length === 0) return undefined
  const scopes = criteria.flatMap(scopesNamedBy)
  return { operator, place: { action, path }, criteria, scopes, truthOf: joined(operator, criteria) }
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
