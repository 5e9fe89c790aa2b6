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
  readonly mcp: {
    /** JSON-RPC method; undefined for GET, DELETE and a client's answer to a server's request. */
    readonly method: string | undefined
    /** Set for `tools/call` only, and then always: a call without a name never gets this far. */
    readonly tool: string | undefined
  }
}
