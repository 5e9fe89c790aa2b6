import { jsonOf, type JsonObject } from '../../proto/struct.ts'
import type { envoy } from '../../proto/envoy.d.ts'
import type { CallAbandoned, CallCompleted } from '../audit/event.ts'
import { isRecord } from '../kernel/record.ts'
import {
  WEB_CLUSTER,
  REFUSAL_CHALLENGE_KEY,
  REFUSAL_STATUS_KEY,
  UPSTREAM_REFUSAL,
  UPSTREAM_TOKEN_KEY,
} from '../xds/names.ts'

type Entry = envoy.data.accesslog.v3.HTTPAccessLogEntry

const EXT_AUTHZ = 'envoy.filters.http.ext_authz'

/** Envoy's account of a finished request, joined to its decision by the request id that the verdict left in the metadata. */
export function completionOf(entry: Entry): CallCompleted | CallAbandoned | undefined {
  const { metadata, start_time: start, duration, response_flags: flags } = entry.common_properties ?? {}
  const told = metadata?.filter_metadata ?? {}
  const facts = jsonOf(told[EXT_AUTHZ])
  const { request_id: requestId, route } = facts
  if (requestId === undefined) return abandonedOf(entry)
  if (typeof requestId !== 'string' || typeof route !== 'string' || route === '') return undefined
  const refusal = upstreamRefusalOf(facts, jsonOf(told[UPSTREAM_REFUSAL]))
  const durationMs = millisecondsOf(duration)
  return {
    kind: 'call.completed',
    atMs: millisecondsOf(start) + durationMs,
    requestId,
    route,
    httpStatus: entry.response?.response_code?.value ?? 0,
    durationMs,
    bytesIn: (entry.request?.request_headers_bytes ?? 0) + (entry.request?.request_body_bytes ?? 0),
    bytesOut: (entry.response?.response_headers_bytes ?? 0) + (entry.response?.response_body_bytes ?? 0),
    flags: Object.entries(flags ?? {})
      .filter(([, set]) => set === true)
      .map(([name]) => name)
      .join(','),
    ...(refusal === undefined ? {} : { upstreamRefusal: refusal }),
  }
}

/** Our own pages have no verdict either. */
function abandonedOf({ common_properties: common, request }: Entry): CallAbandoned | undefined {
  const { request_id: requestId = '' } = request ?? {}
  if (requestId === '' || common?.upstream_cluster === WEB_CLUSTER) return undefined
  return { kind: 'call.abandoned', requestId, route: '' }
}

function upstreamRefusalOf(verdict: JsonObject, told: JsonObject): CallCompleted['upstreamRefusal'] {
  const token = verdict[UPSTREAM_TOKEN_KEY]
  const { [REFUSAL_STATUS_KEY]: status, [REFUSAL_CHALLENGE_KEY]: challenge } = told
  if (!isRecord(token) || typeof status !== 'string') return undefined
  const { user, generation } = token
  if (typeof user !== 'string' || typeof generation !== 'string') return undefined
  return {
    userId: user,
    generation,
    status: Number(status),
    challenge: typeof challenge === 'string' ? challenge : '',
  }
}

const millisecondsOf = (time: { readonly seconds?: number; readonly nanos?: number } | undefined): number =>
  (time?.seconds ?? 0) * 1000 + Math.round((time?.nanos ?? 0) / 1e6)
