import { neighbourhoodOf } from '../kernel/neighbourhood.ts'
import type { Admission, CallLimiter } from '../limits/call-limiter.ts'
import type { LimitedCall, Limits } from '../limits/limit.ts'
import { subjectOf, type Message, type RequestId } from '../mcp/message.ts'
import { errorCode } from '../mcp/refusal.ts'
import type { PolicyCaller } from '../policy/input.ts'
import type { GatewayRequest } from './gateway-request.ts'
import type { Refuse, Verdict } from './verdict.ts'

/**
 * Lets a request go on to its destination if limits allow it. Only requests count, and one that is refused here, or has
 * nowhere to go, does not.
 */
export function sendWithinLimits(
  message: Message | undefined,
  direct: () => Verdict,
  at: {
    readonly limiter: CallLimiter
    readonly limits: readonly Limits[]
    readonly route: string
    readonly request: GatewayRequest
    readonly caller: PolicyCaller | undefined
    readonly nowMs: number
  },
): { readonly verdict: Verdict; readonly limit?: string } {
  if (message?.kind !== 'request' || at.limits.length === 0) return { verdict: direct() }
  const call: LimitedCall = {
    requestId: at.request.id,
    route: at.route,
    userId: at.caller?.userId,
    clientId: at.caller?.clientId,
    tool: message.method === 'tools/call' ? subjectOf(message) : undefined,
    network: neighbourhoodOf(at.request.clientAddress),
  }
  const admission = at.limiter.admit(call, at.limits, at.nowMs)
  if (admission.kind === 'limited') {
    const verdict = refuseLimited(admission, { rpcId: message.id, requestId: at.request.id })
    return { verdict, limit: admission.reason }
  }
  let isSent = false
  try {
    const verdict = direct()
    if (verdict.kind !== 'allow') return { verdict }
    isSent = true
    at.limiter.sent(call, verdict.cluster)
    return { verdict: { ...verdict, holdsSlot: admission.holdsSlot } }
  } finally {
    if (!isSent) at.limiter.undo(call, admission)
  }
}

const TEXT = {
  rate_limited: 'Too many calls',
  too_many_at_once: 'Too many calls at the same time',
} as const

/** Says when to come back, in the message for people, in its data and in `Retry-After` for programs; not which limit. */
function refuseLimited(
  { code, retryAfterMs }: Extract<Admission, { kind: 'limited' }>,
  call: { readonly rpcId: RequestId; readonly requestId: string },
): Refuse {
  const message = `${TEXT[code]}: try again in ${Math.ceil(retryAfterMs / 1000)} s`
  const data = { code, requestId: call.requestId, retryAfterMs: Math.ceil(retryAfterMs) }
  const error = { code: errorCode.rateLimited, message, data }
  return { kind: 'refuse', status: 200, rpcId: call.rpcId, error, retryAfterMs }
}

/** Nothing of the body was read, so there is no id to answer to. */
export function refuseLargeBody(maxBytes: number, requestId: string): Refuse {
  const message = `The body is longer than ${maxBytes} bytes`
  const data = { code: 'body_too_large', requestId, maxBytes }
  return { kind: 'refuse', status: 413, rpcId: undefined, error: { code: errorCode.invalidRequest, message, data } }
}
