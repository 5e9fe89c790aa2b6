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
  /** The block that settled it; undefined where none did, so that nobody is admitted. */
  readonly decidedBy?: { readonly action: 'allow' | 'deny'; readonly path: Block['path'] }
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
  if (denied !== undefined) {
    return { allowed: false, reasons: ['deny', ...denied.reasons], decidedBy: { action: 'deny', path: denied.path } }
  }
  const allowed = firstMatch(policy.allow, input, ['yes', 'open'])
  if (allowed !== undefined) {
    return { allowed: true, reasons: allowed.reasons, decidedBy: { action: 'allow', path: allowed.path } }
  }
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

function firstMatch(
  blocks: readonly Block[],
  input: PolicyInput,
  counts: readonly Truth[],
): { readonly reasons: readonly string[]; readonly path: Block['path'] } | undefined {
  for (const block of blocks) {
    const { truth, reasons } = judgeBlock(block, input)
    if (counts.includes(truth)) return { reasons, path: block.path }
  }
  return undefined
}
