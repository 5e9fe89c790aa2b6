import assert from 'node:assert/strict'
import { chmod, rm } from 'node:fs/promises'

import { Server, ServerCredentials, type ServiceDefinition, type UntypedServiceImplementation } from '@grpc/grpc-js'

import { cannotListen } from './cannot-listen.ts'

/** One service with its handlers, ready to be served. */
export interface GrpcService {
  readonly definition: ServiceDefinition
  readonly handlers: UntypedServiceImplementation
}

/** An Envoy with 100,000 clusters reconnects with a request of 4 MB, the library's default limit. */
const MAX_MESSAGE_BYTES = 64 * 1024 * 1024
const KEEPALIVE_MS = 10_000
const KEEPALIVE_TIMEOUT_MS = 5000
/** Calls in flight may end; streams (ADS, the access log) never do by themselves. */
const DRAIN_MS = 500

/** Serves over a unix socket that only our own user can open. A socket left by an earlier run is replaced. */
export async function openGrpcServer(socketPath: string, services: readonly GrpcService[]): Promise<AsyncDisposable> {
  const server = new Server({
    // Nobody asks for these statistics, and keeping them costs on every call.
    'grpc.enable_channelz': 0,
    'grpc.max_receive_message_length': MAX_MESSAGE_BYTES,
    'grpc.max_send_message_length': MAX_MESSAGE_BYTES,
    'grpc.keepalive_time_ms': KEEPALIVE_MS,
    'grpc.keepalive_timeout_ms': KEEPALIVE_TIMEOUT_MS,
  })
  allowStreamResets(server)
  for (const { definition, handlers } of services) server.addService(definition, handlers)
  await rm(socketPath, { force: true })
  await bind(server, socketPath)
  await chmod(socketPath, 0o600)
  return { [Symbol.asyncDispose]: () => close(server) }
}

/**
 * Envoy resets every ext_proc stream when it is done, and every check whose client went away. Node ends a connection
 * with GOAWAY after 1,000 resets and 33 more each second, which would let clients that cancel fail everybody's requests.
 * The peer is our own Envoy, which limits its clients. grpc-js has no public option for it.
 */
function allowStreamResets(server: Server): void {
  const { commonServerOptions } = server as unknown as { readonly commonServerOptions?: Record<string, unknown> }
  assert(commonServerOptions !== undefined, 'grpc-js has renamed commonServerOptions')
  Object.assign(commonServerOptions, { streamResetBurst: 1_000_000_000, streamResetRate: 1_000_000_000 })
}

const bind = (server: Server, socketPath: string): Promise<void> =>
  new Promise((resolve, reject) => {
    server.bindAsync(`unix:${socketPath}`, ServerCredentials.createInsecure(), (cause) => {
      if (cause === null) resolve()
      else reject(cannotListen(socketPath, cause))
    })
  })

const close = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    const force = setTimeout(() => server.forceShutdown(), DRAIN_MS)
    server.tryShutdown(() => {
      clearTimeout(force)
      resolve()
    })
  })
