import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Where a browser comes back to after consent: the client's end of the authorization code flow. */
export interface Callback extends AsyncDisposable {
  readonly url: string
  /** What came back, once it has. */
  readonly received: Promise<URL>
}

export async function awaitCallback(): Promise<Callback> {
  const received = Promise.withResolvers<URL>()
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', `http://${request.headers.host ?? ''}`)
    if (url.pathname === '/callback') received.resolve(url)
    response.setHeader('content-type', 'text/html; charset=utf-8')
    response.end('<!doctype html><link rel="icon" href="data:,"><title>Signed in</title><p>Back at the client')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/callback`,
    received: received.promise,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
