/** A forward as SSH knows it, and what happens with the connections that come through it. */
import { connect } from 'node:net'
import type { Duplex } from 'node:stream'

import type { TcpTarget } from './address.ts'

/** Takes one connection of the gateway. `accept` gives its channel; `reject` says that nothing answers. */
export type Receiver = (accept: () => Duplex, reject: () => void) => void

/** The address that `ssh -R 8080` sends: no label, the person's own name. */
export const OWN_NAME = 'localhost'

export interface Forward {
  /** OWN_NAME, or the label before the person's name. */
  readonly bindAddress: string
  readonly bindPort: number
  /** For people: where it leads. */
  readonly target: string
  readonly receive: Receiver
}

const CONNECT_TIMEOUT_MS = 8000

/**
 * Connects to a server on this computer, or in its network, and only then accepts: a channel that is refused is how the
 * gateway learns that nothing listens.
 */
export const toTarget =
  (target: TcpTarget, reached: (failure: string | undefined) => void): Receiver =>
  (accept, reject) => {
    const socket = connect({ host: target.host, port: target.port, allowHalfOpen: true, noDelay: true })
    const late = setTimeout(() => socket.destroy(new Error('no answer')), CONNECT_TIMEOUT_MS)
    let channel: Duplex | undefined
    socket.once('connect', () => {
      clearTimeout(late)
      channel = accept()
      joined(socket, channel)
      reached(undefined)
    })
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (channel === undefined) reached(error.code ?? error.message)
    })
    socket.once('close', () => {
      clearTimeout(late)
      if (channel === undefined) reject()
    })
  }

/** Each side ends the other's writing when its own reading ends, and goes with it when it breaks. */
function joined(socket: Duplex, channel: Duplex): void {
  socket.pipe(channel)
  channel.pipe(socket)
  channel.on('error', () => socket.destroy())
  channel.once('close', () => socket.destroy())
  // After an orderly end the channel is closing already; a second destroy changes nothing.
  socket.once('close', () => channel.destroy())
}
