import type { User } from '../identity/user.ts'
import type { Result } from '../kernel/result.ts'
import type { Connector, ConnectorHealth } from './connector.ts'
import type { ForwardRequest } from './forward.ts'

/** A name that a user may serve, checked. */
export interface Claim {
  readonly route: string
  /** What a person pastes into an MCP client: `http://localhost:7800/calm-otter-4821/mcp`. */
  readonly url: string
  /** What every URL of the route begins with, without a slash at its end. */
  readonly baseUrl: string
  /** Whether whoever may serve it serves it side by side. Otherwise the newest connection takes its owner's name over. */
  readonly shared: boolean
}

/** Why a forward was refused, as a sentence for the person who asked. */
export interface ClaimRefusal {
  readonly code: 'label_invalid' | 'label_reserved' | 'duplicate'
  readonly message: string
}

/** Who wants to serve, as the SSH connection proved it. */
export interface Claimant {
  readonly user: User
  /** Before the `@`; chosen by the client. */
  readonly username: string
  /** The proven key's blob, base64; undefined for who signed in by a link without a key. */
  readonly publicKey: string | undefined
}

/** Port of the dock: which name a forward gets. */
export interface TunnelClaims {
  /** `taken` are the routes that this connection serves already. */
  claim(claimant: Claimant, forward: ForwardRequest, taken: readonly string[]): Result<Claim, ClaimRefusal>
  /** Why a route that was claimed may not be served any more, as a sentence; undefined while it may. */
  refusalOf(claimant: Claimant, route: string): string | undefined
  /** Whether the configuration lets people open forwards to everybody. */
  allowsPublicAssets(): boolean
  /** Calls back when claims should be looked at again. Returns unsubscribe. */
  onChange(listener: () => void): () => void
}

/** Port of the dock: tells the brain what is served from where. */
export interface ConnectorBoard {
  /** Resolves when Envoy has the connector's cluster, so that a URL printed afterwards answers. Rejects after 5 s. */
  up(connector: Connector): Promise<void>
  /** Takes it out of service while calls that are under way go on. Ignored unless the socket path is the one that is up. */
  drain(connectorId: string, socketPath: string): Promise<void>
  /** Ignored unless the socket path is the one that is up. */
  down(connectorId: string, socketPath: string): void
  health(connectorId: string, socketPath: string, health: ConnectorHealth): void
}
