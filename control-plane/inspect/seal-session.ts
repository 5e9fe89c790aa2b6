import { enumOf } from '../../proto/codec.ts'
import type { envoy } from '../../proto/envoy.d.ts'
import type { JsonObject } from '../../proto/struct.ts'
import { textIn } from '../authz/answer-facts.ts'
import { isRecord } from '../kernel/record.ts'
import type { Random } from '../kernel/random.ts'
import { sealSession, type SealingKey } from '../mcp/session-seal.ts'

const SESSION_HEADER = 'mcp-session-id'
const AppendAction = enumOf('envoy.config.core.v3.HeaderValueOption.HeaderAppendAction')

/**
 * For the answer to `initialize`: the header that replaces the upstream's session id by one that is sealed to user, client,
 * route and connector, as the verdict said. Throws where the verdict's facts are missing: Envoy then fails the response.
 */
export function sealedSession(
  headers: ReadonlyMap<string, string>,
  verdict: JsonObject,
  options: { readonly key: SealingKey; readonly random: Random; readonly nowMs: number },
): readonly envoy.config.core.v3.HeaderValueOption[] {
  const { seal } = verdict
  const upstreamId = headers.get(SESSION_HEADER)
  if (upstreamId === undefined || seal === undefined) return []
  if (!isRecord(seal)) throw new Error('An inspected response without seal facts')
  const sealed = sealSession(
    { id: upstreamId, connectorId: textIn(seal, 'connector'), mayMakeTasks: seal['tasks'] === true },
    { userId: textIn(seal, 'user'), clientId: textIn(seal, 'client'), route: textIn(verdict, 'route') },
    options,
  )
  const header = { key: SESSION_HEADER, raw_value: Buffer.from(sealed) }
  return [{ header, append_action: AppendAction.OVERWRITE_IF_EXISTS_OR_ADD }]
}
