import type { EdgePlan } from './edge-plan.ts'
import { routeClusterOf } from './names.ts'
import { CLUSTER, resourceOf, type Resource } from './resource.ts'
import {
  translateBalance,
  translateConnector,
  translateFixedRoute,
  translateOwnClusters,
  type ConnectorEndpoint,
} from './translate-clusters.ts'
import { translateCertificate, translateListeners } from './translate-listener.ts'
import { translateRoutes } from './translate-routes.ts'
import { translateAuthorities } from './translate-upstream-tls.ts'

/**
 * Everything that the configuration alone decides. Pure: an equal plan gives equal resources with equal versions. `known` are
 * clusters of an earlier plan: one with a revision in its name is the same for ever, and need not be made again.
 */
export const translatePlan = (
  plan: EdgePlan,
  known: (cluster: string) => Resource | undefined = () => undefined,
): readonly Resource[] => [
  ...translateOwnClusters(plan).map((cluster) => resourceOf(CLUSTER, cluster)),
  ...plan.fixedRoutes.map(
    (route) =>
      (route.revision === undefined ? undefined : known(routeClusterOf(route))) ??
      resourceOf(CLUSTER, translateFixedRoute(route)),
  ),
  ...(plan.tls === undefined
    ? []
    : [resourceOf('envoy.extensions.transport_sockets.tls.v3.Secret', translateCertificate(plan.tls))]),
  ...(plan.authoritiesPem === undefined
    ? []
    : [resourceOf('envoy.extensions.transport_sockets.tls.v3.Secret', translateAuthorities(plan.authoritiesPem))]),
  ...translateListeners(plan).map((listener) => resourceOf('envoy.config.listener.v3.Listener', listener)),
  resourceOf('envoy.config.route.v3.RouteConfiguration', translateRoutes(plan)),
]

export const translateBalanceResource = (route: string, connectors: readonly ConnectorEndpoint[]): Resource =>
  resourceOf('envoy.config.cluster.v3.Cluster', translateBalance(route, connectors))

export const translateConnectorResource = (connector: ConnectorEndpoint): Resource =>
  resourceOf('envoy.config.cluster.v3.Cluster', translateConnector(connector))
