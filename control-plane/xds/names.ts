/** Names that Envoy and our own code must agree on. */

/** Set by the verdict, names the cluster that a request goes to. Removed from clients' requests and before the upstream. */
export const CLUSTER_HEADER = 'x-sallyport-cluster'

/** Tells the web role who is there. */
export const CLIENT_ADDRESS_HEADER = 'x-sallyport-client-address'

/** The cluster of one connector. The prefix keeps a connector from ever being called `web` or `authorizer`. */
export const clusterOf = (connectorId: string): string => `connector/${connectorId}`

/** The cluster of all connectors of a route that are able to serve it. */
export const balanceClusterOf = (route: string): string => `tunnel/${route}`

export const AUTHORIZER_CLUSTER = 'authorizer'
export const APPROVALS_CLUSTER = 'approvals'
export const CONTROL_CLUSTER = 'control'
export const WEB_CLUSTER = 'web'

export const ROUTES = 'gateway'
export const CERTIFICATE = 'gateway-certificate'
/** The certificate authorities that are good for upstreams. */
export const AUTHORITIES = 'upstream-authorities'

/** Names of HTTP filters; per-route settings and dynamic metadata refer to them. */
export const EXT_AUTHZ = 'envoy.filters.http.ext_authz'

/**
 * Keys of the verdict's dynamic metadata that Envoy's configuration reads. `decision` must be on every verdict: its
 * absence beside a 503 is how Envoy recognises an authorizer that failed.
 */
export const DECISION_KEY = 'decision'
export const DECISION_ALLOW = 'allow'
/** The JSON-RPC id of the request, number or text, for error bodies that Envoy makes. */
export const RPC_ID_KEY = 'rpc_id'
/** `session`: ext_proc sees the response's headers. `answer`: and its body. */
export const INSPECT_KEY = 'inspect'
export const INSPECT_SESSION = 'session'
export const INSPECT_ANSWER = 'answer'
/** `yes`: the call waits for a person. */
export const HOLD_KEY = 'hold'
export const HOLD_YES = 'yes'
/** `as_is`: the upstream's own 401 and redirects pass. Without it they become 502. */
export const ANSWERS_KEY = 'answers'
export const ANSWERS_AS_IS = 'as_is'

/** `true` where the call counts among those at the same time. */
export const HOLDS_SLOT_KEY = 'holds_slot'

/** Present where a token of the upstream's own went up: what it answers to that is told to the control plane. */
export const UPSTREAM_TOKEN_KEY = 'upstream_token'
/** The namespace and keys under which it is told, in the access log's metadata. */
export const UPSTREAM_REFUSAL = 'sallyport.upstream_refusal'
export const REFUSAL_STATUS_KEY = 'status'
export const REFUSAL_CHALLENGE_KEY = 'challenge'

/**
 * The cluster of a route with a fixed address. One that leads elsewhere after a change of the configuration is another one:
 * what the old policy allowed must not reach the new server.
 */
export const routeClusterOf = ({ key, revision }: { readonly key: string; readonly revision?: string }): string =>
  revision === undefined ? `route/${key}` : `route/${key}@${revision}`
