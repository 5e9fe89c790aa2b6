import type { Policy } from './compile.ts'
import type { PolicyInput } from './input.ts'
import { judgeBlock, type Block } from './operator.ts'

export interface Decision {
  readonly allowed: boolean
  /** Why, in PPL's words: for the owner's terminal, the audit record and `explain`; never for the caller. */
  readonly reasons: readonly string[]
}

/**
 * Deny beats allow; no rule, no access. A method that names no tool is permitted when some allow rule could match this
 * caller: who may call one tool must be able to initialize and list.
 */
export function decide(policy: Policy, input: PolicyInput): Decision {
  const denied = firstMatch(policy.deny, input, false)
  if (denied !== undefined) return { allowed: false, reasons: ['deny', ...denied] }
  const allowed = firstMatch(policy.allow, input, true)
  if (allowed !== undefined) return { allowed: true, reasons: allowed }
  return { allowed: false, reasons: ['no-allow', ...policy.allow.flatMap((block) => judgeBlock(block, input).reasons)] }
}

/** Whether a request without a token could be admitted at all; if not, it is challenged before its body is read. */
export const mayAdmitAnonymous = (policy: Policy): boolean =>
  decide(policy, { caller: undefined, mcp: { method: undefined, tool: undefined } }).allowed

function firstMatch(blocks: readonly Block[], input: PolicyInput, openCounts: boolean): readonly string[] | undefined {
  for (const block of blocks) {
    const { truth, reasons } = judgeBlock(block, input)
    if (truth === 'yes' || (truth === 'open' && openCounts)) return reasons
  }
  return undefined
}
