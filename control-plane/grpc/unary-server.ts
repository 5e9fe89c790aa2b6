/**
 * gRPC over HTTP/2 for one unary method, straight on node:http2. Checks are most of what the control plane does, and
 * grpc-js costs more on each than the check itself; everything else stays on grpc-js.
 */
import { chmod, rm } from 'node:fs/promises'
import { createServer, constants, type Http2Server, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2'

import { cannotListen } from './cannot-listen.ts'

/** One unary method; a throw is answered as INTERNAL, without the reason. */
export interface UnaryMethod {
  /** Such as `/envoy.service.auth.v3.Authorization/Check`. */
  readonly path: string
  /** All that a caller learns of a failure. Printable ASCII. */
  readonly failure: string
  answer(request: Buffer, onGone: OnGone): Buffer | Promise<Buffer>
}

/** Calls back when whoever asked does not wait for the answer any more. */
export type OnGone = (listener: () => void) => void

const { HTTP2_HEADER_STATUS, HTTP2_HEADER_CONTENT_TYPE, HTTP2_HEADER_PATH, NGHTTP2_CANCEL } = constants
const OK = '0'
const UNIMPLEMENTED = '12'
const INTERNAL = '13'
/** Compressed flag and length in front of each message. */
const PREFIX_BYTES = 5
/** Envoy sends bodies of up to 4 MiB; more than this is not from our Envoy. */
const MAX_MESSAGE_BYTES = 16 * 1024 * 1024
const HEADERS = { [HTTP2_HEADER_STATUS]: 200, [HTTP2_HEADER_CONTENT_TYPE]: 'application/grpc' }
/** Envoy resets the check of each client that goes away; Node would end the connection after a thousand of them. */
const RESETS = { streamResetBurst: 1_000_000_000, streamResetRate: 1_000_000_000 }

/** Serves over a unix socket that only our own user can open. A socket left by an earlier run is replaced. */
export async function openUnaryServer(socketPath: string, method: UnaryMethod): Promise<AsyncDisposable> {
  const server = createServer({ ...RESETS, settings: { enablePush: false, initialWindowSize: 1024 * 1024 } })
  const sessions = new Set<ServerHttp2Session>()
  server.on('session', (session) => {
    sessions.add(session)
    session.on('error', () => {})
    session.once('close', () => sessions.delete(session))
  })
  server.on('stream', (stream, headers) => {
    stream.on('error', () => {})
    if (headers[HTTP2_HEADER_PATH] === method.path) receive(stream, method)
    else fail(stream, UNIMPLEMENTED, 'There is no such method')
  })
  await rm(socketPath, { force: true })
  await listen(server, socketPath)
  await chmod(socketPath, 0o600)
  return {
    async [Symbol.asyncDispose]() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      for (const session of sessions) session.destroy()
      await closed
    },
  }
}

function receive(stream: ServerHttp2Stream, method: UnaryMethod): void {
  const chunks: Buffer[] = []
  let bytes = 0
  stream.on('data', (chunk: Buffer) => {
    bytes += chunk.length
    if (bytes > MAX_MESSAGE_BYTES) stream.close(NGHTTP2_CANCEL)
    else chunks.push(chunk)
  })
  stream.on(
    'end',
    () => void respond(stream, method, chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)),
  )
}

async function respond(stream: ServerHttp2Stream, method: UnaryMethod, frame: Buffer): Promise<void> {
  try {
    const answer = method.answer(messageIn(frame), (listener) => stream.once('close', listener))
    send(stream, answer instanceof Promise ? await answer : answer)
  } catch {
    fail(stream, INTERNAL, method.failure)
  }
}

/** Exactly one uncompressed message: anything else did not come from Envoy. */
function messageIn(frame: Buffer): Buffer {
  if (frame.length < PREFIX_BYTES || frame[0] !== 0 || frame.readUInt32BE(1) !== frame.length - PREFIX_BYTES) {
    throw new Error('Not one uncompressed gRPC message')
  }
  return frame.subarray(PREFIX_BYTES)
}

function send(stream: ServerHttp2Stream, message: Buffer): void {
  if (stream.destroyed) return
  const frame = Buffer.allocUnsafe(PREFIX_BYTES + message.length)
  frame[0] = 0
  frame.writeUInt32BE(message.length, 1)
  message.copy(frame, PREFIX_BYTES)
  stream.respond(HEADERS, { waitForTrailers: true })
  stream.once('wantTrailers', () => stream.sendTrailers({ 'grpc-status': OK }))
  stream.end(frame)
}

function fail(stream: ServerHttp2Stream, status: string, message: string): void {
  if (stream.destroyed || stream.headersSent) return
  stream.respond({ ...HEADERS, 'grpc-status': status, 'grpc-message': message }, { endStream: true })
}

const listen = (server: Http2Server, socketPath: string): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', (cause) => reject(cannotListen(socketPath, cause)))
    server.listen(socketPath, resolve)
  })
