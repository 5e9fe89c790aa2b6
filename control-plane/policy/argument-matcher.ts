import { RE2JS } from 're2js'

import { err, ok, type Result } from '../kernel/result.ts'
import { within } from './path-within.ts'
import { nearest, type PolicyProblem } from './problem.ts'
import { allOf, anyOf, type Truth } from './truth.ts'

/** Judges one value of a call's arguments. A value of another kind than the operator is for is `unclear`. */
export type ArgumentMatcher = (value: unknown) => Truth

type Operand = { readonly ok: true; readonly matcher: ArgumentMatcher } | { readonly ok: false; readonly needs: string }

const truthOf = (holds: boolean | undefined): Truth => (holds === undefined ? 'unclear' : holds ? 'yes' : 'no')

/** Servers turn numbers into text and text into numbers; what a rule says of one must not be dodged by the other. */
const onText =
  (holds: (text: string) => boolean | undefined): ArgumentMatcher =>
  (value) => {
    if (typeof value === 'string') return truthOf(holds(value))
    if (!Array.isArray(value)) return 'unclear'
    // A server that takes a list may take any of it, or all: what does not hold for every element allows nothing, and what
    // holds for one denies.
    const [first, ...rest] = value.map(onText(holds))
    return first !== undefined && rest.every((truth) => truth === first) ? first : 'unclear'
  }

const onNumber =
  (holds: (number: number) => boolean): ArgumentMatcher =>
  (value) =>
    typeof value === 'number' ? truthOf(holds(value)) : 'unclear'

const number =
  (make: (operand: number) => (value: number) => boolean) =>
  (operand: unknown): Operand =>
    typeof operand === 'number' ? { ok: true, matcher: onNumber(make(operand)) } : { ok: false, needs: 'a number' }

const text =
  (make: (operand: string) => (value: string) => boolean | undefined) =>
  (operand: unknown): Operand =>
    typeof operand === 'string' ? { ok: true, matcher: onText(make(operand)) } : { ok: false, needs: 'a string' }

const list =
  (holds: (values: readonly unknown[], operand: unknown) => boolean) =>
  (operand: unknown): Operand =>
    isScalar(operand)
      ? { ok: true, matcher: (value) => (Array.isArray(value) ? truthOf(holds(value, operand)) : 'unclear') }
      : { ok: false, needs: 'a string, number or boolean' }

const isScalar = (value: unknown): value is string | number | boolean =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'

const isEqual = (value: unknown, operand: unknown): Truth => {
  if (value === operand) return 'yes'
  // `"5"` for `5`, `["a"]` for `"a"`: some servers would take it.
  return typeof value === typeof operand ? 'no' : 'unclear'
}

const equality = (operand: unknown): Operand =>
  isScalar(operand)
    ? { ok: true, matcher: (value) => isEqual(value, operand) }
    : { ok: false, needs: 'a string, number or boolean' }

const membership = (operand: unknown): Operand =>
  Array.isArray(operand) && operand.length > 0 && operand.every(isScalar)
    ? { ok: true, matcher: (value) => anyOf(operand.map((member) => isEqual(value, member))) }
    : { ok: false, needs: 'a list of strings, numbers or booleans' }

function pattern(operand: unknown): Operand {
  if (typeof operand !== 'string') return { ok: false, needs: 'a regular expression' }
  try {
    const compiled = RE2JS.compile(operand)
    return { ok: true, matcher: onText((value) => compiled.matcher(value).find()) }
  } catch {
    return { ok: false, needs: 'a regular expression that RE2 knows: no look-around, no back-references' }
  }
}

const OPERATORS: Readonly<Record<string, (operand: unknown) => Operand>> = {
  is: equality,
  in: membership,
  contains: text((operand) => (value) => value.includes(operand)),
  starts_with: text((operand) => (value) => value.startsWith(operand)),
  ends_with: text((operand) => (value) => value.endsWith(operand)),
  matches: pattern,
  path_within: text(within),
  lt: number((operand) => (value) => value < operand),
  lte: number((operand) => (value) => value <= operand),
  gt: number((operand) => (value) => value > operand),
  gte: number((operand) => (value) => value >= operand),
  has: list((values, operand) => values.includes(operand)),
  exclude: list((values, operand) => !values.includes(operand)),
}

const NAMES = Object.keys(OPERATORS)

/** A bare value means `is`; several operators must all hold. */
export function parseArgumentMatcher(data: unknown): Result<ArgumentMatcher, readonly PolicyProblem[]> {
  if (isScalar(data)) return ok((value) => isEqual(value, data))
  if (typeof data !== 'object' || data === null || Array.isArray(data) || Object.keys(data).length === 0) {
    return err([{ path: [], message: 'Expected a value or operators', hint: `operators: ${NAMES.join(', ')}` }])
  }
  const matchers: ArgumentMatcher[] = []
  const problems: PolicyProblem[] = []
  for (const [name, operand] of Object.entries(data)) {
    const parse = Object.hasOwn(OPERATORS, name) ? OPERATORS[name] : undefined
    const parsed = parse?.(operand)
    if (parsed === undefined) {
      const meant = nearest(name, NAMES)
      const hint = meant === undefined ? `operators: ${NAMES.join(', ')}` : `did you mean "${meant}"?`
      problems.push({ path: [name], message: `Unknown operator "${name}"`, hint })
    } else if (parsed.ok) matchers.push(parsed.matcher)
    else problems.push({ path: [name], message: `"${name}" needs ${parsed.needs}` })
  }
  const empty = emptyRange(data)
  if (empty !== undefined) problems.push({ path: [], message: empty })
  if (problems.length > 0) return err(problems)
  const [only, second] = matchers
  if (only !== undefined && second === undefined) return ok(only)
  return ok((value) => allOf(matchers.map((matches) => matches(value))))
}

/** Bounds that no number keeps. */
function emptyRange(data: object): string | undefined {
  const bound = (name: string): number | undefined => {
    const value: unknown = Reflect.get(data, name)
    return typeof value === 'number' ? value : undefined
  }
  const low = Math.max(bound('gt') ?? -Infinity, bound('gte') ?? -Infinity)
  const high = Math.min(bound('lt') ?? Infinity, bound('lte') ?? Infinity)
  const isOpenEnd = bound('gt') === low || bound('lt') === high
  const isEmpty = low > high || (low === high && isOpenEnd)
  return isEmpty ? `No number is above ${low} and below ${high}, so this never matches` : undefined
}
