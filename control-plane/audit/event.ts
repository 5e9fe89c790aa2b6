/** Who called, as far as it was proven. */
export interface Caller {
  readonly userId: string
  readonly email: string
  readonly clientId: string
  /** By whose permission; undefined where the caller is not known by a token. */
  readonly grantId?: string
}

/** One per request that reached the authorizer: the audit record. */
export interface CallDecided {
  readonly kind: 'call.decided'
  readonly atMs: number
  readonly requestId: string
  readonly route: string
  readonly caller: Caller | undefined
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
}

/** Things that happen to tunnels and keys. */
export interface TunnelChanged {
  readonly kind: 'tunnel.up' | 'tunnel.down'
  readonly atMs: number
  readonly route: string
  readonly userId: string
  readonly sourceAddress: string
}

export type AuditEvent = CallDecided | CallCompleted | TunnelChanged
