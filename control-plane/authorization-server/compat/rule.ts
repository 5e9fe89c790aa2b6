import type { IncomingHttpHeaders } from 'node:http'

import type { Support } from '../../oauth/support.ts'

/** One thing that real clients do and that the authorization server has to live with. Named after the client's habit. */
export interface ParameterRule {
  /** The endpoints whose parameters it looks at. */
  readonly endpoints: readonly ('authorize' | 'token' | 'par' | 'device-authorization')[]
  /** Changes the parameters in place. */
  apply(parameters: URLSearchParams, context: RequestContext): void
}

export interface HeaderRule {
  readonly endpoints: readonly ('token' | 'par' | 'device-authorization' | 'revoke' | 'introspect')[]
  /** Changes the headers in place. */
  apply(headers: IncomingHttpHeaders): void
}

export interface RequestContext {
  readonly support: Support
  /** The MCP URL at which this client, as far as can be told without cookies, was sent here; a guess. */
  readonly guessResource: () => string | undefined
}

/** Client metadata as it came in, RFC 7591 §2. */
export type ClientMetadata = Readonly<Record<string, unknown>>

export type RegistrationRule = (metadata: ClientMetadata, support: Support) => ClientMetadata
