import { OPERATOR_NAMES, type Action, type Block, type OperatorName, type PlacedCriterion } from './operator.ts'
import type { PolicyProblem } from './problem.ts'
import type { Vocabulary } from './vocabulary.ts'

type Path = readonly (string | number)[]
type Blocks = Readonly<Record<Action, readonly Block[]>>

/** What is allowed but probably not meant. `data` is the policy as written, `blocks` what it was compiled to. */
export function warningsOf(data: unknown, blocks: Blocks, { judges }: Vocabulary): readonly PolicyProblem[] {
  return [
    ...warnOfAlternatives(data),
    ...[...blocks.allow, ...blocks.deny].flatMap((block) => [
      ...warnOfRepetition(block),
      ...block.criteria.flatMap((criterion) => warnOfMeaning(criterion, judges)),
    ]),
    ...warnOfUnreachable(blocks),
  ]
}

/** Of a named policy, where it is used: what has no meaning there. */
export const warningsOfUse = ({ allow, deny }: Blocks, { judges }: Vocabulary): readonly PolicyProblem[] =>
  [...allow, ...deny].flatMap(({ criteria }) => criteria.flatMap((criterion) => warnOfMeaning(criterion, judges)))

/**
 * PPL joins the operator blocks of one action by OR, so `allow: { and: [A], not: [B] }` admits everybody for whom B is
 * false, signed in or not.
 */
function warnOfAlternatives(data: unknown): readonly PolicyProblem[] {
  const sets: readonly { set: unknown; path: Path }[] = Array.isArray(data)
    ? data.map((set: unknown, index) => ({ set, path: [index] }))
    : [{ set: data, path: [] }]
  return sets.flatMap(({ set, path }) =>
    (['allow', 'deny'] as const).flatMap((action) => {
      const body: unknown = Reflect.get(Object(set), action)
      return typeof body === 'object' && body !== null ? alternativesIn(action, body, [...path, action]) : []
    }),
  )
}

function alternativesIn(action: Action, body: object, path: Path): readonly PolicyProblem[] {
  const listAt = (name: OperatorName): readonly unknown[] => {
    const list: unknown = Reflect.get(body, name)
    return Array.isArray(list) ? list : []
  }
  const filled = OPERATOR_NAMES.filter((name) => listAt(name).length > 0)
  const negative = filled.find((name) => name === 'not' || name === 'nor')
  if (filled.length < 2 || negative === undefined) return []
  const positive = filled.filter((name) => name !== negative)
  const kept = positive.map((name) => `${name}: ${flow(listAt(name))}`).join(', ')
  const hint =
    action === 'allow'
      ? `to except somebody, write "allow: { ${kept} }" and "deny: { or: ${flow(listAt(negative))} }"`
      : `to join them, write one "and" with negative matchers, such as "email: { not: ann@example.com }"`
  const others = positive.map((name) => `"${name}"`).join(', ')
  return [{ path, message: `"${negative}" and ${others} are alternatives here: either is enough`, hint }]
}

/** As YAML would have it in one line. */
function flow(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flow).join(', ')}]`
  if (typeof value === 'object' && value !== null) {
    return `{ ${Object.entries(value)
      .map(([key, each]) => `${key}: ${flow(each)}`)
      .join(', ')} }`
  }
  return typeof value === 'string' && /^[A-Za-z][\w@./-]*$/.test(value) ? value : JSON.stringify(value)
}

function warnOfRepetition({ criteria }: Block): readonly PolicyProblem[] {
  if (new Set(criteria.map(({ name }) => name)).size === criteria.length) return []
  const keys = criteria.map(keyOf)
  return criteria
    .filter((criterion, index) => keys.indexOf(keyOf(criterion)) < index)
    .map(({ name, path }) => ({ path, message: `This "${name}" stands in the list twice` }))
}

const IGNORES_DATA = new Set(['accept', 'reject', 'authenticated_user', 'cors_preflight', 'ssh_username_matches_email'])

function warnOfMeaning({ name, data, path }: PlacedCriterion, judges: Vocabulary['judges']): readonly PolicyProblem[] {
  if (data === false && IGNORES_DATA.has(name)) {
    const hint = 'PPL does not look at the value: use "not", or leave it out'
    return [{ path, message: `"${name}: false" means the same as "${name}: true"`, hint }]
  }
  const isOfSsh = name.startsWith('ssh_')
  const isOfCalls = /^(?:mcp_|http_|tool_|cors_)|^source_ip$/.test(name)
  if (judges === 'calls' && isOfSsh) {
    const hint = 'it is for "upstream_tunnel.ssh_policy"'
    return [{ path, message: `"${name}" has no meaning for calls: it is always false`, hint }]
  }
  if (judges === 'serving' && isOfCalls) {
    return [{ path, message: `"${name}" has no meaning for who may serve the route`, hint: 'it is for "policy"' }]
  }
  return []
}

function warnOfUnreachable({ allow, deny }: Blocks): readonly PolicyProblem[] {
  const everything = deny.find(isAlways)
  if (everything !== undefined) {
    const message = 'This denies everything, so no allow rule is ever asked'
    return allow.length === 0 ? [] : [{ path: everything.place.path, message }]
  }
  if (deny.length === 0) return []
  const denying = deny.map((block) => ({ block, keys: block.criteria.map(keyOf) }))
  return allow.flatMap((block) => {
    const keys = block.criteria.map(keyOf)
    const stronger = denying.find((candidate) => covers(candidate, { block, keys }))?.block
    if (stronger === undefined) return []
    const message = `Whatever this allows is denied by the rule at "${stronger.place.path.join('.')}"`
    return [{ path: block.place.path, message, hint: 'deny beats allow, wherever it stands' }]
  })
}

function isAlways({ operator, criteria }: Block): boolean {
  const are = (name: string): readonly boolean[] => criteria.map((criterion) => criterion.name === name)
  switch (operator) {
    case 'and':
      return are('accept').every(Boolean)
    case 'or':
      return are('accept').some(Boolean)
    case 'not':
      return are('reject').every(Boolean)
    case 'nor':
      return are('reject').some(Boolean)
  }
}

interface Keyed {
  readonly block: Block
  readonly keys: readonly string[]
}

/** Whether the deny block holds wherever the allow block does, as far as their words say it. */
function covers(deny: Keyed, allow: Keyed): boolean {
  const { operator } = deny.block
  if (operator === allow.block.operator && deny.keys.toSorted().join() === allow.keys.toSorted().join()) return true
  if (allow.block.operator !== 'and') return false
  if (operator === 'or') return deny.keys.some((key) => allow.keys.includes(key))
  return operator === 'and' && deny.keys.every((key) => allow.keys.includes(key))
}

const keyOf = ({ name, data }: PlacedCriterion): string => `${name} ${JSON.stringify(data)}`
