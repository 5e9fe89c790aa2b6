import type { Result } from '../kernel/result.ts'
import type { Secret } from '../kernel/secret.ts'
import type { UpstreamTokens } from './connection.ts'

/** Why a person could not be connected. `detail` is for the log; it never holds a token. */
export interface ConnectProblem {
  readonly kind:
    | 'unreachable'
    /** The server's metadata cannot be used, or it does not know us. */
    | 'misconfigured'
    | 'declined'
    /** The answer did not come from where we asked. */
    | 'untrusted'
  readonly detail: string
}

/** Where a person would sign in. */
export interface SignInPlace {
  readonly issuer: string
  /** Origin of the page. */
  readonly leadsTo: string
}

/** What a sign-in asks for. It comes back with the browser, sealed. */
export interface ConnectRequest extends SignInPlace {
  readonly resource: string
  readonly clientId: string
  /** Empty: none is asked for by name. */
  readonly scope: string
}

/** Known to this sign-in alone. */
export interface ConnectSecrets {
  readonly state: string
  readonly verifier: string
}

export type RefreshOutcome =
  | { readonly kind: 'refreshed'; readonly tokens: UpstreamTokens }
  /** Only the person can renew it. */
  | { readonly kind: 'ended'; readonly detail: string }
  | { readonly kind: 'failed'; readonly detail: string }

/** Port: the OAuth side of the server behind one route. */
export interface UpstreamServer {
  /** The MCP URL there. */
  readonly url: string
  find(): Promise<Result<SignInPlace, ConnectProblem>>
  /** Introduces us there where that is needed. */
  prepare(wantedScope: string | undefined): Promise<Result<ConnectRequest, ConnectProblem>>
  signInUrl(request: ConnectRequest, secrets: ConnectSecrets): Promise<Result<URL, ConnectProblem>>
  finish(
    callback: URL,
    attempt: { readonly request: ConnectRequest; readonly secrets: ConnectSecrets },
  ): Promise<Result<UpstreamTokens, ConnectProblem>>
  refresh(
    token: Secret<string>,
    of: { readonly issuer: string; readonly resource: string; readonly scope: string | undefined },
  ): Promise<RefreshOutcome>
  /** Best effort: a server without revocation keeps its tokens until they expire. */
  revoke(tokens: UpstreamTokens, issuer: string): Promise<void>
}
