import { codec, enumOf } from '../../proto/codec.ts'
import type { envoy, google } from '../../proto/envoy.d.ts'
import type { EdgePlan } from './edge-plan.ts'
import {
  APPROVALS_CLUSTER,
  AUTHORIZER_CLUSTER,
  CONTROL_CLUSTER,
  DECISION_ALLOW,
  DECISION_KEY,
  EXT_AUTHZ,
  HOLD_KEY,
  HOLD_YES,
  INSPECT_ANSWER,
  INSPECT_KEY,
  INSPECT_SESSION,
} from './names.ts'
import { translateResponseGuard } from './translate-response-guard.ts'
import { seconds, verdictSays } from './wire.ts'

export type HttpFilter = envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter

const ExtAuthz = codec('envoy.extensions.filters.http.ext_authz.v3.ExtAuthz')
const ExtAuthzPerRoute = codec('envoy.extensions.filters.http.ext_authz.v3.ExtAuthzPerRoute')
const ExtProc = codec('envoy.extensions.filters.http.ext_proc.v3.ExternalProcessor')
const Router = codec('envoy.extensions.filters.http.router.v3.Router')
const WithMatcher = codec('envoy.extensions.common.matching.v3.ExtensionWithMatcher')
const Composite = codec('envoy.extensions.filters.http.composite.v3.Composite')
const ExecuteFilter = codec('envoy.extensions.filters.http.composite.v3.ExecuteFilterAction')
const Mode = enumOf('envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.HeaderSendMode')
const BodyMode = enumOf('envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.BodySendMode')
const { V3 } = enumOf('envoy.config.core.v3.ApiVersion')
const { ServiceUnavailable } = enumOf('envoy.type.v3.StatusCode')

/** Ten times what the slowest check takes; a person's approval waits in a filter of its own. */
const AUTHORIZER_TIMEOUT_S = 2
const INSPECTOR_TIMEOUT_S = 2

/** Requests meet the filters from top to bottom, responses from bottom to top. The order is part of the security. */
export const translateHttpFilters = (plan: EdgePlan): readonly HttpFilter[] => [
  // First, so that nothing reads or changes a request before it is judged; last to touch a response, so that headers
  // that the verdict adds (CORS, the sealed session) are not removed as if the upstream had sent them.
  extAuthz(plan),
  // Behind the verdict, with time of its own: the first one keeps its two seconds.
  hold(plan),
  // Only behind an allow, because our own denials keep their headers and their 401.
  afterVerdict(plan),
  // Sends the request to the cluster that the verdict names.
  { name: 'envoy.filters.http.router', typed_config: Router.any({ suppress_envoy_headers: true }) },
]

const extAuthz = ({ maxAnonymousBodyBytes, tls }: EdgePlan): HttpFilter => ({
  name: EXT_AUTHZ,
  typed_config: ExtAuthz.any({
    grpc_service: { envoy_grpc: { cluster_name: AUTHORIZER_CLUSTER }, timeout: seconds(AUTHORIZER_TIMEOUT_S) },
    transport_api_version: V3,
    // Invariant: any failure to decide is a refusal.
    failure_mode_allow: false,
    status_on_error: { code: ServiceUnavailable },
    // The route is chosen again after the verdict, because the verdict names the cluster.
    clear_route_cache: true,
    with_request_body: bodyUpTo(maxAnonymousBodyBytes),
    // Otherwise duplicate headers arrive joined by commas and bytes that are not UTF-8 as exclamation marks.
    encode_raw_headers: true,
    ...(tls?.clientAuthoritiesPem === undefined ? {} : { include_peer_certificate: true }),
    // A header that cannot be sent is a bug of ours and must not travel on.
    validate_mutations: true,
  }),
})

/** Longer than any approval may take: who asks is told by us, not by a timeout of Envoy's. */
const APPROVAL_TIMEOUT_S = 11 * 60

