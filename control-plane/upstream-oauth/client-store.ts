import type { Secret } from '../kernel/secret.ts'

/** Us, as an authorization server knows us. */
export interface UpstreamClient {
  readonly id: string
  readonly secret: Secret<string> | undefined
  readonly method: 'none' | 'client_secret_basic' | 'client_secret_post'
}

/** A client that we registered ourselves. */
export interface RegisteredClient extends UpstreamClient {
  readonly redirectUri: string
  /** When the secret ends; undefined for one that does not. */
  readonly expiresAtMs: number | undefined
}

/** Port: registrations at rest, encrypted. One for each issuer and route, because each route has its own callback. */
export interface UpstreamClientStore {
  find(at: { readonly issuer: string; readonly route: string }): Promise<RegisteredClient | undefined>
  put(at: { readonly issuer: string; readonly route: string }, client: RegisteredClient, nowMs: number): Promise<void>
  remove(at: { readonly issuer: string; readonly route: string }): Promise<void>
}
