import { Agent, createServer, request, type IncomingMessage, type ServerResponse } from 'node:http'

/** One request of a client and its answer. Bodies are kept where OAuth goes on; what goes to the tunnel is only counted. */
export interface Exchange {
  readonly method: string
  /** Path and query as sent. */
  readonly target: string
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  readonly body: string
  readonly status: number
  readonly answer: string
}

/** Stands at the public address and hands everything on as it is, so that any client can be watched in any language. */
export interface Recorder extends AsyncDisposable {
  readonly seen: Exchange[]
}

const KEPT = /^\/(?:oauth\/|\.well-known\/|token$)/

/** The token endpoint, also where clients take it to be that have forgotten its address. */
export const isTokenRequest = ({ target }: Exchange): boolean => target === '/oauth/token' || target === '/token'

export async function startRecorder(ports: { readonly from: number; readonly to: number }): Promise<Recorder> {
  const seen: Exchange[] = []
  const agent = new Agent({ keepAlive: false })
  const pass = (incoming: IncomingMessage, outgoing: ServerResponse): void => {
    const target = incoming.url ?? '/'
    const isKept = KEPT.test(target)
    const asked: Buffer[] = []
    const answered: Buffer[] = []
    const onward = request(
      { host: '127.0.0.1', port: ports.to, agent, method: incoming.method, path: target, headers: incoming.headers },
      (response) => {
        outgoing.writeHead(response.statusCode ?? 502, response.headers)
        outgoing.flushHeaders()
        // The client reads an answer's end after we have it: what it does next finds the exchange written down.
        if (isKept) response.on('data', (chunk: Buffer) => answered.push(chunk))
        response.once('end', () =>
          seen.push({
            method: incoming.method ?? '',
            target,
            headers: incoming.headers,
            body: Buffer.concat(asked).toString('utf8'),
            status: response.statusCode ?? 0,
            answer: Buffer.concat(answered).toString('utf8'),
          }),
        )
        response.pipe(outgoing)
        response.once('error', () => outgoing.destroy())
      },
    )
    if (isKept) incoming.on('data', (chunk: Buffer) => asked.push(chunk))
    onward.once('error', () => (outgoing.headersSent ? outgoing.destroy() : outgoing.writeHead(502).end()))
    outgoing.once('close', () => onward.destroy())
    incoming.pipe(onward)
  }
  const servers = await Promise.all(
    ['127.0.0.1', '::1'].map(async (host) => {
      const server = createServer(pass)
      server.keepAliveTimeout = 120_000
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject)
        server.listen(ports.from, host, resolve)
      })
      return server
    }),
  )
  return {
    seen,
    async [Symbol.asyncDispose]() {
      for (const server of servers) {
        const closed = new Promise((resolve) => server.close(resolve))
        server.closeAllConnections()
        await closed
      }
    },
  }
}
