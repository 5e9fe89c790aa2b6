import type { Policy } from './compile.ts'
import { NOTHING_NAMED, type PolicyInput } from './input.ts'
import { reasonsOf, settles, type Block } from './operator.ts'

export interface Decision {
  readonly allowed: boolean
  /** What was judged: the one that decided, where a message acts on several things. */
  readonly input: PolicyInput
  /** The block that settled it, by its path from the policy's root; undefined where no rule allows it. */
  readonly decidedBy?: Block['place']
  /** Scopes with which this caller would be allowed: a new authorization could fetch them (step-up). */
  readonly missingScopes?: readonly string[]
}

/**
 * Deny beats allow; no rule, no access. A method that names no tool is permitted when some allow rule could match this
 * caller: who may call one tool must be able to initialize and list.
 */
export function decide(policy: Policy, input: PolicyInput): Decision {
  const denying = firstDenying(policy, input)
  const allowing = denying === undefined ? firstAllowing(policy, input) : undefined
  if (allowing !== undefined) return { allowed: true, input, decidedBy: allowing.place }
  const missing = findMissingScopes(policy, input)
  const missingScopes = missing === undefined ? {} : { missingScopes: missing }
  if (denying === undefined) return { allowed: false, input, ...missingScopes }
  return { allowed: false, input, decidedBy: denying.place, ...missingScopes }
}

/**
 * Why, in PPL's words: for the owner's terminal, the audit record and `explain`; never for the caller. Apart from the
 * decision, which it takes longer than, so that no call waits for it.
 */
export function reasonsFor({ allow, deny }: Policy, { decidedBy, input }: Decision): readonly string[] {
  const isDecisive = ({ place }: Block): boolean => place === decidedBy
  const because = (blocks: readonly Block[]): readonly string[] => blocks.flatMap((block) => reasonsOf(block, input))
  if (decidedBy === undefined) return ['no-allow', ...because(allow)]
  return decidedBy.action === 'allow'
    ? because(allow.filter(isDecisive))
    : ['deny', ...because(deny.filter(isDecisive))]
}

/** For a message that acts on several things: all of them, or none. The first that is not allowed decides. */
export function decideEach(policy: Policy, inputs: readonly [PolicyInput, ...PolicyInput[]]): Decision {
  const [first, ...others] = inputs
  const decision = decide(policy, first)
  if (!decision.allowed) return decision
  for (const other of others) {
    const next = decide(policy, other)
    if (!next.allowed) return next
  }
  return decision
}

/** Allowed, or a step-up could make it so: what a list may show. */
export const mayUse = (policy: Policy, input: PolicyInput): boolean =>
  isAllowed(policy, input) || findMissingScopes(policy, input) !== undefined

const LISTED: Readonly<Record<string, string>> = {
  'tools/list': 'tools/call',
  'resources/list': 'resources/read',
  'resources/templates/list': 'resources/read',
  'prompts/list': 'prompts/get',
}

/**
 * Whether this caller may find anything in the list that they could not use; `input` is of the list, or of a use that names
 * nothing. False only where every use is certain to be allowed: whichever name, whatever arguments.
 */
export function hides(policy: Policy, input: PolicyInput): boolean {
  const { method = '' } = input.mcp
  const use = Object.hasOwn(LISTED, method) ? LISTED[method] : method
  const any: PolicyInput = { ...input, mcp: { ...NOTHING_NAMED, method: use } }
  if (policy.deny.some((block) => block.truthOf(any) !== 'no')) return true
  return !policy.allow.some((block) => block.truthOf(any) === 'yes')
}

/** Whether the input meets a condition, written as a policy's allow rules, or cannot be told not to. */
export const mayMeet = (condition: Policy, input: PolicyInput): boolean =>
  condition.allow.some((block) => block.truthOf(input) !== 'no')

/** Whether a request without a token could be admitted at all; if not, it is challenged before its body is read. */
export const mayAdmitAnonymous = (policy: Policy, atMs: number): boolean =>
  isAllowed(policy, { caller: undefined, http: undefined, mcp: NOTHING_NAMED, atMs })

const isAllowed = (policy: Policy, input: PolicyInput): boolean =>
  firstDenying(policy, input) === undefined && firstAllowing(policy, input) !== undefined

function firstDenying({ deny }: Policy, input: PolicyInput): Block | undefined {
  for (const block of deny) {
    if (settles('deny', block.truthOf(input))) return block
  }
  return undefined
}

function firstAllowing({ allow }: Policy, input: PolicyInput): Block | undefined {
  for (const block of allow) {
    if (settles('allow', block.truthOf(input))) return block
  }
  return undefined
}

/** The scopes of the first block, then of all together, with which the same request would pass. */
function findMissingScopes(policy: Policy, input: PolicyInput): readonly string[] | undefined {
  const { caller } = input
  if (caller === undefined || policy.askedScopes.length === 0) return undefined
  for (const scopes of [...policy.askedScopes, policy.askedScopes.flat()]) {
    const wider = { ...input, caller: { ...caller, scopes: [...caller.scopes, ...scopes] } }
    if (isAllowed(policy, wider)) return [...new Set(scopes)]
  }
  return undefined
}
