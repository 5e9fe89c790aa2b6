import {
  Agent,
  createServer,
  request as sendRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type ServerResponse,
} from 'node:http'
import type { AddressInfo } from 'node:net'
import { PassThrough, type Duplex } from 'node:stream'

/**
 * Stands before the gateway for clients that cannot sign in: adds their token and the tunnel's path, and puts the
 * gateway's name where they wrote the forwarder's. Everything else passes as it is, in both directions, byte by byte.
 */
export interface Forwarder extends AsyncDisposable {
  /** Stands for the tunnel's MCP URL. */
  readonly url: string
}

/** What a broken forwarder does to what passes. The comparison must notice each of them. */
export interface Damage {
  readonly requestHeader?: string
  readonly responseHeader?: string
  /** For answers that are event streams. */
  readonly stream?: () => Duplex
}

const HOP_BY_HOP = new Set(['connection', 'keep-alive', 'transfer-encoding'])

export async function startForwarder(
  target: { readonly url: string; readonly authorization: string },
  damage: Damage = {},
): Promise<Forwarder> {
  const gateway = new URL(target.url)
  const prefix = gateway.pathname.replace(/\/mcp$/, '')
  const agent = new Agent({ keepAlive: true })
  let ours = ''

  const server = createServer((request, response) => {
    const headers: OutgoingHttpHeaders = { ...without(request.headers, damage.requestHeader) }
    // A scenario that plays a foreign page sends other names, and the gateway must see exactly those.
    if (headers['host'] === ours) headers['host'] = gateway.host
    if (headers['origin'] === `http://${ours}`) headers['origin'] = gateway.origin
    headers['authorization'] = target.authorization
    const forwarded = sendRequest({
      agent,
      host: gateway.hostname,
      port: gateway.port,
      method: request.method,
      path: prefix + (request.url ?? '/'),
      headers,
    })
    forwarded.on('response', (answer) => pass(answer, response, damage))
    forwarded.on('error', () => response.destroy())
    response.on('close', () => forwarded.destroy())
    request.pipe(forwarded)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  ours = `localhost:${(server.address() as AddressInfo).port}`
  return {
    url: `http://${ours}/mcp`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      agent.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function pass(answer: IncomingMessage, response: ServerResponse, damage: Damage): void {
  response.writeHead(answer.statusCode ?? 502, without(answer.headers, damage.responseHeader))
  // Otherwise Node keeps them back until the first event, which may never come.
  response.flushHeaders()
  const isStream = answer.headers['content-type']?.startsWith('text/event-stream') ?? false
  const through = isStream ? (damage.stream?.() ?? new PassThrough()) : new PassThrough()
  answer.on('error', () => response.destroy())
  answer.pipe(through).pipe(response)
}

function without(headers: IncomingHttpHeaders, dropped: string | undefined): IncomingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !HOP_BY_HOP.has(name) && name !== dropped))
}
