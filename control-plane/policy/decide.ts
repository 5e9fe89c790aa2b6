import type { Policy } from './compile.ts'
import { NOTHING_NAMED, type PolicyInput } from './input.ts'
import { judgeBlock, type Block } from './operator.ts'
import type { Truth } from './truth.ts'

export interface Decision {
  readonly allowed: boolean
  /** Why, in PPL's words: for the owner's terminal, the audit record and `explain`; never for the caller. */
  readonly reasons: readonly string[]
  /** Scopes with which this caller would be allowed: a new authorization could fetch them (step-up). */
  readonly missingScopes?: readonly string[]
}

/**
 * Deny beats allow; no rule, no access. A method that names no tool is permitted when some allow rule could match this
 * caller: who may call one tool must be able to initialize and list.
 */
export function decide(policy: Policy, input: PolicyInput): Decision {
  const decision = judge(policy, input)
  const missingScopes = decision.allowed ? undefined : findMissingScopes(policy, input)
  return missingScopes === undefined ? decision : { ...decision, missingScopes }
}

function judge(policy: Policy, input: PolicyInput): Decision {
  const denied = firstMatch(policy.deny, input, ['yes', 'unclear'])
  if (denied !== undefined) return { allowed: false, reasons: ['deny', ...denied] }
  const allowed = firstMatch(policy.allow, input, ['yes', 'open'])
  if (allowed !== undefined) return { allowed: true, reasons: allowed }
  return { allowed: false, reasons: ['no-allow', ...policy.allow.flatMap((block) => judgeBlock(block, input).reasons)] }
}

/** The scopes of the first block, then of all together, with which the same request would pass. */
function findMissingScopes(policy: Policy, input: PolicyInput): readonly string[] | undefined {
  const { caller } = input
  if (caller === undefined) return undefined
  const blocks = [...policy.allow, ...policy.deny].map(({ scopes }) => scopes).filter((scopes) => scopes.length > 0)
  for (const scopes of [...blocks, blocks.flat()]) {
    const wider = { ...input, caller: { ...caller, scopes: [...caller.scopes, ...scopes] } }
    if (scopes.length > 0 && judge(policy, wider).allowed) return [...new Set(scopes)]
  }
  return undefined
}

/** Whether a request without a token could be admitted at all; if not, it is challenged before its body is read. */
export const mayAdmitAnonymous = (policy: Policy, atMs: number): boolean =>
  judge(policy, { caller: undefined, http: undefined, mcp: NOTHING_NAMED, atMs }).allowed

/** False only where it is certain that this caller may name anything with the method of the input. */
export function hides(policy: Policy, input: PolicyInput): boolean {
  if (policy.deny.some((block) => judgeBlock(block, input).truth !== 'no')) return true
  return !policy.allow.some((block) => judgeBlock(block, input).truth === 'yes')
}

/** Whether the input meets a condition, written as a policy's allow rules, or cannot be told not to. */
export const mayMeet = (condition: Policy, input: PolicyInput): boolean =>
  condition.allow.some((block) => judgeBlock(block, input).truth !== 'no')

/** Whether this caller could do it, now or with another permission of theirs. */
export function mayUse(policy: Policy, input: PolicyInput): boolean {
  const { allowed, missingScopes } = decide(policy, input)
  return allowed || missingScopes !== undefined
}

function firstMatch(
  blocks: readonly Block[],
  input: PolicyInput,
  counts: readonly Truth[],
): readonly string[] | undefined {
  for (const block of blocks) {
    const { truth, reasons } = judgeBlock(block, input)
    if (counts.includes(truth)) return reasons
  }
  return undefined
}
