import { err, ok, type Result } from '../kernel/result.ts'
import { nearest, type PolicyProblem } from './problem.ts'

export type ListMatcher = (values: readonly string[]) => boolean

/** PPL's operators on a list of strings. Comparisons are case-sensitive. */
const OPERATORS: Readonly<Record<string, (operand: string) => ListMatcher>> = {
  has: (operand) => (values) => values.includes(operand),
  is: (operand) => (values) => values.length === 1 && values[0] === operand,
  exclude: (operand) => (values) => !values.includes(operand),
}

const NAMES = Object.keys(OPERATORS)

/** A bare string means `has`; several operators in one matcher must all hold. */
export function parseListMatcher(data: unknown): Result<ListMatcher, readonly PolicyProblem[]> {
  if (typeof data === 'string') return ok((values) => values.includes(data))
  if (typeof data !== 'object' || data === null || Array.isArray(data) || Object.keys(data).length === 0) {
    return err([{ path: [], message: 'Expected a string or operators', hint: `operators: ${NAMES.join(', ')}` }])
  }
  const matchers: ListMatcher[] = []
  const problems: PolicyProblem[] = []
  for (const [name, operand] of Object.entries(data)) {
    const operator = Object.hasOwn(OPERATORS, name) ? OPERATORS[name] : undefined
    if (operator === undefined) {
      const meant = nearest(name, NAMES)
      const hint = meant === undefined ? `operators: ${NAMES.join(', ')}` : `did you mean "${meant}"?`
      problems.push({ path: [name], message: `Unknown operator "${name}"`, hint })
    } else if (typeof operand !== 'string') problems.push({ path: [name], message: `"${name}" needs a string` })
    else matchers.push(operator(operand))
  }
  return problems.length > 0 ? err(problems) : ok((values) => matchers.every((matches) => matches(values)))
}
