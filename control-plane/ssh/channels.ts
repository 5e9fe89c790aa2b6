import type { Connection, ServerChannel } from 'ssh2'

import type { ForwardRequest } from '../tunnels/forward.ts'
import type { Resident } from './residents.ts'
import { closeChannel, isOpen, socketOf, watchRoundTrips } from './ssh2-private.ts'

/** A forward as both sides know it: OpenSSH opens a channel only for its own literal string and this port. */
export interface BoundForward {
  readonly request: ForwardRequest
  /** The requested port, or the one we gave out when 0 was requested. */
  readonly port: number
}

export type Opened = ServerChannel | 'refused' | 'full' | 'late'

/** The channels that the dock opens on one SSH connection, and how many. */
export class Channels {
  readonly #client: Connection
  readonly #limits: { readonly maxChannels: number; readonly openTimeoutMs: number }
  /** Of the person, once somebody has signed in. */
  #resident: Resident | undefined
  readonly #roundTrip: (answered: () => void) => void
  #open = 0

  constructor(client: Connection, limits: { readonly maxChannels: number; readonly openTimeoutMs: number }) {
    this.#client = client
    this.#limits = limits
    this.#roundTrip = watchRoundTrips(client)
  }

  /** From now on channels count among those of this person. */
  belongTo(resident: Resident): void {
    this.#resident = resident
  }

  /** Accounts for bytes; the answer is how long, in milliseconds, no more should be moved. */
  spend(bytes: number): number {
    return this.#resident?.spend(bytes) ?? 0
  }

  get tcp() {
    return socketOf(this.#client)
  }

  get isOpen(): boolean {
    return isOpen(this.#client)
  }

  /** Calls back exactly once. A channel that is confirmed after the deadline is closed unused. */
  open(forward: BoundForward, opened: (result: Opened) => void): void {
    if (!this.isOpen) return opened('refused')
    if (this.#open >= this.#limits.maxChannels) return opened('full')
    const leave = this.#resident?.take('channel')
    if (leave === undefined) return opened('full')
    this.#open += 1
    const closed = (): void => {
      this.#open -= 1
      leave()
    }
    let answered = false
    const answer = (result: Opened): void => {
      answered = true
      clearTimeout(deadline)
      opened(result)
    }
    const deadline = setTimeout(() => answer('late'), this.#limits.openTimeoutMs)
    const { bindAddress } = forward.request
    this.#client.forwardOut(bindAddress, forward.port, '127.0.0.1', 0, (error, channel) => {
      // @types/ssh2 says a channel is always there; on an error it is not.
      if (error !== undefined) {
        closed()
        if (!answered) answer('refused')
        return
      }
      channel.on('error', () => {})
      channel.once('close', closed)
      if (answered) closeChannel(channel)
      else answer(channel)
    })
  }

  /** Whether the client still answers, within so many milliseconds. */
  async answer(deadlineMs: number): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>()
    const deadline = setTimeout(resolve, deadlineMs, false)
    this.roundTrips(1, () => resolve(true))
    const answers = await promise
    clearTimeout(deadline)
    return answers
  }

  /** Calls back when the client has handled everything sent before; never when the connection dies first. */
  roundTrips(count: number, done: () => void): void {
    if (count === 0) done()
    else this.#roundTrip(() => this.roundTrips(count - 1, done))
  }
}
