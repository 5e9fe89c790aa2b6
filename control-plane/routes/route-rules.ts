import type { Approver } from '../approvals/held-call.ts'
import type { Policy } from '../policy/compile.ts'
import type { Redactor } from '../redaction/redactor.ts'
import { NO_SHARING, type SharingRules } from '../sharing/share.ts'

/** What a route asks of a call and its answer beyond the policy. */
export interface RouteRules {
  readonly tools: ToolRules
  readonly redact: Redactor | undefined
  /** Of an answer; of each event of a stream that answers no request. */
  readonly maxResponseBytes: number | undefined
  /** Undefined: the client decides by itself. */
  readonly serverRequests: ServerRequestRules | undefined
  readonly approval: ApprovalRule | undefined
  /** What whoever serves the route may let others call. */
  readonly sharing: SharingRules
}

/** What happens when a server shows another tool than before. */
export interface ToolRules {
  readonly changes: 'allow' | 'warn' | 'block'
  /** Of tools that nobody has approved yet. `allow` with `changes: block` trusts the first catalogue only. */
  readonly unknown: 'allow' | 'deny'
}

/** What a server may ask of the client during a call. */
export interface ServerRequestRules {
  readonly sampling: boolean
  readonly roots: boolean
  readonly elicitation: {
    readonly form: boolean
    /** Undefined: none at all. Schemes without the colon; hosts may begin with `*.`, undefined is any. */
    readonly url: { readonly schemes: readonly string[]; readonly hosts: readonly string[] | undefined } | undefined
  }
}

/** Calls that a person has to allow. */
export interface ApprovalRule {
  /** Met by a call that has to wait. */
  readonly when: Policy
  /** The person behind the tunnel, or the members of a group. */
  readonly by: Approver
  /** Met by the members of the group; undefined for the owner. */
  readonly approvers: Policy | undefined
  readonly timeoutMs: number
}

export const NO_RULES: RouteRules = {
  tools: { changes: 'allow', unknown: 'allow' },
  redact: undefined,
  maxResponseBytes: undefined,
  serverRequests: undefined,
  approval: undefined,
  sharing: NO_SHARING,
}
