import type { RecordedArguments } from './recorded-arguments.ts'
import type { TraceParent } from './trace-context.ts'

/** Who called, as far as it was proven. */
export interface Caller {
  readonly userId: string
  readonly email: string
  readonly clientId: string
  /** By whose permission. */
  readonly grantId: string
  /** Of the access token. */
  readonly scopes: readonly string[]
}

/** A token that was presented and is not good here. */
export interface RefusedToken {
  readonly problem: 'token_unknown' | 'token_expired' | 'token_ended' | 'token_for_other_url' | 'dpop'
  /** Where our signature is on it, however old it is. */
  readonly audience?: string
  readonly clientId?: string
  readonly grantId?: string
}

/** One per request that reached the authorizer: the audit record. */
export interface CallDecided {
  readonly kind: 'call.decided'
  readonly atMs: number
  readonly requestId: string
  readonly route: string
  /** The MCP URL that was called. */
  readonly resource: string
  /** Where the request came from, as Envoy saw it. */
  readonly clientAddress: string
  readonly caller: Caller | undefined
  readonly token: RefusedToken | undefined
  readonly httpMethod: string
  /** JSON-RPC method; undefined for GET, DELETE and what could not be read. */
  readonly method: string | undefined
  /** Tool, resource or prompt, where the method names one. */
  readonly subject: string | undefined
  /** As Envoy normalised it, without the query. */
  readonly path: string
  /** Undefined where no message could be read. */
  readonly era: 'legacy' | 'modern' | undefined
  /** The same for all calls that name one session, and of no use to anybody else; see `sessionReference`. */
  readonly session: string | undefined
  /** What the client says about its own trace. */
  readonly trace: TraceParent | undefined
  readonly requestBytes: number
  /** As far as the configuration lets them be kept; undefined where the message has none. */
  readonly arguments: RecordedArguments | undefined
  /**
   * What settled it: `allow sallyport.yaml:12:7`, `deny …`, `allow owner` for a personal tunnel, `share shr_…`, `default` where no rule
   * allows it. Undefined where the policy was not asked.
   */
  readonly rule: string | undefined
  readonly verdict: 'allow' | 'challenge' | 'refuse' | 'not_found' | 'offline' | 'answer'
  /** Reasons in the policy's own words (`email-ok`); for the owner and the operator, never for the caller. */
  readonly reasons: readonly string[]
  /** Name and value of those that hold no secret; for the tunnel's terminal, and not recorded. */
  readonly headers?: readonly (readonly [string, string])[] | undefined
}

/** From Envoy's access log: enriches the decision with the same request id. */
export interface CallCompleted {
  readonly kind: 'call.completed'
  readonly atMs: number
  readonly requestId: string
  readonly route: string
  readonly httpStatus: number
  readonly durationMs: number
  readonly bytesIn: number
  readonly bytesOut: number
  /** Envoy's response flags in short form (`UF,URX`), or empty. */
  readonly flags: string
  /** How the upstream refused the token of its own that went up with the call. The challenge is a stranger's text. */
  readonly upstreamRefusal?: {
    readonly userId: string
    readonly generation: string
    readonly status: number
    readonly challenge: string
  }
}

/** A request of which Envoy has no verdict: its client went away, or the authorizer was too late. */
export interface CallAbandoned {
  readonly kind: 'call.abandoned'
  readonly requestId: string
  /** Not known to Envoy. */
  readonly route: ''
}

/** What an inspected answer said: only where something looks at answers anyway. */
export interface CallInspected {
  readonly kind: 'call.inspected'
  readonly requestId: string
  readonly route: string
  /** `isError` of a tool's result, or a JSON-RPC error. */
  readonly isError?: boolean
  /** The answer has ended: earlier than Envoy tells of the end of the call. */
  readonly hasEnded?: true
}

/** Things that happen to tunnels and keys. */
export interface TunnelChanged {
  readonly kind: 'tunnel.up' | 'tunnel.down'
  readonly atMs: number
  readonly route: string
  readonly userId: string
  readonly sourceAddress: string
}

/** A server shows another tool than before, or somebody approved what it shows. */
export interface ToolChanged {
  readonly kind: 'tool.appeared' | 'tool.changed' | 'tool.approved'
  readonly atMs: number
  readonly route: string
  readonly tool: string
  /** Whether it is hidden and refused until somebody approves it. */
  readonly blocked: boolean
}

/** Somebody lets somebody else call their tunnel, or does so no longer. */
export interface ShareChanged {
  readonly kind: 'share.created' | 'share.revoked'
  readonly atMs: number
  readonly route: string
  readonly share: string
  /** Whose share it is. */
  readonly userId: string
  /** With whom. */
  readonly email: string
  readonly tools: readonly string[] | undefined
  readonly expiresAtMs: number
}

/** How the waiting of a call ended. */
export type Settlement =
  /** By whom: a user id, and for how long further calls of the same tool by the same client need no question. */
  | { readonly kind: 'approved'; readonly by: string }
  | { readonly kind: 'denied'; readonly by: string }
  | { readonly kind: 'expired' }
  /** The client went away, or the gateway stops. */
  | { readonly kind: 'gone' }
  /** More wait than anybody could answer. */
  | { readonly kind: 'crowded' }

/** An allowed call waits for a person, or waits no longer. */
export type CallHeld = {
  readonly atMs: number
  readonly requestId: string
  readonly route: string
} & ({ readonly kind: 'call.held' } | { readonly kind: 'call.settled'; readonly settlement: Settlement })

export type AuditEvent =
  | CallDecided
  | CallCompleted
  | CallAbandoned
  | CallInspected
  | CallHeld
  | TunnelChanged
  | ToolChanged
  | ShareChanged
