import type { ApprovalDesk } from '../approvals/approval-desk.ts'
import type { HeldCall } from '../approvals/held-call.ts'
import type { Settlement } from '../audit/event.ts'
import { enumOf } from '../../proto/codec.ts'
import type { envoy } from '../../proto/envoy.d.ts'
import { jsonOf, struct } from '../../proto/struct.ts'
import { shortText } from '../kernel/short-text.ts'
import { visibleText } from '../kernel/visible-text.ts'
import { parseMessage, subjectOf, type Message } from '../mcp/message.ts'
import { errorCode, rpcErrorBody } from '../mcp/refusal.ts'
import { decide } from '../policy/decide.ts'
import { decodeAnswerFacts, type AnswerFacts } from './answer-facts.ts'
import { inputAfterVerdict } from './answer-input.ts'
import type { World } from './hearing.ts'
import { decodeCheckRequest } from './gateway-request.ts'
import { mcpFactsOf } from './mcp-facts.ts'

type CheckRequest = envoy.service.auth.v3.CheckRequest
type CheckResponse = envoy.service.auth.v3.CheckResponse

const EXT_AUTHZ = 'envoy.filters.http.ext_authz'
const { OK } = enumOf('envoy.type.v3.StatusCode')
const GRPC_OK = 0
const GRPC_PERMISSION_DENIED = 7
/** Nobody reads more before they decide; what is cut says so. */
const MAX_ARGUMENTS_TEXT = 64 * 1024

/** What else can be known of a client that was allowed already and waits for a person. */
export interface Hold {
  /** What is known at the moment of the question: a person takes their time. */
  readonly worldNow: () => Pick<World, 'routes' | 'standing' | 'catalogue'>
  readonly desk: ApprovalDesk
  readonly nowMs: () => number
  readonly onGone: (listener: () => void) => void
}

/**
 * Answers the second question about a call that the verdict lets pass only with a person's consent. While it waited, the
 * token may have ended, the person's account, or the rule that allowed it: all of it is asked again.
 */
export async function holdCall(check: CheckRequest, hold: Hold): Promise<CheckResponse> {
  const { worldNow, desk, nowMs } = hold
  const { routes, standing } = worldNow()
  const facts = decodeAnswerFacts(jsonOf(check.attributes?.metadata_context?.filter_metadata?.[EXT_AUTHZ]))
  const { body } = decodeCheckRequest(check)
  const message = readCall(body)
  const rule = routes.find(facts.route)?.rules.approval
  if (message === undefined || rule === undefined) throw new Error('A held call that nobody could approve')
  const heldAtMs = nowMs()
  const call: HeldCall = {
    requestId: facts.requestId,
    route: facts.route,
    by: rule.by,
    heldAtMs,
    expiresAtMs: heldAtMs + rule.timeoutMs,
    caller: facts.caller && {
      userId: facts.caller.userId,
      email: standing.findUser(facts.caller.userId)?.email ?? '',
      clientId: facts.caller.clientId,
    },
    clientAddress: facts.clientAddress,
    tool: message.tool,
    argumentsText: argumentsText(message.call),
    bodyBytes: body.length,
  }
  const settlement = await desk.ask(call, hold.onGone)
  if (settlement.kind !== 'approved') return refused(facts, settlement)
  return mayStill(facts, message, { world: worldNow(), nowMs: nowMs() }) ? ALLOWED : refused(facts, { kind: 'gone' })
}

const ALLOWED: CheckResponse = {
  status: { code: GRPC_OK },
  ok_response: {},
  dynamic_metadata: struct({ decision: 'allow' }),
}

interface Call {
  readonly call: Exclude<Message, { kind: 'response' }>
  readonly tool: string
}

/** Only calls of tools are held. */
function readCall(body: Uint8Array): Call | undefined {
  const message = parseMessage(body)
  if (!message.ok || message.value.kind === 'response') return undefined
  const tool = subjectOf(message.value)
  return tool === undefined ? undefined : { call: message.value, tool }
}

function mayStill(
  facts: AnswerFacts,
  { call, tool }: Call,
  { world, nowMs }: { readonly world: ReturnType<Hold['worldNow']>; readonly nowMs: number },
): boolean {
  const { standing } = world
  const route = world.routes.find(facts.route)
  if (route === undefined || !standing.isFresh(nowMs)) return false
  const { caller } = facts
  if (caller !== undefined && (standing.findGrant(caller.grantId) === undefined || caller.expiresAtMs <= nowMs))
    return false
  if (world.catalogue.problemWith(route.rules.tools, { route: facts.route, name: tool }) !== undefined) return false
  const [mcp] = mcpFactsOf(call, (name) => world.catalogue.find(facts.route, name)?.hints)
  const input = inputAfterVerdict(facts, { standing, mcp, nowMs })
  return input !== undefined && decide(route.policy, input).allowed
}

const SENTENCE: Readonly<Record<Exclude<Settlement['kind'], 'approved'>, readonly [string, string]>> = {
  denied: ['approval_denied', 'A person was asked to allow this call and refused it'],
  expired: ['approval_expired', 'Nobody allowed this call in time: ask the owner of this server, and try again'],
  gone: ['approval_ended', 'This call waited for a person and may not go on any more'],
  crowded: ['approval_crowded', 'Too many calls wait for a person already, try again later'],
}

/** Everything else that the caller could learn is the owner's business. */
function refused(facts: AnswerFacts, settlement: Exclude<Settlement, { kind: 'approved' }>): CheckResponse {
  const [code, text] = SENTENCE[settlement.kind]
  const error = { code: errorCode.approval, message: text, data: { code, requestId: facts.requestId } }
  return {
    status: { code: GRPC_PERMISSION_DENIED },
    dynamic_metadata: struct({ decision: 'deny' }),
    denied_response: {
      status: { code: OK },
      headers: [
        { header: { key: 'content-type', value: 'application/json' } },
        { header: { key: 'cache-control', value: 'no-store' } },
      ],
      body: rpcErrorBody(facts.rpcId, error),
    },
  }
}

function argumentsText({ params }: Call['call']): string {
  const text = JSON.stringify(params['arguments'] ?? {}, undefined, 1)
    .split('\n')
    .map(visibleText)
    .join('\n')
  if (text.length <= MAX_ARGUMENTS_TEXT) return text
  return `${shortText(text, MAX_ARGUMENTS_TEXT)}…\nNot shown: ${text.length - MAX_ARGUMENTS_TEXT} more characters`
}
