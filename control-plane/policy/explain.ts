import type { Policy } from './compile.ts'
import { decide, type Decision } from './decide.ts'
import type { PolicyInput } from './input.ts'
import { judgeBlock, type OperatorName } from './operator.ts'
import type { Truth } from './truth.ts'

/** One block of a policy, with what each of its criteria made of the input. */
export interface ExplainedBlock {
  readonly action: 'deny' | 'allow'
  readonly operator: OperatorName
  readonly path: readonly (string | number)[]
  readonly truth: Truth
  /** Whether this block settled the matter. */
  readonly decides: boolean
  readonly criteria: readonly {
    readonly name: string
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

const COUNTS: Readonly<Record<'deny' | 'allow', readonly Truth[]>> = {
  deny: ['yes', 'unclear'],
  allow: ['yes', 'open'],
}

/** The same decision as `decide`, with all that led to it. */
export function explain(policy: Policy, input: PolicyInput): Explanation {
  let settled = false
  const blocks = (['deny', 'allow'] as const).flatMap((action) =>
    policy[action].map((block): ExplainedBlock => {
      const { truth, judged } = judgeBlock(block, input)
      const decides = !settled && COUNTS[action].includes(truth)
      settled ||= decides
      return {
        action,
        operator: block.operator,
        path: block.path,
        truth,
        decides,
        criteria: block.criteria.map(({ name, path }, index) => ({
          name,
          path,
          truth: judged[index]?.truth ?? 'no',
          reason: judged[index]?.reason ?? '',
        })),
      }
    }),
  )
  return { decision: decide(policy, input), blocks }
}
