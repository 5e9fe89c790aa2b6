/** Who asks, as far as it was proven. Undefined in an input means nobody: no session, no token. */
export interface PolicyCaller {
  readonly userId: string
  readonly email: string
  readonly clientId: string
  readonly scopes: readonly string[]
  /** Values by claim name, as the identity provider gave them. */
  readonly claims: Readonly<Record<string, readonly string[]>>
}

/** Everything a policy may look at. Plain data, so that a decision can be repeated and explained later. */
export interface PolicyInput {
  readonly caller: PolicyCaller | undefined
  /** Undefined where there is no request yet: may this person ever, may they serve this route? */
  readonly http: PolicyHttp | undefined
  readonly mcp: PolicyMcp
  readonly atMs: number
}

export interface PolicyHttp {
  readonly method: string
  /** As Envoy normalised it, without the query. */
  readonly path: string
  readonly clientAddress: string
}

/** What is undefined is not named by this message, or cannot be told. */
export interface PolicyMcp {
  /** JSON-RPC method; undefined for GET, DELETE and a client's answer to a server's request. */
  readonly method: string | undefined
  /** Set for `tools/call` only, and then always: a call without a name never gets this far. */
  readonly tool: string | undefined
  /** URI of `resources/read`, `resources/subscribe` and `resources/unsubscribe`. */
  readonly resource: string | undefined
  /** Of `prompts/get`. */
  readonly prompt: string | undefined
  /** Of `tools/call` and `prompts/get`; empty where the message has none. */
  readonly arguments: Readonly<Record<string, unknown>> | undefined
}

export const NOTHING_NAMED: PolicyMcp = {
  method: undefined,
  tool: undefined,
  resource: undefined,
  prompt: undefined,
  arguments: undefined,
}
