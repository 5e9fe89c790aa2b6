import { status, type handleUnaryCall } from '@grpc/grpc-js'

import { service } from '../../proto/codec.ts'
import type { envoy } from '../../proto/envoy.d.ts'
import { messageOf } from '../kernel/fault.ts'
import type { Log } from '../kernel/log.ts'
import { DECISION_ALLOW, DECISION_KEY } from '../xds/names.ts'
import type { GrpcService } from './server.ts'

export type CheckRequest = envoy.service.auth.v3.CheckRequest
export type CheckResponse = envoy.service.auth.v3.CheckResponse

/** Judges one request. A throw is a failure to decide: Envoy answers 503 and nothing is forwarded. */
export type Check = (request: CheckRequest) => CheckResponse | Promise<CheckResponse>

export function extAuthzService(check: Check, log: Log): GrpcService {
  const handle: handleUnaryCall<CheckRequest, CheckResponse> = (call, done) => {
    const refuse = (cause: unknown): void => {
      log.error('authz.failed', { problem: messageOf(cause) })
      done({ code: status.INTERNAL, details: 'The authorizer failed' })
    }
    const answer = (response: CheckResponse): void => {
      const problem = inconsistencyOf(response)
      if (problem === undefined) done(null, response)
      else refuse(new Error(problem))
    }
    try {
      const response = check(call.request)
      if (response instanceof Promise) response.then(answer).catch(refuse)
      else answer(response)
    } catch (cause) {
      refuse(cause)
    }
  }
  return { definition: service('envoy.service.auth.v3.Authorization'), handlers: { Check: handle } }
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
