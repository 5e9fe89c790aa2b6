/**
 * Bodies of errors that Envoy itself makes. An MCP client that posted JSON gets a JSON-RPC error with the id of its
 * request; everybody else gets Envoy's plain text. A verdict of ours is never rewritten.
 */
import { enumOf } from '../../proto/codec.ts'
import type { envoy } from '../../proto/envoy.d.ts'
import { struct } from '../../proto/struct.ts'
import { DECISION_KEY, EXT_AUTHZ, RPC_ID_KEY } from './names.ts'
import { setHeader } from './wire.ts'

type AccessLogFilter = envoy.config.accesslog.v3.AccessLogFilter
type LocalReplyConfig = envoy.extensions.filters.network.http_connection_manager.v3.LocalReplyConfig
type Mapper = envoy.extensions.filters.network.http_connection_manager.v3.ResponseMapper

const { EQ } = enumOf('envoy.config.accesslog.v3.ComparisonFilter.Op')

/**
 * No connection, closed before an answer, retries spent, overflow, no such cluster, no endpoint, timeout: the tunnel's
 * fault. The verdict was an allow, so its metadata has the request's id.
 */
const TUNNEL_FLAGS = ['UF', 'UC', 'URX', 'UO', 'NC', 'UH', 'UT']
/** Set on every answer of ext_authz, be it a denial or its own failure. */
const AUTHORIZER_FLAG = 'UAEX'
const RETRY_AFTER_S = 1

export const translateLocalReplies = (): LocalReplyConfig => ({
  mappers: [
    jsonRpcError(
      { response_flag_filter: { flags: TUNNEL_FLAGS } },
      { code: -32_061, message: 'The tunnel did not answer', reason: 'tunnel_unavailable' },
    ),
    jsonRpcError(authorizerFailed(), {
      code: -32_603,
      message: 'The gateway could not decide about this request, try again',
      reason: 'authorizer_unavailable',
    }),
  ],
})

/** 503 and no `decision`: every verdict of ours has one, so this is Envoy speaking for an authorizer that failed. */
const authorizerFailed = (): AccessLogFilter =>
  all(
    { response_flag_filter: { flags: [AUTHORIZER_FLAG] } },
    {
      status_code_filter: {
        comparison: { op: EQ, value: { default_value: 503, runtime_key: 'sallyport.authorizer_failed' } },
      },
    },
    {
      metadata_filter: {
        // Never true of what is there, so that only its absence matches; `invert` has no effect here.
        matcher: { filter: EXT_AUTHZ, path: [{ key: DECISION_KEY }], value: { null_match: {} } },
        match_if_key_not_found: { value: true },
      },
    },
  )

function jsonRpcError(
  filter: AccessLogFilter,
  error: { readonly code: number; readonly message: string; readonly reason: string },
): Mapper {
  return {
    filter: all(...JSON_POST, filter),
    headers_to_add: [setHeader('retry-after', String(RETRY_AFTER_S))],
    body_format_override: {
      json_format: struct({
        jsonrpc: '2.0',
        // Keeps its type: a number stays a number, and an unknown id becomes null.
        id: `%DYNAMIC_METADATA(${EXT_AUTHZ}:${RPC_ID_KEY})%`,
        error: {
          code: error.code,
          message: error.message,
          data: { code: error.reason, requestId: '%REQ(X-REQUEST-ID)%', retryAfterMs: RETRY_AFTER_S * 1000 },
        },
      }),
      content_type: 'application/json',
    },
  }
}

const JSON_POST: readonly AccessLogFilter[] = [
  { header_filter: { header: { name: ':method', string_match: { exact: 'POST' } } } },
  {
    header_filter: {
      header: { name: 'content-type', string_match: { prefix: 'application/json', ignore_case: true } },
    },
  },
]

const all = (...filters: readonly AccessLogFilter[]): AccessLogFilter => ({ and_filter: { filters } })
