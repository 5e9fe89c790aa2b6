import { isIP } from 'node:net'

import { hostAndPort } from '../kernel/host-and-port.ts'
import { codec, enumOf } from '../../proto/codec.ts'
import type { envoy, google } from '../../proto/envoy.d.ts'
import type { EdgePlan, FixedRoute } from './edge-plan.ts'
import {
  APPROVALS_CLUSTER,
  AUTHORIZER_CLUSTER,
  balanceClusterOf,
  clusterOf,
  CONTROL_CLUSTER,
  routeClusterOf,
  WEB_CLUSTER,
} from './names.ts'
import { translateUpstreamTls } from './translate-upstream-tls.ts'
import { pipe, seconds } from './wire.ts'

type Cluster = envoy.config.cluster.v3.Cluster

const HttpOptions = codec('envoy.extensions.upstreams.http.v3.HttpProtocolOptions')
const { STATIC, STRICT_DNS } = enumOf('envoy.config.cluster.v3.Cluster.DiscoveryType')
const { ALL } = enumOf('envoy.config.cluster.v3.Cluster.DnsLookupFamily')
const { LEAST_REQUEST } = enumOf('envoy.config.cluster.v3.Cluster.LbPolicy')

/** A connector as far as Envoy must know it. */
export interface ConnectorEndpoint {
  readonly id: string
  readonly socketPath: string
  /** Host header for the upstream: `localhost:8080`. */
  readonly target: string
}

/** Below the dock's 60 s and fastify's 72 s, so that Envoy never reuses a connection that the other end is closing. */
const IDLE_TIMEOUT_S = 50
/** Envoy draws so many times, and may draw one twice; a route has few connectors, so this finds the least busy one. */
const BALANCE_CHOICES = 16
const CONNECT_TIMEOUT_S = 1
/** With the handshake, to a server that may be far away. */
const TLS_TIMEOUT_S = 5
const BUFFER_BYTES = 65_536

/**
 * Never the bottleneck: the defaults of 1,024 count each open event stream, and 3 retries would turn one dead connector
 * into errors on a healthy one.
 */
const BREAKERS: envoy.config.cluster.v3.CircuitBreakers = {
  thresholds: [
    {
      max_connections: { value: 100_000 },
      max_pending_requests: { value: 100_000 },
      max_requests: { value: 100_000 },
      max_retries: { value: 1000 },
    },
  ],
}

const HTTP1 = protocol({
  common_http_protocol_options: { idle_timeout: seconds(IDLE_TIMEOUT_S) },
  explicit_http_config: { http_protocol_options: {} },
})
/** The keepalive notices a process that hangs without closing its socket. */
const HTTP2 = protocol({
  explicit_http_config: {
    http2_protocol_options: { connection_keepalive: { interval: seconds(10), timeout: seconds(5) } },
  },
})

/** Clusters of our own roles. They exist as long as the gateway runs. */
export const translateOwnClusters = ({ sockets }: EdgePlan): readonly Cluster[] => [
  cluster(
    AUTHORIZER_CLUSTER,
    sockets.authorizers.map((path) => endpoint(path)),
    HTTP2,
  ),
  cluster(APPROVALS_CLUSTER, [endpoint(sockets.approvals)], HTTP2),
  cluster(CONTROL_CLUSTER, [endpoint(sockets.control)], HTTP2),
  cluster(WEB_CLUSTER, [endpoint(sockets.web)], HTTP1),
]

/** One connector, one cluster: the only resource that a tunnel's coming and going changes. */
export const translateConnector = ({ id, socketPath, target }: ConnectorEndpoint): Cluster =>
  cluster(clusterOf(id), [endpoint(socketPath, target)], HTTP1)

/** All connectors of a route: each request goes to the one with the fewest under way. */
export const translateBalance = (route: string, connectors: readonly ConnectorEndpoint[]): Cluster =>
  cluster(
    balanceClusterOf(route),
    connectors.map(({ socketPath, target }) => endpoint(socketPath, target)),
    HTTP1,
  )

/** A route with a fixed address. */
export const translateFixedRoute = (route: FixedRoute): Cluster => {
  const { host, port, tls } = route
  const address = { socket_address: { address: host, port_value: port } }
  // As browsers write it: servers on the internet compare the Host header with their name.
  const hostname = hostAndPort(host, port).replace(tls === undefined ? '' : /:443$/, '')
  const plain = cluster(
    routeClusterOf(route),
    [{ endpoint: { address, hostname } }],
    HTTP1,
    isIP(host) === 0 ? STRICT_DNS : STATIC,
  )
  if (tls === undefined) return plain
  return { ...plain, connect_timeout: seconds(TLS_TIMEOUT_S), transport_socket: translateUpstreamTls(route) }
}

const endpoint = (path: string, hostname?: string): envoy.config.endpoint.v3.LbEndpoint => ({
  endpoint: { address: pipe(path), ...(hostname === undefined ? {} : { hostname }) },
})

function cluster(
  name: string,
  endpoints: readonly envoy.config.endpoint.v3.LbEndpoint[],
  options: Readonly<Record<string, google.protobuf.Any>>,
  type: typeof STATIC | typeof STRICT_DNS = STATIC,
): Cluster {
  return {
    name,
    type,
    // A name with two addresses is tried on both: `localhost` is ::1 too, where nothing may listen.
    ...(type === STRICT_DNS ? { dns_lookup_family: ALL } : {}),
    connect_timeout: seconds(CONNECT_TIMEOUT_S),
    lb_policy: LEAST_REQUEST,
    ...(endpoints.length > 1 ? { least_request_lb_config: { choice_count: { value: BALANCE_CHOICES } } } : {}),
    per_connection_buffer_limit_bytes: { value: BUFFER_BYTES },
    circuit_breakers: BREAKERS,
    typed_extension_protocol_options: options,
    load_assignment: { cluster_name: name, endpoints: [{ lb_endpoints: endpoints }] },
  }
}

function protocol(
  options: envoy.extensions.upstreams.http.v3.HttpProtocolOptions,
): Readonly<Record<string, google.protobuf.Any>> {
  return { 'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': HttpOptions.any(options) }
}
