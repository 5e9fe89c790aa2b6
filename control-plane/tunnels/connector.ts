import { createHash } from 'node:crypto'

import { base32 } from '../kernel/ids.ts'
import type { ForwardMode, ForwardRequest } from './forward.ts'

/**
 * `unknown` until the first answer; `refused`: nothing listens at the target; `not_mcp`: what listens is no MCP server;
 * `wrong_path`: it is one, but not at the path of the URL; `ok`: none of these.
 */
export type ConnectorHealth = 'unknown' | 'ok' | 'refused' | 'not_mcp' | 'wrong_path'

/** Those that requests may go to: the ones without a known problem, or all where each has one. */
export function ableAmong(connectors: readonly Connector[]): readonly Connector[] {
  const able = connectors.filter(({ health }) => health === 'ok' || health === 'unknown')
  return able.length > 0 ? able : connectors
}

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
  /** Everybody may read what it serves, if the configuration allows public assets. */
  readonly isPublic: boolean
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
  /** What tells connections of one key apart that serve the same side by side; none for the only one. */
  readonly instance?: string | undefined
  /** A public one is another connector: a verdict about it must never lead to its private successor. */
  readonly isPublic?: boolean
}): string {
  const { userId, keyFingerprint, route, forward, instance, isPublic } = facts
  const parts = [userId, keyFingerprint ?? 'no key', route, forward.bindAddress, String(forward.bindPort)]
  if (instance !== undefined) parts.push(instance)
  // No name that a person may give has this character.
  if (isPublic === true) parts.push('#public')
  return `con_${base32(createHash('sha256').update(parts.join('\0')).digest())}`
}
