/** HTTP over channels that are no sockets: nothing listens anywhere, so nobody but the gateway can connect. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { type Duplex, Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

export type Handler = (request: Request) => Promise<Response>

export interface ChannelServer {
  /** Serves the requests of one channel. */
  serve(channel: Duplex): void
  close(): void
}

export function serveChannels(handle: Handler): ChannelServer {
  const channels = new Set<Duplex>()
  const server = createServer((request, response) => {
    answer(request, response, handle).catch(() => response.destroy())
  })
  return {
    serve(channel) {
      channels.add(channel)
      channel.once('close', () => channels.delete(channel))
      channel.on('error', () => channel.destroy())
      server.emit('connection', channel)
    },
    close() {
      for (const channel of channels) channel.destroy()
    },
  }
}

async function answer(request: IncomingMessage, response: ServerResponse, handle: Handler): Promise<void> {
  const left = new AbortController()
  response.once('close', () => left.abort())
  const answered = await handle(webRequest(request, left.signal)).catch(() => new Response(null, { status: 500 }))
  response.writeHead(answered.status, Object.fromEntries(answered.headers))
  if (answered.body === null) {
    response.end()
    return
  }
  response.flushHeaders()
  // A client that leaves makes it reject, and cancels the body.
  await pipeline(Readable.fromWeb(answered.body as never), response).catch(() => {})
}

function webRequest(request: IncomingMessage, signal: AbortSignal): Request {
  const headers = new Headers()
  for (const [name, values] of Object.entries(request.headersDistinct)) {
    for (const value of values ?? []) headers.append(name, value)
  }
  const method = request.method ?? 'GET'
  const body = method === 'POST' ? { body: Readable.toWeb(request) as unknown as ReadableStream, duplex: 'half' } : {}
  return new Request(new URL(request.url ?? '/', 'http://localhost'), {
    method,
    headers,
    signal,
    ...body,
  })
}
