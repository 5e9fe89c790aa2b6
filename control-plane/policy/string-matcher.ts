import { err, ok, type Result } from '../kernel/result.ts'
import { nearest, type PolicyProblem } from './problem.ts'

export type StringMatcher = (value: string) => boolean

/** PPL's string operators. Comparisons are case-sensitive. */
const OPERATORS: Readonly<Record<string, (operand: string) => StringMatcher>> = {
  is: (operand) => (value) => value === operand,
  not: (operand) => (value) => value !== operand,
  contains: (operand) => (value) => value.includes(operand),
  starts_with: (operand) => (value) => value.startsWith(operand),
  ends_with: (operand) => (value) => value.endsWith(operand),
}

const LIST_OPERATORS: Readonly<Record<string, (operand: ReadonlySet<string>) => StringMatcher>> = {
  in: (operand) => (value) => operand.has(value),
  not_in: (operand) => (value) => !operand.has(value),
}

const NAMES = [...Object.keys(OPERATORS), ...Object.keys(LIST_OPERATORS)]

/** A bare string means `is`; several operators in one matcher must all hold. */
export function parseStringMatcher(data: unknown): Result<StringMatcher, readonly PolicyProblem[]> {
  if (typeof data === 'string') return ok((value) => value === data)
  if (typeof data !== 'object' || data === null || Array.isArray(data) || Object.keys(data).length === 0) {
    return err([{ path: [], message: 'Expected a string or operators', hint: `operators: ${NAMES.join(', ')}` }])
  }
  const matchers: StringMatcher[] = []
  const problems: PolicyProblem[] = []
  for (const [name, operand] of Object.entries(data)) {
    const matcher = parseOperator(name, operand)
    if (matcher.ok) matchers.push(matcher.value)
    else problems.push({ ...matcher.error, path: [name] })
  }
  if (problems.length > 0) return err(problems)
  const [only, second] = matchers
  // Nearly every matcher has one operator, and is asked on every call.
  if (only !== undefined && second === undefined) return ok(only)
  return ok((value) => matchers.every((matches) => matches(value)))
}

function parseOperator(name: string, operand: unknown): Result<StringMatcher, Omit<PolicyProblem, 'path'>> {
  const single = Object.hasOwn(OPERATORS, name) ? OPERATORS[name] : undefined
  if (single !== undefined) {
    return typeof operand === 'string' ? ok(single(operand)) : err({ message: `"${name}" needs a string` })
  }
  const list = Object.hasOwn(LIST_OPERATORS, name) ? LIST_OPERATORS[name] : undefined
  if (list !== undefined) {
    return Array.isArray(operand) && operand.every((item) => typeof item === 'string')
      ? ok(list(new Set(operand)))
      : err({ message: `"${name}" needs a list of strings` })
  }
  const meant = nearest(name, NAMES)
  return err({
    message: `Unknown operator "${name}"`,
    hint: meant === undefined ? `operators: ${NAMES.join(', ')}` : `did you mean "${meant}"?`,
  })
}
