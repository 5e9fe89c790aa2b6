import { status, type handleBidiStreamingCall } from '@grpc/grpc-js'

import { service } from '../../proto/codec.ts'
import type { envoy } from '../../proto/envoy.d.ts'
import { messageOf } from '../kernel/fault.ts'
import type { Log } from '../kernel/log.ts'
import type { GrpcService } from './server.ts'

export type ProcessingRequest = envoy.service.ext_proc.v3.ProcessingRequest
export type ProcessingResponse = envoy.service.ext_proc.v3.ProcessingResponse

/** Answers one message about a response. A throw ends the stream, and Envoy answers 500 instead of the upstream. */
export type Inspect = (request: ProcessingRequest) => ProcessingResponse | Promise<ProcessingResponse>

/** For processing modes with one message for each stream (response headers); answers would overtake each other else. */
export function extProcService(inspect: Inspect, log: Log): GrpcService {
  const handle: handleBidiStreamingCall<ProcessingRequest, ProcessingResponse> = (call) => {
    const answer = async (request: ProcessingRequest): Promise<void> => {
      try {
        const response = await inspect(request)
        if (!call.cancelled) call.write(response)
      } catch (cause) {
        log.error('inspect.failed', { problem: messageOf(cause) })
        call.emit('error', { code: status.INTERNAL, details: 'The inspector failed' })
      }
    }
    call.on('data', (request: ProcessingRequest) => void answer(request))
    call.on('end', () => call.end())
    // Envoy resets the stream when the response is through; that is no error.
    call.on('error', () => {})
  }
  return { definition: service('envoy.service.ext_proc.v3.ExternalProcessor'), handlers: { Process: handle } }
}
