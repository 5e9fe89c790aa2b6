import { enumOf } from '../../proto/codec.ts'
import type { envoy } from '../../proto/envoy.d.ts'
import { jsonOf } from '../../proto/struct.ts'
import { isRecord } from '../kernel/record.ts'
import type { Random } from '../kernel/random.ts'
import { sealSession, type SealingKey } from '../mcp/session-seal.ts'

type ProcessingRequest = envoy.service.ext_proc.v3.ProcessingRequest
type ProcessingResponse = envoy.service.ext_proc.v3.ProcessingResponse

const EXT_AUTHZ = 'envoy.filters.http.ext_authz'
const SESSION_HEADER = 'mcp-session-id'
const AppendAction = enumOf('envoy.config.core.v3.HeaderValueOption.HeaderAppendAction')

/**
 * The answer to `initialize`: replaces the upstream's session id by one that is sealed to user, client, route and
 * connector, as the verdict said. Throws where the verdict's facts are missing: Envoy then fails the response.
 */
export function sealSessionId(
  request: ProcessingRequest,
  options: { readonly key: SealingKey; readonly random: Random; readonly nowMs: number },
): ProcessingResponse {
  const upstreamId = sessionIdIn(request.response_headers?.headers?.headers ?? [])
  if (upstreamId === undefined) return { response_headers: { response: {} } }
  const facts = jsonOf(request.metadata_context?.filter_metadata?.[EXT_AUTHZ])
  const { seal } = facts
  if (!isRecord(seal)) throw new Error('An inspected response without seal facts')
  const sealed = sealSession(
    { id: upstreamId, connectorId: textIn(seal, 'connector') },
    { userId: textIn(seal, 'user'), clientId: textIn(seal, 'client'), route: textIn(facts, 'route') },
    options,
  )
  const header = { key: SESSION_HEADER, raw_value: Buffer.from(sealed) }
  const set = { header, append_action: AppendAction.OVERWRITE_IF_EXISTS_OR_ADD }
  return { response_headers: { response: { header_mutation: { set_headers: [set] } } } }
}

function textIn(facts: Readonly<Record<string, unknown>>, name: string): string {
  const value = facts[name]
  if (typeof value !== 'string') throw new Error(`An inspected response without "${name}" in its facts`)
  return value
}

function sessionIdIn(headers: readonly envoy.config.core.v3.HeaderValue[]): string | undefined {
  const header = headers.find((candidate) => candidate.key === SESSION_HEADER)
  if (header === undefined) return undefined
  return header.raw_value === undefined ? header.value : Buffer.from(header.raw_value).toString('latin1')
}
