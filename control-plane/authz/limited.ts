import { neighbourhoodOf } from '../kernel/neighbourhood.ts'
import type { Admission } from '../limits/call-limiter.ts'
import type { LimitedCall } from '../limits/limit.ts'
import type { RequestId } from '../mcp/message.ts'
import { errorCode } from '../mcp/refusal.ts'
import type { AllowedCall } from './direct.ts'
import { limitsOf, type Hearing } from './hearing.ts'
import type { Refuse, Verdict } from './verdict.ts'

/**
 * Lets a request go on to its destination if limits allow it. Only requests count, and one that is refused here, or has
 * nowhere to go, does not.
 */
export function sendWithinLimits(
  hearing: Hearing,
  { message, input }: Pick<AllowedCall, 'message' | 'input'>,
  send: (holdsSlot: boolean) => Verdict,
): { readonly verdict: Verdict; readonly limit?: string } {
  if (message?.kind !== 'request') return { verdict: send(false) }
  const { userId, clientId } = input.caller ?? {}
  return sendCounted(hearing, { userId, clientId, tool: input.mcp.tool, rpcId: message.id }, send)
}

/** As `sendWithinLimits`, for whatever counts as a request. */
export function sendCounted(
  hearing: Hearing,
  who: Pick<LimitedCall, 'userId' | 'clientId' | 'tool'> & Pick<Refuse, 'rpcId'>,
  send: (holdsSlot: boolean) => Verdict,
): { readonly verdict: Verdict; readonly limit?: string } {
  const { world, route, request, nowMs } = hearing
  const limits = limitsOf(hearing)
  if (limits.length === 0) return { verdict: send(false) }
  const { rpcId, ...counted } = who
  const network = neighbourhoodOf(request.clientAddress)
  const call: LimitedCall = { requestId: request.id, route: route.key, ...counted, network }
  const admission = world.limiter.admit(call, limits, nowMs)
  if (admission.kind === 'limited') {
    const verdict = refuseLimited(admission, { rpcId, requestId: request.id })
    return { verdict, limit: admission.reason }
  }
  let isSent = false
  try {
    const verdict = send(admission.holdsSlot)
    if (verdict.kind !== 'allow') return { verdict }
    isSent = true
    world.limiter.sent(call, verdict.cluster)
    return { verdict }
  } finally {
    if (!isSent) world.limiter.undo(call, admission)
  }
}

const TEXT = {
  rate_limited: 'Too many calls',
  too_many_at_once: 'Too many calls at the same time',
} as const

/** Says when to come back, in the message for people, in its data and in `Retry-After` for programs; not which limit. */
function refuseLimited(
  { code, retryAfterMs }: Extract<Admission, { kind: 'limited' }>,
  call: { readonly rpcId: RequestId | undefined; readonly requestId: string },
): Refuse {
  const message = `${TEXT[code]}: try again in ${Math.ceil(retryAfterMs / 1000)} s`
  const data = { code, requestId: call.requestId, retryAfterMs: Math.ceil(retryAfterMs) }
  const error = { code: errorCode.rateLimited, message, data }
  return { kind: 'refuse', status: call.rpcId === undefined ? 429 : 200, rpcId: call.rpcId, error, retryAfterMs }
}

/** Nothing of the body was read, so there is no id to answer to. */
export function refuseLargeBody(maxBytes: number, requestId: string): Refuse {
  const message = `The body is longer than ${maxBytes} bytes`
  const data = { code: 'body_too_large', requestId, maxBytes }
  return { kind: 'refuse', status: 413, rpcId: undefined, error: { code: errorCode.invalidRequest, message, data } }
}
