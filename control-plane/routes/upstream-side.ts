import type { Secret } from '../kernel/secret.ts'

/** A header that the gateway itself puts into a request on its way up. */
export interface UpstreamHeader {
  /** Lower case. */
  readonly name: string
  readonly value: Secret<string>
}

/** The server behind the route demands OAuth of its own, and people sign in there one by one. */
export interface UpstreamOAuthTerms {
  /** The MCP URL there, on the route's `to`. The token goes to this path and what is below it, and nowhere else. */
  readonly url: string
  /** Undefined: what the server's challenge or metadata says. */
  readonly scopes: readonly string[] | undefined
  /** The one authorization server that may be used; undefined: whichever the server names. */
  readonly issuer: string | undefined
  /** Registered there by the operator; undefined: we introduce ourselves. */
  readonly client: { readonly id: string; readonly secret: Secret<string> | undefined } | undefined
}

/** What a route's upstream gets from us beside the call. The client's own token never goes there. */
export interface UpstreamSide {
  /** Signed assertions of who calls. */
  readonly passIdentity: boolean
  /** The same on every call. */
  readonly headers: readonly UpstreamHeader[]
  readonly oauth?: UpstreamOAuthTerms | undefined
}
