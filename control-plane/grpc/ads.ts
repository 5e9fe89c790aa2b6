import type { handleBidiStreamingCall } from '@grpc/grpc-js'

import { service } from '../../proto/codec.ts'
import { messageOf } from '../kernel/fault.ts'
import type { Log } from '../kernel/log.ts'
import type { DeltaRequest, DeltaResponse } from '../xds/conversation.ts'
import type { Xds } from '../xds/xds.ts'
import type { GrpcService } from './server.ts'

/** Delta ADS for any number of Envoys. The state-of-the-world variant stays unimplemented. */
export function adsService(xds: Xds, log: Log): GrpcService {
  const deltaAggregatedResources: handleBidiStreamingCall<DeltaRequest, DeltaResponse> = (call) => {
    const stream = xds.openStream((response) => call.write(response))
    call.on('data', (request: DeltaRequest) => {
      try {
        stream.receive(request)
      } catch (cause) {
        // Ends this stream only: Envoy keeps what it has and starts anew.
        log.error('xds.failed', { problem: messageOf(cause) })
        call.destroy()
      }
    })
    call.on('end', () => call.end())
    call.on('error', () => stream.close())
    call.on('close', () => stream.close())
    call.on('cancelled', () => stream.close())
  }
  return {
    definition: service('envoy.service.discovery.v3.AggregatedDiscoveryService'),
    handlers: { DeltaAggregatedResources: deltaAggregatedResources },
  }
}
