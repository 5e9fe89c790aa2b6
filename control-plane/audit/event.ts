/** Who called, as far as it was proven. */
export interface Caller {
  readonly userId: string
  readonly email: string
  readonly clientId: string
  /** By whose permission. */
  readonly grantId: string
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
  readonly verdict: 'allow' | 'challenge' | 'refuse' | 'not_found' | 'offline' | 'answer'
  /** Reasons in the policy's own words (`email-ok`); for the owner and the operator, never for the caller. */
  readonly reasons: readonly string[]
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

export type AuditEvent = CallDecided | CallCompleted | CallHeld | TunnelChanged | ToolChanged
