import { createHash } from 'node:crypto'

import { base32 } from '../kernel/ids.ts'
import type { ForwardMode, ForwardRequest } from './forward.ts'

/**
 * `unknown` until the first answer; `refused`: nothing listens at the target; `ok`: a channel was opened. `not_mcp`: what
 * answers there is no MCP server; `wrong_path`: it is one, at another path.
 */
export type ConnectorHealth = 'unknown' | 'ok' | 'refused' | 'not_mcp' | 'wrong_path'

/** One SSH connection's way to serve one route: a unix socket here, an Envoy cluster `connector/<id>` there. */
export interface Connector {
  readonly id: string
  /** The route's name, such as `calm-otter-4821`. */
  readonly route: string
  readonly userId: string
  /** Path of the unix socket. A new one for each connection, so that a late "down" cannot hit its successor. */
  readonly socketPath: string
  readonly sourceAddress: string
  readonly mode: ForwardMode
  /** What the tunnel leads to, for people and for the Host header: `localhost:8080`. */
  readonly target: string
  readonly sinceMs: number
  readonly health: ConnectorHealth
}

/**
 * The id is derived, so that a reconnect, also after a restart of the gateway, is the same connector and keeps the
 * MCP sessions that were sealed to it.
 */
export function connectorIdOf(facts: {
  readonly userId: string
  readonly keyFingerprint: string | undefined
  readonly route: string
  readonly forward: ForwardRequest
}): string {
  const { userId, keyFingerprint, route, forward } = facts
  const parts = [userId, keyFingerprint ?? 'no key', route, forward.bindAddress, String(forward.bindPort)]
  return `con_${base32(createHash('sha256').update(parts.join('\0')).digest())}`
}
