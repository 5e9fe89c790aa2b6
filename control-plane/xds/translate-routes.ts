import { codec, enumOf } from '../../proto/codec.ts'
import type { envoy } from '../../proto/envoy.d.ts'
import { JWKS_PATHS } from '../kernel/well-known.ts'
import type { EdgePlan } from './edge-plan.ts'
import { CLIENT_ADDRESS_HEADER, CLUSTER_HEADER, ROUTES, WEB_CLUSTER } from './names.ts'
import { authorizedUpTo, unauthorized } from './translate-http-filters.ts'
import { seconds, setHeader } from './wire.ts'

type Route = envoy.config.route.v3.Route
type RouteMatch = envoy.config.route.v3.RouteMatch
type VirtualHost = envoy.config.route.v3.VirtualHost

const PreviousHosts = codec('envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate')
const NotFound = enumOf('envoy.config.route.v3.RouteAction.ClusterNotFoundResponseCode')

/** Discovery documents that are ours on every host we serve (RFC 9728 §3.1, RFC 8414 §3.1, OIDC Discovery §4). */
const WELL_KNOWN = [
  '/.well-known/oauth-protected-resource',
  '/.well-known/oauth-authorization-server',
  '/.well-known/openid-configuration',
]
const WEB_TIMEOUT_S = 30

/**
 * Some clients renew their tokens at `/token` of the MCP URL's host, wherever the metadata says. No tunnel loses anything:
 * a form is never forwarded.
 */
const TOKEN_FORM: RouteMatch = {
  path: '/token',
  headers: [{ name: 'content-type', string_match: { prefix: 'application/x-www-form-urlencoded' } }],
}

/** One table for all tunnels: which of them a request goes to is the verdict's business, so nothing here knows them. */
export function translateRoutes(plan: EdgePlan): envoy.config.route.v3.RouteConfiguration {
  const { addressing, ownHosts, routeHosts } = plan
  const tunnelHosts = [...(addressing.mode === 'host' ? [`*.${addressing.tunnelDomain}`] : []), ...routeHosts]
  const wellKnown = [
    ...WELL_KNOWN.map((path) => toWeb({ path_separated_prefix: path })),
    ...JWKS_PATHS.map((path) => toWeb({ path })),
  ]
  const own: VirtualHost = {
    name: 'own',
    domains: ownHosts,
    routes: [
      ...wellKnown,
      ...plan.webPaths.map((path) => toWeb({ path })),
      ...plan.webPrefixes.map((prefix) => toWeb(prefix.endsWith('/') ? { prefix } : { path_separated_prefix: prefix })),
      ...(addressing.mode === 'path' ? toTunnel(plan, PATH_MODE) : [toWeb({ prefix: '/' })]),
    ],
  }
  const tunnels: VirtualHost = {
    name: 'tunnels',
    domains: tunnelHosts,
    routes: [...wellKnown, toWeb(TOKEN_FORM), ...toTunnel(plan)],
  }
  return {
    name: ROUTES,
    // Clusters come and go without this table; a missing one is answered with 503.
    validate_clusters: { value: false },
    virtual_hosts: [own, ...(tunnelHosts.length === 0 ? [] : [tunnels]), UNKNOWN_HOST],
  }
}

/** Hosts that nobody configured, also a forged one and one with a dot at its end, get one sentence and no check. */
const UNKNOWN_HOST: VirtualHost = {
  name: 'unknown',
  domains: ['*'],
  routes: [
    {
      name: 'unknown-host',
      match: { prefix: '/' },
      typed_per_filter_config: unauthorized,
      direct_response: { status: 404, body: { inline_string: 'Nothing is served under this host name.\n' } },
    },
  ],
}

const toWeb = (match: RouteMatch): Route => ({
  name: 'web',
  match,
  typed_per_filter_config: unauthorized,
  // X-Forwarded-For would do, but for loopback clients: Envoy writes its own address there for them.
  request_headers_to_add: [setHeader(CLIENT_ADDRESS_HEADER, '%DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT%')],
  request_headers_to_remove: ['x-envoy-external-address'],
  route: { cluster: WEB_CLUSTER, timeout: seconds(WEB_TIMEOUT_S), retry_policy: BEFORE_THE_FIRST_BYTE },
})

/** What makes a tunnel route one of path mode. */
interface PathMode {
  readonly response_headers_to_add: readonly envoy.config.core.v3.HeaderValueOption[]
  readonly regex_rewrite: envoy.type.matcher.v3.RegexMatchAndSubstitute
}

const PATH_MODE: PathMode = {
  // Tunnels share the origin with sign-in: what they serve must not run in it.
  response_headers_to_add: [
    setHeader('content-security-policy', 'sandbox'),
    setHeader('x-content-type-options', 'nosniff'),
  ],
  // `/calm-otter-4821/mcp` becomes `/mcp`, and `/calm-otter-4821` becomes `/`.
  regex_rewrite: { pattern: { regex: '^/[^/]+/?(.*)$' }, substitution: '/\\1' },
}

/** A call is never replayed: retries only where no byte reached the upstream, and on another endpoint if there is one. */
const BEFORE_THE_FIRST_BYTE: envoy.config.route.v3.RetryPolicy = {
  retry_on: 'connect-failure,refused-stream',
  num_retries: { value: 2 },
  retry_host_predicate: [{ name: 'envoy.retry_host_predicates.previous_hosts', typed_config: PreviousHosts.any({}) }],
  host_selection_retry_max_attempts: 16,
}

/** Twice, because a stranger's body is held only up to a small size. */
function toTunnel(plan: EdgePlan, pathMode?: PathMode): readonly Route[] {
  const common: Route = {
    // After the cluster was chosen, before the request leaves. The address is in X-Forwarded-For.
    request_headers_to_remove: [CLUSTER_HEADER, 'x-envoy-external-address'],
    ...(pathMode === undefined ? {} : { response_headers_to_add: pathMode.response_headers_to_add }),
    route: {
      cluster_header: CLUSTER_HEADER,
      cluster_not_found_response_code: NotFound.SERVICE_UNAVAILABLE,
      // Event streams stay open as long as both ends like; the verdict limits them to the token's lifetime.
      timeout: seconds(0),
      idle_timeout: seconds(0),
      // The local server's own name (`localhost:8080`), which DNS rebinding protection in SDKs insists on.
      auto_host_rewrite: { value: true },
      append_x_forwarded_host: true,
      retry_policy: BEFORE_THE_FIRST_BYTE,
      ...(pathMode === undefined ? {} : { regex_rewrite: pathMode.regex_rewrite }),
    },
  }
  return [
    {
      ...common,
      name: 'tunnel',
      match: { prefix: '/', headers: [{ name: 'authorization', present_match: true }] },
      typed_per_filter_config: authorizedUpTo(plan.maxBodyBytes),
    },
    {
      ...common,
      name: 'tunnel-anonymous',
      match: { prefix: '/' },
      typed_per_filter_config: authorizedUpTo(plan.maxAnonymousBodyBytes),
    },
  ]
}
