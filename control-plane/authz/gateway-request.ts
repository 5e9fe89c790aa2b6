import type { envoy } from '../../proto/envoy.d.ts'

/** What the authorizer knows of one HTTP request. */
export interface GatewayRequest {
  readonly id: string
  readonly method: string
  readonly host: string
  /** The address of the client, or of the proxy in front of Envoy. */
  readonly clientAddress: string
  /** As Envoy normalised it, with the query. */
  readonly path: string
  /** Lower-case names; repeated headers joined by ", ", so that a repetition never equals a single value. */
  readonly headers: ReadonlyMap<string, string>
  /** That the client proved to have; PEM. */
  readonly certificatePem?: string | undefined
  readonly body: Uint8Array
}

/** Throws where Envoy left out what it always sends: the edge turns that into a refusal. */
export function decodeCheckRequest(check: envoy.service.auth.v3.CheckRequest): GatewayRequest {
  const http = check.attributes?.request?.http
  if (http?.method === undefined || http.path === undefined || http.host === undefined) {
    throw new Error('A check request without method, path or host')
  }
  const headers = decodeHeaders(http.header_map?.headers ?? [])
  return {
    id: headers.get('x-request-id') ?? '',
    method: http.method,
    host: http.host,
    clientAddress: check.attributes?.source?.address?.socket_address?.address ?? '',
    path: http.path,
    headers,
    certificatePem: check.attributes?.source?.certificate
      ? decodeURIComponent(check.attributes.source.certificate)
      : undefined,
    body: http.raw_body ?? new Uint8Array(),
  }
}

/** Lower-case names; repeated ones joined by ", ". */
export function decodeHeaders(list: readonly envoy.config.core.v3.HeaderValue[]): Map<string, string> {
  const headers = new Map<string, string>()
  for (const { key, value, raw_value: raw } of list) {
    if (key === undefined) continue
    const text = raw === undefined ? (value ?? '') : Buffer.from(raw).toString('latin1')
    const known = headers.get(key)
    headers.set(key, known === undefined ? text : `${known}, ${text}`)
  }
  return headers
}
