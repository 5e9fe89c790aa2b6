import type { Criterion, Judgement } from './criterion.ts'
import type { PolicyInput } from './input.ts'
import { allOf, anyOf, negated, type Truth } from './truth.ts'

/** PPL's four ways to combine criteria. `nor` is "at least one is false", as in PPL, not logical NOR. */
export type OperatorName = 'and' | 'or' | 'not' | 'nor'

export const OPERATOR_NAMES: readonly OperatorName[] = ['and', 'or', 'not', 'nor']

/** A criterion where it stands. */
export interface PlacedCriterion {
  /** As it is written: `email`, `mcp_argument/path`. */
  readonly name: string
  /** From the policy's root. */
  readonly path: readonly (string | number)[]
  readonly judge: Criterion
}

/** One `and: […]` of a rule. The blocks of a rule, and the rules of an action, are joined by OR. */
export interface Block {
  readonly operator: OperatorName
  readonly path: readonly (string | number)[]
  readonly criteria: readonly PlacedCriterion[]
  /** OAuth scopes that its criteria name. */
  readonly scopes: readonly string[]
}

export interface BlockJudgement {
  readonly truth: Truth
  /** One for each criterion. */
  readonly judged: readonly Judgement[]
  readonly reasons: readonly string[]
}

export function judgeBlock(block: Block, input: PolicyInput): BlockJudgement {
  const judged = block.criteria.map((criterion) => criterion.judge(input))
  return { truth: combine(block.operator, judged), judged, reasons: judged.map(({ reason }) => reason) }
}

function combine(operator: OperatorName, judged: readonly Judgement[]): Truth {
  const truths = judged.map((judgement) => judgement.truth)
  switch (operator) {
    case 'and':
      return allOf(truths)
    case 'or':
      return anyOf(truths)
    case 'not':
      return allOf(truths.map(negated))
    case 'nor':
      return anyOf(truths.map(negated))
  }
}
