import type { handleClientStreamingCall } from '@grpc/grpc-js'

import { service } from '../../proto/codec.ts'
import type { envoy } from '../../proto/envoy.d.ts'
import { messageOf } from '../kernel/fault.ts'
import type { Log } from '../kernel/log.ts'
import type { GrpcService } from './server.ts'

export type AccessLogEntry = envoy.data.accesslog.v3.HTTPAccessLogEntry
type Message = envoy.service.accesslog.v3.StreamAccessLogsMessage
type Response = envoy.service.accesslog.v3.StreamAccessLogsResponse

/** Hands on one entry for each request that is through. Entries are dropped under pressure, so this is no audit record. */
export function accessLogService(deliver: (entry: AccessLogEntry) => void, log: Log): GrpcService {
  const handle: handleClientStreamingCall<Message, Response> = (call, done) => {
    call.on('data', (message: Message) => {
      for (const entry of message.http_logs?.log_entry ?? []) {
        try {
          deliver(entry)
        } catch (cause) {
          log.error('access_log.failed', { problem: messageOf(cause) })
        }
      }
    })
    call.on('end', () => done(null, {}))
    call.on('error', () => {})
  }
  return {
    definition: service('envoy.service.accesslog.v3.AccessLogService'),
    handlers: { StreamAccessLogs: handle },
  }
}
