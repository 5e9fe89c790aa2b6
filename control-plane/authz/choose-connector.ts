import type { Route } from '../routes/publication.ts'
import type { Presence } from '../tunnels/presence.ts'
import { clusterOf, routeClusterOf } from '../xds/names.ts'

export type ConnectorChoice =
  | { readonly kind: 'chosen'; readonly cluster: string; readonly connectorId: string }
  /** The session's connector has given way to another one: the session has ended. */
  | { readonly kind: 'gone' }
  | { readonly kind: 'offline' }
  /** The laptop is there, but nothing listens at the target. */
  | { readonly kind: 'refused'; readonly target: string }

/** How long a refusal is taken for the truth: then a request tries again, because servers are restarted all the time. */
const REFUSED_MS = 1000

/** A session stays with the connector that began it; anything else goes to the newest one. */
export function chooseConnector(
  route: Route,
  options: { readonly presence: Presence; readonly connectorId: string | undefined; readonly nowMs: number },
): ConnectorChoice {
  if (route.upstream.kind === 'fixed') {
    const cluster = routeClusterOf({ ...route.upstream, key: route.key })
    return { kind: 'chosen', cluster, connectorId: `route/${route.key}` }
  }
  const serving = options.presence.serving(route.key)
  const connector =
    options.connectorId === undefined
      ? serving.at(-1)
      : serving.find((candidate) => candidate.id === options.connectorId)
  if (connector !== undefined) {
    const refusedAtMs = options.presence.refusedAtMs(connector.id) ?? Number.NEGATIVE_INFINITY
    if (options.nowMs - refusedAtMs < REFUSED_MS) return { kind: 'refused', target: connector.target }
    return { kind: 'chosen', cluster: clusterOf(connector.id), connectorId: connector.id }
  }
  return serving.length > 0 ? { kind: 'gone' } : { kind: 'offline' }
}
