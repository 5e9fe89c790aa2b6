import { hostAndPort } from '../kernel/host-and-port.ts'
import { codec, enumOf } from '../../proto/codec.ts'
import type { envoy, google } from '../../proto/envoy.d.ts'
import type { Certificate, EdgePlan } from './edge-plan.ts'
import { CERTIFICATE, CONTROL_CLUSTER, ROUTES } from './names.ts'
import { translateHttpFilters } from './translate-http-filters.ts'
import { translateLocalReplies } from './translate-local-replies.ts'
import { overAds, seconds } from './wire.ts'

type Hcm = envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager

const Hcm = codec('envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager')
const EarlyMutation = codec('envoy.extensions.http.early_header_mutation.header_mutation.v3.HeaderMutation')
const GrpcAccessLog = codec('envoy.extensions.access_loggers.grpc.v3.HttpGrpcAccessLogConfig')
const DownstreamTls = codec('envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext')
const EscapedSlashes = enumOf(
  'envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager.PathWithEscapedSlashesAction',
)
const Underscores = enumOf('envoy.config.core.v3.HttpProtocolOptions.HeadersWithUnderscoresAction')
const { TLSv1_2 } = enumOf('envoy.extensions.transport_sockets.tls.v3.TlsParameters.TlsProtocol')
const { V3 } = enumOf('envoy.config.core.v3.ApiVersion')

const BUFFER_BYTES = 65_536
/** A client that takes none of what we hold for it for this long is gone. */
const STUCK_READER_S = 120
/** Slow headers and bodies are cut off; neither bounds a response. */
const HEADERS_TIMEOUT_S = 10
const REQUEST_TIMEOUT_S = 60
const CONNECTION_IDLE_S = 3600
/** A terminal that shows calls live waits at most this long for one that has ended. */
const ACCESS_LOG_FLUSH_S = 0.1

/**
 * What a client may not say, in every spelling: what only the verdict or Envoy sets, and what proxies put there.
 * (Names with underscores are refused with the request.) Envoy adds its own X-Forwarded-For and -Proto afterwards.
 */
const FORGED_PREFIXES = ['x-sallyport-', 'x-pomerium-', 'x-forwarded-', 'x-envoy-']
const FORGED = ['forwarded', 'x-real-ip', 'x-request-id']

/** One listener for each address, so that one that cannot be bound does not take the others with it. */
export const translateListeners = (plan: EdgePlan): readonly envoy.config.listener.v3.Listener[] =>
  plan.listen.map((address) => ({
    name: `gateway/${hostAndPort(address.host, address.port)}`,
    address: { socket_address: { address: address.host, port_value: address.port } },
    // Otherwise a second gateway would share the port silently, and each would get half of the connections.
    enable_reuse_port: { value: false },
    connection_balance_config: { exact_balance: {} },
    per_connection_buffer_limit_bytes: { value: BUFFER_BYTES },
    per_connection_buffer_high_watermark_timeout: seconds(STUCK_READER_S),
    filter_chains: [
      {
        filters: [
          { name: 'envoy.filters.network.http_connection_manager', typed_config: Hcm.any(connectionManager(plan)) },
        ],
        ...(plan.tls === undefined ? {} : { transport_socket: translateTls(plan.tls) }),
      },
    ],
  }))

const connectionManager = (plan: EdgePlan): Hcm => ({
  stat_prefix: 'gateway',
  server_name: 'sallyport',
  // The peer is the client: what it says about itself in X-Forwarded-For is removed and the true address put there.
  use_remote_address: { value: true },
  early_header_mutation_extensions: [{ name: 'remove-forged', typed_config: removeForged }],
  // The authorizer and the upstream must read the same path in the same way.
  normalize_path: { value: true },
  merge_slashes: true,
  path_with_escaped_slashes_action: EscapedSlashes.REJECT_REQUEST,
  // Hosts are compared without a port. A dot at the end is not removed: such a host is unknown, hence 404.
  strip_any_host_port: true,
  common_http_protocol_options: {
    idle_timeout: seconds(CONNECTION_IDLE_S),
    // Some servers read `x_sallyport_cluster` and `x-sallyport-cluster` as one.
    headers_with_underscores_action: Underscores.REJECT_REQUEST,
  },
  http2_protocol_options: {
    max_concurrent_streams: { value: 100 },
    initial_stream_window_size: { value: 65_536 },
    initial_connection_window_size: { value: 1_048_576 },
    // Ends the streams of a client that vanished; event streams have no other timeout.
    connection_keepalive: { interval: seconds(30), timeout: seconds(10) },
  },
  stream_idle_timeout: seconds(0),
  request_headers_timeout: seconds(HEADERS_TIMEOUT_S),
  request_timeout: seconds(REQUEST_TIMEOUT_S),
  access_log: [{ name: 'calls', typed_config: accessLog }],
  local_reply_config: translateLocalReplies(),
  rds: { route_config_name: ROUTES, config_source: overAds },
  http_filters: translateHttpFilters(plan),
})

const removeForged: google.protobuf.Any = EarlyMutation.any({
  mutations: [
    ...FORGED_PREFIXES.map((prefix) => ({ remove_on_match: { key_matcher: { prefix } } })),
    ...FORGED.map((remove) => ({ remove })),
  ],
})

/** One entry for each request with the verdict's metadata, to the control plane. Never the request's headers. */
const accessLog: google.protobuf.Any = GrpcAccessLog.any({
  common_config: {
    log_name: 'calls',
    transport_api_version: V3,
    grpc_service: { envoy_grpc: { cluster_name: CONTROL_CLUSTER } },
    buffer_flush_interval: seconds(ACCESS_LOG_FLUSH_S),
  },
})

/**
 * The certificate comes by SDS, so that a new one changes no listener and cuts no stream. A client that presents a
 * certificate of its own must prove it; one without is let in, because most have none: the policy decides.
 */
const translateTls = ({ clientAuthoritiesPem }: Certificate): envoy.config.core.v3.TransportSocket => ({
  name: 'envoy.transport_sockets.tls',
  typed_config: DownstreamTls.any({
    common_tls_context: {
      alpn_protocols: ['h2', 'http/1.1'],
      tls_params: { tls_minimum_protocol_version: TLSv1_2 },
      tls_certificate_sds_secret_configs: [{ name: CERTIFICATE, sds_config: overAds }],
      ...(clientAuthoritiesPem === undefined
        ? {}
        : { validation_context: { trusted_ca: { inline_string: clientAuthoritiesPem } } }),
    },
  }),
})

export const translateCertificate = (tls: Certificate): envoy.extensions.transport_sockets.tls.v3.Secret => ({
  name: CERTIFICATE,
  tls_certificate: {
    certificate_chain: { inline_string: tls.certificateChainPem },
    private_key: { inline_string: tls.privateKeyPem.reveal() },
  },
})
