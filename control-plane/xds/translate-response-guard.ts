/** What an upstream says cannot steer our clients: its challenges, redirects, cookies and origin-wide settings end here. */
import { codec } from '../../proto/codec.ts'
import type { envoy, google, xds } from '../../proto/envoy.d.ts'
import { struct } from '../../proto/struct.ts'
import type { EdgePlan } from './edge-plan.ts'
import { ANSWERS_AS_IS, ANSWERS_KEY, DECISION_ALLOW, DECISION_KEY, EXT_AUTHZ, RPC_ID_KEY } from './names.ts'
import { verdictSays } from './wire.ts'

type Predicate = xds.type.matcher.v3.Matcher.MatcherList.Predicate

const HeaderMutation = codec('envoy.extensions.filters.http.header_mutation.v3.HeaderMutation')
const CustomResponse = codec('envoy.extensions.filters.http.custom_response.v3.CustomResponse')
const LocalResponse = codec('envoy.extensions.http.custom_response.local_response_policy.v3.LocalResponsePolicy')
const StatusInput = codec('envoy.type.matcher.v3.HttpResponseStatusCodeMatchInput')

/** Each of these acts on more than the one answer that carries it, or on the origin that tunnels share. */
const REMOVED = [
  'set-cookie',
  'clear-site-data',
  'nel',
  'report-to',
  'reporting-endpoints',
  'strict-transport-security',
  'alt-svc',
  'service-worker-allowed',
  // Would send clients to sign in at an authorization server of the upstream's choice.
  'www-authenticate',
]

/** In path mode tunnels share an origin with sign-in, so an upstream must not open it to other origins. */
export const translateHeaderGuard = ({ addressing }: EdgePlan): google.protobuf.Any => {
  const prefixes = addressing.mode === 'path' ? ['x-envoy-', 'access-control-'] : ['x-envoy-']
  return HeaderMutation.any({
    mutations: {
      response_mutations: [
        ...REMOVED.map((remove) => ({ remove })),
        ...prefixes.map((prefix) => ({ remove_on_match: { key_matcher: { prefix } } })),
      ],
    },
  })
}

/** An upstream's own 401 would look like ours, and a redirect would carry the client's request elsewhere. 304 passes. */
const REFUSED_STATUSES = '401|301|302|303|307|308'

/** Turns refused answers of the upstream into 502. Our own 401 comes without `decision: allow` and stays. */
export const translateStatusGuard = (): envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter => ({
  name: 'envoy.filters.http.custom_response',
  typed_config: CustomResponse.any({
    custom_response_matcher: {
      matcher_list: {
        matchers: [
          {
            predicate: {
              and_matcher: {
                predicate: [
                  verdictSays(DECISION_KEY, DECISION_ALLOW),
                  { not_matcher: verdictSays(ANSWERS_KEY, ANSWERS_AS_IS) },
                  statusIsOneOf(REFUSED_STATUSES),
                ],
              },
            },
            on_match: { action: { name: 'bad-gateway', typed_config: badGateway } },
          },
        ],
      },
    },
  }),
})

const statusIsOneOf = (regex: string): Predicate => ({
  single_predicate: {
    input: { name: 'status', typed_config: StatusInput.any({}) },
    value_match: { safe_regex: { google_re2: {}, regex } },
  },
})

const badGateway = LocalResponse.any({
  status_code: { value: 502 },
  response_code_details: 'sallyport_upstream_answer_refused',
  body_format: {
    json_format: struct({
      jsonrpc: '2.0',
      id: `%DYNAMIC_METADATA(${EXT_AUTHZ}:${RPC_ID_KEY})%`,
      error: {
        code: -32_603,
        message: 'The server behind this tunnel asked for its own sign-in or redirected, which is not passed on',
        data: { code: 'upstream_answer_refused', requestId: '%REQ(X-REQUEST-ID)%' },
      },
    }),
    content_type: 'application/json',
  },
})
