import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

/** A way to a port that can be cut: what goes through it ends as when a router restarts. */
export interface Cuttable extends AsyncDisposable {
  readonly port: number
  /** How often somebody connected. */
  readonly connections: () => number
  /** Ends everything under way; new connections still work. */
  cut(): void
  /** Nothing goes through any more, and nobody is told: as when a cable is pulled. */
  stall(): void
}

export async function startCuttable(target: number): Promise<Cuttable> {
  const open = new Set<Socket>()
  let connections = 0
  const server = createServer((near) => {
    connections += 1
    const far = connect({ host: '127.0.0.1', port: target })
    for (const socket of [near, far]) {
      open.add(socket)
      socket.on('error', () => {})
      socket.once('close', () => open.delete(socket))
    }
    near.pipe(far).pipe(near)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const cut = (): void => {
    for (const socket of open) socket.destroy()
  }
  return {
    port: (server.address() as AddressInfo).port,
    connections: () => connections,
    cut,
    stall() {
      for (const socket of open) socket.unpipe().pause()
    },
    async [Symbol.asyncDispose]() {
      cut()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
