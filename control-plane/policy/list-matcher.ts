import { err, ok, type Result } from '../kernel/result.ts'
import { nearest, type PolicyProblem } from './problem.ts'

export type ListMatcher = (values: readonly string[]) => boolean

/** One operator of a matcher, with what it compares to. */
export interface ListOperator {
  readonly name: 'has' | 'is' | 'exclude'
  readonly operand: string
}

/** PPL's operators on a list of strings. Comparisons are case-sensitive. */
const OPERATORS: Readonly<Record<ListOperator['name'], (operand: string) => ListMatcher>> = {
  has: (operand) => (values) => values.includes(operand),
  is: (operand) => (values) => values.length === 1 && values[0] === operand,
  exclude: (operand) => (values) => !values.includes(operand),
}

const NAMES = Object.keys(OPERATORS)

const isOperator = (name: string): name is ListOperator['name'] => Object.hasOwn(OPERATORS, name)

export const listMatcherOf = ({ name, operand }: ListOperator): ListMatcher => OPERATORS[name](operand)

/** A bare string means `has`; several operators in one matcher must all hold. */
export function parseListOperators(data: unknown): Result<readonly ListOperator[], readonly PolicyProblem[]> {
  if (typeof data === 'string') return ok([{ name: 'has', operand: data }])
  if (typeof data !== 'object' || data === null || Array.isArray(data) || Object.keys(data).length === 0) {
    return err([{ path: [], message: 'Expected a string or operators', hint: `operators: ${NAMES.join(', ')}` }])
  }
  const operators: ListOperator[] = []
  const problems: PolicyProblem[] = []
  for (const [name, operand] of Object.entries(data)) {
    if (!isOperator(name)) {
      const meant = nearest(name, NAMES)
      const hint = meant === undefined ? `operators: ${NAMES.join(', ')}` : `did you mean "${meant}"?`
      problems.push({ path: [name], message: `Unknown operator "${name}"`, hint })
    } else if (typeof operand !== 'string') problems.push({ path: [name], message: `"${name}" needs a string` })
    else operators.push({ name, operand })
  }
  return problems.length > 0 ? err(problems) : ok(operators)
}

export function parseListMatcher(data: unknown): Result<ListMatcher, readonly PolicyProblem[]> {
  const operators = parseListOperators(data)
  if (!operators.ok) return operators
  const matchers = operators.value.map(listMatcherOf)
  return ok((values) => matchers.every((matches) => matches(values)))
}
