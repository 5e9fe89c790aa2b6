import { Fault, messageOf } from '../kernel/fault.ts'

/** A socket that cannot be served, in words for the person who started the gateway. */
export const cannotListen = (socketPath: string, cause: unknown): Fault =>
  new Fault('grpc.cannot_listen', `Cannot listen on "${socketPath}": ${messageOf(cause)}`, {
    cause,
    hint: 'a socket path has at most 107 bytes',
  })