/** Runs only where the verdict says that the call waits for a person. It sees the verdict and the same body. */
const hold = ({ maxBodyBytes }: EdgePlan): HttpFilter => ({
  name: 'hold',
  typed_config: ExtAuthz.any({
    grpc_service: { envoy_grpc: { cluster_name: APPROVALS_CLUSTER }, timeout: seconds(APPROVAL_TIMEOUT_S) },
    transport_api_version: V3,
    failure_mode_allow: false,
    status_on_error: { code: ServiceUnavailable },
    filter_enabled_metadata: {
      filter: EXT_AUTHZ,
      path: [{ key: HOLD_KEY }],
      value: { string_match: { exact: HOLD_YES } },
    },
    metadata_context_namespaces: [EXT_AUTHZ],
    with_request_body: bodyUpTo(maxBodyBytes),
    encode_raw_headers: true,
  }),
})

/** What is authorised is what is forwarded, hence never a part of a body: over the limit is 413 without a check. */
const bodyUpTo = (bytes: number): envoy.extensions.filters.http.ext_authz.v3.BufferSettings => ({
  max_request_bytes: bytes,
  allow_partial_message: false,
  pack_as_bytes: true,
})

/** Route settings: the authorizer decides, with bodies up to this size. */
export const authorizedUpTo = (bytes: number): Readonly<Record<string, google.protobuf.Any>> => ({
  [EXT_AUTHZ]: ExtAuthzPerRoute.any({ check_settings: { with_request_body: bodyUpTo(bytes) } }),
})

/** Route settings: ours, without the authorizer. */
export const unauthorized: Readonly<Record<string, google.protobuf.Any>> = {
  [EXT_AUTHZ]: ExtAuthzPerRoute.any({ disabled: true }),
}

const extProc = (body: envoy.extensions.filters.http.ext_proc.v3.ProcessingMode): google.protobuf.Any =>
  ExtProc.any({
    grpc_service: { envoy_grpc: { cluster_name: CONTROL_CLUSTER } },
    message_timeout: seconds(INSPECTOR_TIMEOUT_S),
    failure_mode_allow: false,
    processing_mode: { request_header_mode: Mode.SKIP, response_header_mode: Mode.SEND, ...body },
    // Tells the inspector who called, without a second verification.
    metadata_options: { forwarding_namespaces: { untyped: [EXT_AUTHZ] } },
  })

const onHeaders = extProc({ response_body_mode: BodyMode.NONE })
/** Buffered, events would come when their stream ends. The mode insists on trailers. */
const onAnswer = extProc({ response_body_mode: BodyMode.FULL_DUPLEX_STREAMED, response_trailer_mode: Mode.SEND })

/**
 * What runs on a request depends on the verdict's metadata: no header that a client could forge or an upstream could see,
 * and no cost otherwise. One filter for all cases, because each costs every request. Matching ext_proc directly would
 * open a stream for every local reply.
 */
function afterVerdict(plan: EdgePlan): HttpFilter {
  const guard = { name: 'guard', typed_config: translateResponseGuard(plan) }
  // Responses meet the guard first: the inspector sees what it has left.
  const inspected = (name: string, processor: google.protobuf.Any): ReturnType<typeof run> =>
    run({ filter_chain: { typed_config: [{ name, typed_config: processor }, guard] } })
  return {
    name: 'after-verdict',
    typed_config: WithMatcher.any({
      extension_config: { name: 'composite', typed_config: Composite.any({}) },
      xds_matcher: {
        matcher_list: {
          matchers: [
            {
              predicate: verdictSays(INSPECT_KEY, INSPECT_SESSION),
              on_match: inspected('inspect-session', onHeaders),
            },
            {
              predicate: verdictSays(INSPECT_KEY, INSPECT_ANSWER),
              on_match: inspected('inspect-answer', onAnswer),
            },
            { predicate: verdictSays(DECISION_KEY, DECISION_ALLOW), on_match: run({ typed_config: guard }) },
          ],
        },
      },
    }),
  }
}

const run = (action: envoy.extensions.filters.http.composite.v3.ExecuteFilterAction) => ({
  action: { name: 'run', typed_config: ExecuteFilter.any(action) },
})
