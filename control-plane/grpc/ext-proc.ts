import { status, type handleBidiStreamingCall } from '@grpc/grpc-js'

import { service } from '../../proto/codec.ts'
import type { envoy } from '../../proto/envoy.d.ts'
import { messageOf } from '../kernel/fault.ts'
import type { Log } from '../kernel/log.ts'
import type { GrpcService } from './server.ts'

export type ProcessingRequest = envoy.service.ext_proc.v3.ProcessingRequest
export type ProcessingResponse = envoy.service.ext_proc.v3.ProcessingResponse

/** What answers the messages about one response, in their order. */
export interface Processing {
  /** A throw ends the stream, and Envoy answers 500 instead of the upstream, or cuts what it has begun. */
  receive(request: ProcessingRequest): readonly ProcessingResponse[]
  /** The stream is over, whoever ended it. Called once. */
  close(): void
}

export function extProcService(open: () => Processing, log: Log): GrpcService {
  const handle: handleBidiStreamingCall<ProcessingRequest, ProcessingResponse> = (call) => {
    const processing = open()
    let isOver = false
    const finish = (): void => {
      if (isOver) return
      isOver = true
      processing.close()
    }
    call.on('data', (request: ProcessingRequest) => {
      if (isOver) return
      try {
        // A client that reads slowly must not fill our memory: Envoy waits when we do not read.
        for (const response of processing.receive(request)) if (!call.write(response)) call.pause()
      } catch (cause) {
        log.error('inspect.failed', { problem: messageOf(cause) })
        finish()
        call.emit('error', { code: status.INTERNAL, details: 'The inspector failed' })
      }
    })
    call.on('drain', () => call.resume())
    call.on('end', () => {
      finish()
      call.end()
    })
    // Envoy resets the stream when the response is through; that is no error.
    call.on('cancelled', finish)
    call.on('error', finish)
  }
  return { definition: service('envoy.service.ext_proc.v3.ExternalProcessor'), handlers: { Process: handle } }
}
