import type { User } from '../identity/user.ts'
import type { Result } from '../kernel/result.ts'
import type { Connector, ConnectorHealth } from './connector.ts'
import type { ForwardRequest } from './forward.ts'

/** A name that a user may serve, checked. */
export interface Claim {
  readonly route: string
  /** What a person pastes into an MCP client: `http://localhost:7800/calm-otter-4821/mcp`. */
  readonly url: string
}

/** Why a forward was refused, as a sentence for the person who asked. */
export interface ClaimRefusal {
  readonly code: 'label_invalid' | 'label_reserved' | 'duplicate'
  readonly message: string
}

/** Port of the dock: which name a forward gets. `taken` are the routes that this connection serves already. */
export interface TunnelClaims {
  claim(user: User, forward: ForwardRequest, taken: readonly string[]): Result<Claim, ClaimRefusal>
}

/** Port of the dock: tells the brain what is served from where. */
export interface ConnectorBoard {
  /** Resolves when Envoy has the connector's cluster, so that a URL printed afterwards answers. Rejects after 5 s. */
  up(connector: Connector): Promise<void>
  /** Ignored unless the socket path is the one that is up. */
  down(connectorId: string, socketPath: string): void
  health(connectorId: string, socketPath: string, health: ConnectorHealth): void
}
