import type { Secret } from '../kernel/secret.ts'

/**
 * What the edge should look like, derived from the configuration alone: it changes when a person edits a file, never when
 * a tunnel comes or goes. Changing `listen` or switching `tls` on or off drains the listener's streams; a new certificate
 * does not.
 */
export interface EdgePlan {
  readonly listen: readonly ListenAddress[]
  readonly tls: Certificate | undefined
  /** Names of our own host without a port: `localhost`, `127.0.0.1`, `[::1]`, `gateway.example.com`. */
  readonly ownHosts: readonly string[]
  readonly addressing: Addressing
  /** Further exact hosts that the authorizer decides about: YAML routes with a host of their own. */
  readonly routeHosts: readonly string[]
  /** Routes with a fixed address: each is one cluster. */
  readonly fixedRoutes: readonly FixedRoute[]
  /** PEM of the usual certificate authorities, where a fixed route needs them. */
  readonly authoritiesPem?: string | undefined
  /**
   * What belongs to the web role on our own host. A prefix with a slash at its end matches what is below it; one without
   * matches itself and what is below it (`/sign-in`, `/sign-in/code`, not `/sign-internal`).
   */
  readonly webPrefixes: readonly string[]
  readonly webPaths: readonly string[]
  readonly sockets: EdgeSockets
  /** Largest body of a request with an Authorization header: 4 MiB. */
  readonly maxBodyBytes: number
  /** Largest body of one without: 64 KiB, so that strangers cannot make us hold much. */
  readonly maxAnonymousBodyBytes: number
}

export interface FixedRoute {
  readonly key: string
  /** Another one for another server. */
  readonly revision?: string
  /** A host name or an IP address; IPv6 without brackets. */
  readonly host: string
  readonly port: number
  /** Undefined for plain HTTP. */
  readonly tls?: {
    /** PEM of the authorities that are good for this server; undefined: the plan's. */
    readonly authorityPem: string | undefined
  }
}

export interface ListenAddress {
  /** An IP address; IPv6 without brackets. */
  readonly host: string
  readonly port: number
}

export interface Certificate {
  readonly certificateChainPem: string
  readonly privateKeyPem: Secret<string>
  /** Clients are asked for a certificate of these authorities, and may have none. */
  readonly clientAuthoritiesPem?: string | undefined
}

/** path: a tunnel is the first path segment of our own host. host: it is a label below `tunnelDomain`. */
export type Addressing = { readonly mode: 'path' } | { readonly mode: 'host'; readonly tunnelDomain: string }

/** Paths of unix sockets as Envoy sees them: at most 107 bytes each. */
export interface EdgeSockets {
  readonly web: string
  /** ext_proc and the access log. */
  readonly control: string
  /** Where calls wait for a person. */
  readonly approvals: string
  /** One per authorizer process. */
  readonly authorizers: readonly string[]
}
