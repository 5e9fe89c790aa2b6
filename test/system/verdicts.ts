/** Verdicts and requests as short as a test of the data plane wants them. */
import type { CheckRequest, CheckResponse } from '../../control-plane/grpc/ext-authz.ts'
import { enumOf } from '../../proto/codec.ts'
import type { envoy } from '../../proto/envoy.d.ts'
import { struct, type JsonObject } from '../../proto/struct.ts'
import type { Answer, Call } from './data-plane.ts'

const { OVERWRITE_IF_EXISTS_OR_ADD } = enumOf('envoy.config.core.v3.HeaderValueOption.HeaderAppendAction')
const PERMISSION_DENIED = 7

export const header = (key: string, value: string): envoy.config.core.v3.HeaderValueOption => ({
  header: { key, value },
  append_action: OVERWRITE_IF_EXISTS_OR_ADD,
})

/** ext_proc takes bytes only. */
export const rawHeader = (key: string, value: string): envoy.config.core.v3.HeaderValueOption => ({
  header: { key, raw_value: Buffer.from(value) },
  append_action: OVERWRITE_IF_EXISTS_OR_ADD,
})

export const allow = (facts: JsonObject = {}, cluster = 'connector/con_a'): CheckResponse => ({
  status: { code: 0 },
  ok_response: { headers: [header('x-sallyport-cluster', cluster)], headers_to_remove: ['authorization'] },
  dynamic_metadata: struct({ decision: 'allow', ...facts }),
})

export const deny = (
  code: 401 | 503,
  body: string,
  headers: readonly envoy.config.core.v3.HeaderValueOption[] = [],
): CheckResponse => ({
  status: { code: PERMISSION_DENIED },
  denied_response: { status: { code }, body, headers },
  dynamic_metadata: struct({ decision: 'deny' }),
})

export const headersOf = (request: CheckRequest): Readonly<Record<string, string>> => {
  const all = request.attributes?.request?.http?.header_map?.headers ?? []
  return Object.fromEntries(all.map(({ key = '', raw_value: raw = Buffer.alloc(0) }) => [key, String(raw)]))
}

const JSON_TYPE = { 'content-type': 'application/json' }
export const post = (path: string, body: string | Buffer, headers: Readonly<Record<string, string>> = {}): Call => ({
  method: 'POST',
  path,
  body,
  headers: { ...JSON_TYPE, ...headers },
})

/** A JSON body as parsed. */
export const errorOf = ({ body }: Answer): unknown => JSON.parse(body)
