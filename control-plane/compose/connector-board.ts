import type { Clock } from '../kernel/clock.ts'
import { Fault } from '../kernel/fault.ts'
import type { Log } from '../kernel/log.ts'
import { ableAmong, type Connector } from '../tunnels/connector.ts'
import { Presence, type PresenceChange } from '../tunnels/presence.ts'
import type { ConnectorBoard } from '../tunnels/tunnel-claims.ts'
import type { TunnelStore } from '../tunnels/tunnel-store.ts'
import { balanceClusterOf, clusterOf } from '../xds/names.ts'
import type { Xds } from '../xds/xds.ts'
import type { Topics } from './topics.ts'

/** From the last verdict that named a cluster to Envoy's having read it. */
const VERDICT_MS = 100

/** Where docks report: Envoy learns the clusters, the roles learn the presence, the store learns when it ended. */
export function connectorBoard(ports: {
  presence: Presence
  xds: Xds
  tunnels: TunnelStore
  topics: Topics
  clock: Clock
  log: Log
}): ConnectorBoard {
  const { presence, xds, tunnels, topics, clock, log } = ports
  const keep = (written: Promise<void>): void => {
    written.catch((cause: unknown) => log.error('store.tunnel_not_kept', { cause: String(cause) }))
  }
  const apply = (change: PresenceChange): boolean => {
    const changed = presence.apply(change)
    if (changed) topics.presence.publish(change)
    return changed
  }
  /** The socket that a connector's cluster leads to now: a late "down" must not take its successor's away. */
  const current = new Map<string, string>()
  const removeCluster = (connectorId: string, socketPath: string): void => {
    if (current.get(connectorId) !== socketPath) return
    current.delete(connectorId)
    xds.setConnectors({ remove: connectorId })
  }

  /** Routes that have a cluster of their own, because they have or had several connectors at the same time. */
  const balanced = new Set<string>()
  const spread = (route: string, serving: readonly Connector[]): void => {
    if (serving.length > 1) balanced.add(route)
    else if (!balanced.has(route)) return
    // It stays as long as anybody serves the route: a verdict may still name it.
    xds.setBalance(route, ableAmong(serving))
    if (serving.length === 0) balanced.delete(route)
  }

  /** Nothing is sent there any more. Returns whether it was served until now. */
  const takeOut = (connectorId: string, socketPath: string): boolean => {
    const connector = presence.find(connectorId)
    const atMs = clock.nowMs()
    if (!apply({ kind: 'down', connectorId, socketPath, atMs }) || connector === undefined) return false
    const { route, userId, sourceAddress } = connector
    const left = presence.serving(route)
    spread(route, left)
    if (left.length === 0) keep(tunnels.wentDown(route, atMs))
    topics.events.publish({ kind: 'tunnel.down', atMs, route, userId, sourceAddress })
    return true
  }

  return {
    async up(connector) {
      const { id, socketPath, target, route, userId, sourceAddress } = connector
      current.set(id, socketPath)
      xds.setConnectors({ put: { id, socketPath, target } })
      await xds.whenAcked(clusterOf(id))
      // Before the roles know of it: they name the route's cluster as soon as there are two.
      spread(route, [...presence.serving(route).filter((other) => other.id !== id), connector])
      if (balanced.has(route)) await xds.whenAcked(balanceClusterOf(route))
      if (current.get(id) !== socketPath) {
        spread(route, presence.serving(route))
        throw new Fault('tunnel.superseded', 'The tunnel was closed while it opened')
      }
      apply({ kind: 'up', connector })
      keep(tunnels.cameUp(route, userId, clock.nowMs()))
      topics.events.publish({ kind: 'tunnel.up', atMs: clock.nowMs(), route, userId, sourceAddress })
    },
    async drain(connectorId, socketPath) {
      if (!takeOut(connectorId, socketPath)) return
      await new Promise((resolve) => setTimeout(resolve, VERDICT_MS).unref())
      // Calls under way go on, and Envoy closes the connections that have none.
      removeCluster(connectorId, socketPath)
    },
    down(connectorId, socketPath) {
      removeCluster(connectorId, socketPath)
      takeOut(connectorId, socketPath)
    },
    health(connectorId, socketPath, health) {
      const connector = presence.find(connectorId)
      const changed = apply({ kind: 'health', connectorId, socketPath, health, atMs: clock.nowMs() })
      if (changed && connector !== undefined) spread(connector.route, presence.serving(connector.route))
    },
  }
}
