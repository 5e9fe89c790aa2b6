import type { Socket } from 'node:net'

/**
 * Gathers what is written during one turn of the event loop into one system call: ssh2 writes every packet by itself.
 * `setImmediate` rather than the next tick, so that packets of several channels travel together.
 */
export function corkPerTurn(socket: Socket): void {
  let corked = false
  const release = (): void => {
    corked = false
    socket.uncork()
  }
  const write = socket.write.bind(socket) as (...rest: unknown[]) => boolean
  socket.write = (...rest: unknown[]): boolean => {
    if (!corked) {
      corked = true
      socket.cork()
      setImmediate(release)
    }
    return write(...rest)
  }
}
