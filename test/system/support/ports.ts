import { createServer } from 'node:net'

let next = 20_000 + (process.pid % 1000) * 10

/** A free loopback port below the range from which the system takes ports for outgoing connections. */
export async function freePort(): Promise<number> {
  for (;;) {
    next = next >= 31_900 ? 20_000 : next + 1
    const port = next
    const server = createServer()
    const free = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false))
      server.listen({ host: '127.0.0.1', port, exclusive: true }, () => server.close(() => resolve(true)))
    })
    if (free) return port
  }
}
