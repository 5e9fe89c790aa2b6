import type { Clock } from '../kernel/clock.ts'
import { Fault } from '../kernel/fault.ts'
import type { Log } from '../kernel/log.ts'
import { Presence, type PresenceChange } from '../tunnels/presence.ts'
import type { ConnectorBoard } from '../tunnels/tunnel-claims.ts'
import type { TunnelStore } from '../tunnels/tunnel-store.ts'
import { clusterOf } from '../xds/names.ts'
import type { Xds } from '../xds/xds.ts'
import type { Topics } from './topics.ts'

/** Where docks report: Envoy learns the cluster, the roles learn the presence, the store learns when it ended. */
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
  return {
    async up(connector) {
      const { id, socketPath, target, route, userId, sourceAddress } = connector
      current.set(id, socketPath)
      xds.setConnectors({ put: { id, socketPath, target } })
      await xds.whenAcked(clusterOf(id))
      if (current.get(id) !== socketPath) throw new Fault('tunnel.superseded', 'The tunnel was closed while it opened')
      apply({ kind: 'up', connector })
      keep(tunnels.cameUp(route, userId, clock.nowMs()))
      topics.events.publish({ kind: 'tunnel.up', atMs: clock.nowMs(), route, userId, sourceAddress })
    },
    down(connectorId, socketPath) {
      if (current.get(connectorId) === socketPath) {
        current.delete(connectorId)
        xds.setConnectors({ remove: connectorId })
      }
      const connector = presence.find(connectorId)
      const atMs = clock.nowMs()
      if (!apply({ kind: 'down', connectorId, socketPath, atMs }) || connector === undefined) return
      const { route, userId, sourceAddress } = connector
      keep(tunnels.wentDown(route, atMs))
      topics.events.publish({ kind: 'tunnel.down', atMs, route, userId, sourceAddress })
    },
    health(connectorId, socketPath, health) {
      apply({ kind: 'health', connectorId, socketPath, health, atMs: clock.nowMs() })
    },
  }
}
