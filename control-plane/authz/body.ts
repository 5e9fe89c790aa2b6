import { eraOf, headersContradict, type Era } from '../mcp/era.ts'
import { parseMessage, type Message, type MessageProblem } from '../mcp/message.ts'
import { errorCode } from '../mcp/refusal.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import type { GatewayRequest } from './gateway-request.ts'
import type { Verdict } from './verdict.ts'

/** A request's message, or undefined for methods without a body. */
export interface ReadBody {
  readonly message: Message | undefined
  readonly era: Era
}

const PROBLEM: Readonly<Record<MessageProblem, readonly [number, string]>> = {
  byte_order_mark: [errorCode.parseError, 'The body starts with a byte order mark'],
  invalid_utf8: [errorCode.parseError, 'The body is not valid UTF-8'],
  invalid_json: [errorCode.parseError, 'The body is not one JSON value'],
  duplicate_key: [errorCode.invalidRequest, 'The body has a duplicate key'],
  lone_surrogate: [errorCode.invalidRequest, 'A key or text has half a surrogate pair'],
  number_too_large: [errorCode.invalidRequest, 'A number is larger than any double'],
  proto_key: [errorCode.invalidRequest, 'A key is called __proto__'],
  nul_in_key: [errorCode.invalidRequest, 'A key contains U+0000'],
  too_deep: [errorCode.invalidRequest, 'The body is nested too deeply'],
  batch: [errorCode.invalidRequest, 'Batches are not accepted'],
  not_an_object: [errorCode.invalidRequest, 'The body is not a JSON object'],
  not_json_rpc: [errorCode.invalidRequest, 'The body is not a JSON-RPC 2.0 message'],
  case_variant_key: [errorCode.invalidRequest, 'A protocol key is written in another case'],
  bad_id: [errorCode.invalidRequest, 'The id is missing, or neither a string nor an integer'],
  bad_params: [errorCode.invalidRequest, 'The params are not an object'],
  bad_method: [errorCode.invalidRequest, 'The method is not a plain string'],
  missing_subject: [errorCode.invalidRequest, 'The params lack the name or uri that this method needs'],
  bad_subject: [errorCode.invalidRequest, 'The name or uri has U+0000 or half a surrogate pair'],
}

/** Invariant 2: what is authorised is exactly what is forwarded, so what can be read in two ways is refused. */
export function readBody(request: GatewayRequest): Result<ReadBody, Verdict> {
  const protocolVersion = request.headers.get('mcp-protocol-version')
  if (request.method !== 'POST') {
    return request.body.length > 0
      ? err(refusePlain(400, `A ${request.method} request has no body here`))
      : ok({ message: undefined, era: eraOf(undefined, protocolVersion) })
  }
  if (request.headers.has('content-encoding')) return err(refusePlain(415, 'Content-Encoding is not accepted'))
  if (!isJson(request.headers.get('content-type')))
    return err(refusePlain(415, 'Content-Type must be application/json'))
  const message = parseMessage(request.body)
  if (!message.ok) {
    const [code, text] = PROBLEM[message.error]
    return err({ kind: 'refuse', status: 400, rpcId: undefined, error: { code, message: text } })
  }
  const era = eraOf(message.value, protocolVersion)
  const routing = { protocolVersion, method: request.headers.get('mcp-method'), name: request.headers.get('mcp-name') }
  if (era === 'modern' && headersContradict(message.value, routing)) {
    const rpcId = message.value.kind === 'notification' ? undefined : message.value.id
    const error = { code: errorCode.headerMismatch, message: 'Header mismatch: the headers contradict the body' }
    return err({ kind: 'refuse', status: 400, rpcId, error })
  }
  return ok({ message: message.value, era })
}

/** `application/json`, alone or with `charset=utf-8`: another charset would be read differently by the upstream. */
const isJson = (contentType: string | undefined): boolean =>
  contentType !== undefined && /^application\/json(?:\s*;\s*charset="?utf-8"?)?\s*$/i.test(contentType)

const refusePlain = (status: number, message: string): Verdict => ({ kind: 'refuse_plain', status, message })
