/** Messages as they leave the switch: made anew, or with other ids in them. */
import type { JSONRPCMessage, JSONRPCNotification, JSONRPCRequest, RequestId } from '@modelcontextprotocol/server'

/** JSON-RPC 2.0 §5.1. */
export const INTERNAL_ERROR = -32_603
export const SUBSCRIPTION_ID = 'io.modelcontextprotocol/subscriptionId'

export const notification = (method: string, params: Record<string, unknown>): JSONRPCNotification => ({
  jsonrpc: '2.0',
  method,
  params,
})

export const errorAnswer = (id: RequestId, message: string, data?: unknown): JSONRPCMessage => ({
  jsonrpc: '2.0',
  id,
  error: { code: INTERNAL_ERROR, message, ...(data === undefined ? {} : { data }) },
})

export const withId = (message: JSONRPCMessage, id: RequestId): JSONRPCMessage => ({ ...message, id })

export function paramsWithToken(request: JSONRPCRequest, token: number): Partial<JSONRPCRequest> {
  if (request.params?._meta?.progressToken === undefined) return {}
  return { params: { ...request.params, _meta: { ...request.params._meta, progressToken: token } } }
}

export const withSubscription = (message: JSONRPCNotification, id: RequestId): JSONRPCNotification => ({
  ...message,
  params: { ...message.params, _meta: { ...message.params?._meta, [SUBSCRIPTION_ID]: id } },
})

/** The answer that ends a subscription names it, too. */
export function withSubscriptionResult(message: JSONRPCMessage, ours: number, theirs: RequestId): JSONRPCMessage {
  if (!('result' in message)) return message
  const subscription = message.result._meta?.[SUBSCRIPTION_ID]
  if (subscription === undefined || Number(subscription) !== ours) return message
  return { ...message, result: { ...message.result, _meta: { ...message.result._meta, [SUBSCRIPTION_ID]: theirs } } }
}
