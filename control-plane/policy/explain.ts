import type { Policy } from './compile.ts'
import { decide, type Decision } from './decide.ts'
import type { PolicyInput } from './input.ts'
import { settles, type Action, type OperatorName } from './operator.ts'
import type { Truth } from './truth.ts'

/** One block of a policy, with what each of its criteria made of the input. */
export interface ExplainedBlock {
  readonly action: Action
  readonly operator: OperatorName
  readonly path: readonly (string | number)[]
  readonly truth: Truth
  /** Whether this block settled the matter. */
  readonly decides: boolean
  readonly criteria: readonly {
    readonly name: string
    readonly data: unknown
    readonly path: readonly (string | number)[]
    readonly truth: Truth
    readonly reason: string
  }[]
}

export interface Explanation {
  readonly decision: Decision
  /** Every block, in the order in which they are asked: deny first. */
  readonly blocks: readonly ExplainedBlock[]
}

/** The same decision as `decide`, with all that led to it. */
export function explain(policy: Policy, input: PolicyInput): Explanation {
  let settled = false
  const blocks = (['deny', 'allow'] as const).flatMap((action) =>
    policy[action].map((block): ExplainedBlock => {
      const truth = block.truthOf(input)
      const decides = !settled && settles(action, truth)
      settled ||= decides
      return {
        action,
        operator: block.operator,
        path: block.place.path,
        truth,
        decides,
        criteria: block.criteria.map((criterion) => {
          const { name, data, path } = criterion
          const found = criterion.truthOf(input)
          return { name, data, path, truth: found, reason: criterion.reasonOf(found, input) }
        }),
      }
    }),
  )
  return { decision: decide(policy, input), blocks }
}
