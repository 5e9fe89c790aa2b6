import type { Route } from '../routes/publication.ts'
import { ableAmong } from '../tunnels/connector.ts'
import type { Presence } from '../tunnels/presence.ts'
import { balanceClusterOf, clusterOf, routeClusterOf } from '../xds/names.ts'

export type ConnectorChoice =
  | { readonly kind: 'chosen'; readonly cluster: string; readonly connectorId: string }
  /** The session's connector has given way to another one: the session has ended. */
  | { readonly kind: 'gone' }
  | { readonly kind: 'offline' }
  /** The laptop is there, but nothing listens at the target. */
  | { readonly kind: 'refused'; readonly target: string }

/** How long a refusal is taken for the truth: then a request tries again, because servers are restarted all the time. */
const REFUSED_MS = 1000

/**
 * A session stays with the connector that began it. What begins one is given a connector here, each in its turn, because the
 * session's id must name it; anything else goes to the least busy one, which Envoy knows.
 */
export function chooseConnector(
  route: Route,
  options: {
    readonly presence: Presence
    /** Of the session, where there is one. */
    readonly connectorId: string | undefined
    readonly beginsSession: boolean
    readonly nowMs: number
  },
): ConnectorChoice {
  if (route.upstream.kind === 'fixed') {
    const cluster = routeClusterOf({ ...route.upstream, key: route.key })
    return { kind: 'chosen', cluster, connectorId: `route/${route.key}` }
  }
  const { presence, connectorId, beginsSession, nowMs } = options
  const serving = presence.serving(route.key)
  const able = ableAmong(serving)
  if (
    able.length > 1 &&
    connectorId === undefined &&
    !beginsSession &&
    able.some(({ health }) => health !== 'refused')
  ) {
    // Envoy chooses, and no session begins.
    const cluster = balanceClusterOf(route.key)
    return { kind: 'chosen', cluster, connectorId: cluster }
  }
  const connector =
    connectorId === undefined
      ? able[nowMs % Math.max(1, able.length)]
      : serving.find((candidate) => candidate.id === connectorId)
  if (connector === undefined) return { kind: serving.length > 0 ? 'gone' : 'offline' }
  const refusedAtMs = presence.refusedAtMs(connector.id) ?? Number.NEGATIVE_INFINITY
  if (nowMs - refusedAtMs < REFUSED_MS) return { kind: 'refused', target: connector.target }
  return { kind: 'chosen', cluster: clusterOf(connector.id), connectorId: connector.id }
}
