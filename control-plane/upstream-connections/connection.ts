import type { Secret } from '../kernel/secret.ts'

/** A person's account at the server behind a route. */
export interface ConnectionKey {
  readonly userId: string
  readonly route: string
}

/** What the server's authorization server gave us for that person. */
export interface UpstreamTokens {
  readonly accessToken: Secret<string>
  readonly refreshToken: Secret<string> | undefined
  /** Undefined where the server does not say: good until it is refused. */
  readonly expiresAtMs: number | undefined
  /** Space-separated; undefined where the server does not say. */
  readonly scope: string | undefined
}

export interface UpstreamConnection extends ConnectionKey {
  /** The MCP server for which the tokens are good, as it calls itself (RFC 9728 `resource`). */
  readonly resource: string
  /** Of the authorization server. */
  readonly issuer: string
  /** New with each set of tokens, so that news of an old set changes nothing. */
  readonly generation: string
  /** Undefined: the person has to sign in there again. */
  readonly tokens: UpstreamTokens | undefined
  /** What the last sign-in asked for, or what the next one has to. */
  readonly askedScope: string | undefined
  readonly connectedAtMs: number
  readonly renewedAtMs: number
}

/** Port: connections at rest, tokens encrypted for exactly this user and route. */
export interface UpstreamConnectionStore {
  all(): Promise<readonly UpstreamConnection[]>
  /** In the place of one that is there. */
  put(connection: UpstreamConnection): Promise<void>
  /** Only over the generation that was refreshed; whether it was still that. */
  renew(connection: UpstreamConnection, ifGeneration: string): Promise<boolean>
  /** Whether there was one. */
  remove(key: ConnectionKey): Promise<boolean>
}
