/** One thing that real clients do and that the authorization server has to live with. Named after the client's habit. */
export interface ParameterRule {
  /** The endpoints whose parameters it looks at. */
  readonly endpoints: readonly ('authorize' | 'token' | 'par')[]
  /** Changes the parameters in place. */
  apply(parameters: URLSearchParams): void
}

/** Client metadata as it came in, RFC 7591 §2. */
export type ClientMetadata = Readonly<Record<string, unknown>>

export type RegistrationRule = (metadata: ClientMetadata) => ClientMetadata
