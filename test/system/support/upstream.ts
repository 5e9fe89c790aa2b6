import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

import { ASKER } from '../../../control-plane/ssh/mcp-question.ts'

/** A request as the laptop's server saw it. */
export interface Seen {
  readonly method: string
  readonly url: string
  readonly headers: IncomingHttpHeaders
  readonly rawHeaders: readonly string[]
  readonly body: string
}

/** The laptop's HTTP server, which remembers what reached it. Answers JSON-RPC requests with an empty result. */
export interface RecordingUpstream extends AsyncDisposable {
  readonly port: number
  readonly seen: Seen[]
}

export async function startUpstream(
  answer: (request: IncomingMessage, response: ServerResponse, body: string) => void = answerEmpty,
  port = 0,
): Promise<RecordingUpstream> {
  const seen: Seen[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8')
      // The gateway's own question whether an MCP server is here is nobody's call.
      if (request.headers['user-agent'] === ASKER) return answerEmpty(request, response, body)
      seen.push({
        method: request.method ?? '',
        url: request.url ?? '',
        headers: request.headers,
        rawHeaders: request.rawHeaders,
        body,
      })
      answer(request, response, body)
    })
  })
  server.keepAliveTimeout = 120_000
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    seen,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function answerEmpty(request: IncomingMessage, response: ServerResponse, body: string): void {
  response.setHeader('content-type', 'application/json')
  let id: unknown = null
  try {
    id = (JSON.parse(body) as { id?: unknown }).id ?? null
  } catch {
    // A body that is no JSON gets an answer too: what reached us is what the test looks at.
  }
  if (/"initialize"/.test(body)) response.setHeader('mcp-session-id', 'upstream-session-1')
  response.end(JSON.stringify({ jsonrpc: '2.0', id, result: { method: request.method } }))
}
