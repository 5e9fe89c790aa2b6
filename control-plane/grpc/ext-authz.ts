import { service } from '../../proto/codec.ts'
import type { envoy } from '../../proto/envoy.d.ts'
import { messageOf } from '../kernel/fault.ts'
import type { Log } from '../kernel/log.ts'
import { DECISION_ALLOW, DECISION_KEY } from '../xds/names.ts'
import type { OnGone, UnaryMethod } from './unary-server.ts'

export type CheckRequest = envoy.service.auth.v3.CheckRequest
export type CheckResponse = envoy.service.auth.v3.CheckResponse

/** Judges one request. A throw is a failure to decide: Envoy answers 503 and nothing is forwarded. */
export type Check = (request: CheckRequest, onGone: OnGone) => CheckResponse | Promise<CheckResponse>

const { path, requestDeserialize, responseSerialize } = service('envoy.service.auth.v3.Authorization').Check

export function extAuthzMethod(check: Check, log: Log): UnaryMethod {
  const encode = (response: CheckResponse): Buffer => {
    const problem = inconsistencyOf(response)
    if (problem !== undefined) throw new Error(problem)
    return responseSerialize(response)
  }
  const refuse = (cause: unknown): never => {
    log.error('authz.failed', { problem: messageOf(cause) })
    throw cause
  }
  return {
    path,
    failure: 'The authorizer failed',
    answer(request, onGone) {
      try {
        const response = check(requestDeserialize(request), onGone)
        return response instanceof Promise ? response.then(encode).catch(refuse) : encode(response)
      } catch (cause) {
        return refuse(cause)
      }
    },
  }
}

/**
 * Envoy guards an upstream's answer only where `decision` says allow, and takes a 503 without a `decision` for a failure.
 * A response that would slip past either is a bug of ours.
 */
function inconsistencyOf({ ok_response: allowed, dynamic_metadata: metadata }: CheckResponse): string | undefined {
  const decision = metadata?.fields?.[DECISION_KEY]?.string_value
  if (decision === undefined) return `A verdict without "${DECISION_KEY}" in its metadata`
  if ((allowed !== undefined) === (decision === DECISION_ALLOW)) return undefined
  return `A verdict whose "${DECISION_KEY}" contradicts it: "${decision}"`
}
