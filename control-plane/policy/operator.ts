import type { Criterion, Judgement, Truth } from './criterion.ts'
import type { PolicyInput } from './input.ts'

/** PPL's four ways to combine criteria. `nor` is "at least one is false", as in PPL, not logical NOR. */
export type OperatorName = 'and' | 'or' | 'not' | 'nor'

export const OPERATOR_NAMES: readonly OperatorName[] = ['and', 'or', 'not', 'nor']

/** One `and: […]` of a rule. The blocks of a rule, and the rules of an action, are joined by OR. */
export interface Block {
  readonly operator: OperatorName
  readonly criteria: readonly Criterion[]
  /** OAuth scopes that its criteria name. */
  readonly scopes: readonly string[]
}

export interface BlockJudgement {
  readonly truth: Truth
  readonly reasons: readonly string[]
}

const NEGATED: Readonly<Record<Truth, Truth>> = { yes: 'no', no: 'yes', open: 'open' }

export function judgeBlock(block: Block, input: PolicyInput): BlockJudgement {
  const judged = block.criteria.map((criterion) => criterion(input))
  const truth = combine(block.operator, judged)
  return { truth, reasons: judged.map((judgement) => judgement.reason) }
}

function combine(operator: OperatorName, judged: readonly Judgement[]): Truth {
  const truths = judged.map((judgement) => judgement.truth)
  switch (operator) {
    case 'and':
      return allOf(truths)
    case 'or':
      return anyOf(truths)
    case 'not':
      return allOf(truths.map((truth) => NEGATED[truth]))
    case 'nor':
      return anyOf(truths.map((truth) => NEGATED[truth]))
  }
}

const allOf = (truths: readonly Truth[]): Truth =>
  truths.includes('no') ? 'no' : truths.includes('open') ? 'open' : 'yes'

const anyOf = (truths: readonly Truth[]): Truth =>
  truths.includes('yes') ? 'yes' : truths.includes('open') ? 'open' : 'no'
