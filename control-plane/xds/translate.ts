import type { EdgePlan } from './edge-plan.ts'
import { resourceOf, type Resource } from './resource.ts'
import {
  translateConnector,
  translateFixedRoute,
  translateOwnClusters,
  type ConnectorEndpoint,
} from './translate-clusters.ts'
import { translateCertificate, translateListeners } from './translate-listener.ts'
import { translateRoutes } from './translate-routes.ts'
import { translateAuthorities } from './translate-upstream-tls.ts'

/** Everything that the configuration alone decides. Pure: an equal plan gives equal resources with equal versions. */
export const translatePlan = (plan: EdgePlan): readonly Resource[] => [
  ...[...translateOwnClusters(plan), ...plan.fixedRoutes.map(translateFixedRoute)].map((cluster) =>
    resourceOf('envoy.config.cluster.v3.Cluster', cluster),
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

export const translateConnectorResource = (connector: ConnectorEndpoint): Resource =>
  resourceOf('envoy.config.cluster.v3.Cluster', translateConnector(connector))
