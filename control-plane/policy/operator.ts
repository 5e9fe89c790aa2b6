import type { Criterion } from './criterion.ts'
import type { PolicyInput } from './input.ts'
import { negated, type Truth } from './truth.ts'

/** PPL's four ways to combine criteria. `nor` is "at least one is false", as in PPL, not logical NOR. */
export type OperatorName = 'and' | 'or' | 'not' | 'nor'

export const OPERATOR_NAMES: readonly OperatorName[] = ['and', 'or', 'not', 'nor']

export type Action = 'allow' | 'deny'

/** Whether a block of this action settles the matter when it has come to this; see `Truth`. */
export const settles = (action: Action, truth: Truth): boolean =>
  truth === 'yes' || truth === (action === 'deny' ? 'unclear' : 'open')

/** A criterion where it stands. */
export interface PlacedCriterion extends Criterion {
  /** As it is written: `email`, `mcp_argument/path`. */
  readonly name: string
  /** As it is written, so that it can be printed and compared. */
  readonly data: unknown
  /** From the policy's root; through a name (`use`) it goes on in the policy of that name. */
  readonly path: readonly (string | number)[]
}

/** One `and: […]` of a rule. The blocks of a rule, and the rules of an action, are joined by OR. */
export interface Block {
  readonly operator: OperatorName
  /** What `Decision.decidedBy` says when this block decides. */
  readonly place: { readonly action: Action; readonly path: readonly (string | number)[] }
  /** At least one. */
  readonly criteria: readonly PlacedCriterion[]
  /** OAuth scopes that its criteria name. */
  readonly scopes: readonly string[]
  readonly truthOf: (input: PolicyInput) => Truth
}

type TruthOf = Block['truthOf']

/** One function that stops at the first criterion that settles it, and allocates nothing. */
export function joined(operator: OperatorName, criteria: readonly Criterion[]): TruthOf {
  const tests = criteria.map(({ truthOf }) => truthOf)
  const opposites = (): readonly TruthOf[] =>
    tests.map(
      (test): TruthOf =>
        (input) =>
          negated(test(input)),
    )
  switch (operator) {
    case 'and':
      return every(tests)
    case 'or':
      return some(tests)
    case 'not':
      return every(opposites())
    case 'nor':
      return some(opposites())
  }
}

const every = (tests: readonly TruthOf[]): TruthOf => until(tests, { settles: 'no', otherwise: 'yes' })
const some = (tests: readonly TruthOf[]): TruthOf => until(tests, { settles: 'yes', otherwise: 'no' })

/** `unclear` is stronger than `open`, and both than what holds otherwise. */
function until(
  tests: readonly TruthOf[],
  { settles, otherwise }: { readonly settles: Truth; readonly otherwise: Truth },
): TruthOf {
  const [only, second] = tests
  if (only !== undefined && second === undefined) return only
  return (input) => {
    let truth = otherwise
    for (const test of tests) {
      const found = test(input)
      if (found === settles) return settles
      if (found === 'unclear' || (found === 'open' && truth !== 'unclear')) truth = found
    }
    return truth
  }
}

/** What each criterion says of the input, for people. */
export const reasonsOf = ({ criteria }: Block, input: PolicyInput): readonly string[] =>
  criteria.map((criterion) => criterion.reasonOf(criterion.truthOf(input), input))
