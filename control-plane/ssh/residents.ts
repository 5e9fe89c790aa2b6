import type { Clock } from '../kernel/clock.ts'

/** What one person may use at the same time, over all their connections. */
export interface ResidentLimits {
  readonly maxConnectionsPerUser: number
  readonly maxTunnelsPerUser: number
  /** SSH channels that the dock has open: one per connection that Envoy keeps to the person's tunnels. */
  readonly maxChannelsPerUser: number
  /** In both directions together; `Infinity`: as fast as it goes. */
  readonly bytesPerSecondPerUser: number
}

export type Resource = 'connection' | 'tunnel' | 'channel'

/** One person who is signed in with at least one connection. */
export interface Resident {
  /** A place, to be given back exactly once; undefined when all are taken. */
  take(resource: Resource): (() => void) | undefined
  /** Accounts for bytes that were moved; the answer is how long, in milliseconds, no more should be. */
  spend(bytes: number): number
}

/** Bytes may run ahead of the rate for this long, so that a short answer is not slowed down. */
const BURST_MS = 1000

/** Everybody who is signed in, as far as this process knows. */
export class Residents {
  readonly #limits: ResidentLimits
  readonly #clock: Clock
  readonly #residents = new Map<string, OneResident>()

  constructor(limits: ResidentLimits, clock: Clock) {
    this.#limits = limits
    this.#clock = clock
  }

  of(userId: string): Resident {
    const known = this.#residents.get(userId)
    if (known !== undefined) return known
    const fresh = new OneResident(this.#limits, this.#clock, () => this.#residents.delete(userId))
    this.#residents.set(userId, fresh)
    return fresh
  }

  get size(): number {
    return this.#residents.size
  }
}

class OneResident implements Resident {
  readonly #limits: ResidentLimits
  readonly #clock: Clock
  readonly #gone: () => void
  readonly #taken: Record<Resource, number> = { connection: 0, tunnel: 0, channel: 0 }
  /** When everything that was moved so far would have been, at the allowed rate. */
  #paidUntilMs = 0

  constructor(limits: ResidentLimits, clock: Clock, gone: () => void) {
    this.#limits = limits
    this.#clock = clock
    this.#gone = gone
  }

  take(resource: Resource): (() => void) | undefined {
    if (this.#taken[resource] >= this.#most(resource)) return undefined
    this.#taken[resource] += 1
    let held = true
    return () => {
      if (!held) return
      held = false
      this.#taken[resource] -= 1
      if (Object.values(this.#taken).every((count) => count === 0)) this.#gone()
    }
  }

  spend(bytes: number): number {
    const rate = this.#limits.bytesPerSecondPerUser
    if (rate === Number.POSITIVE_INFINITY) return 0
    const nowMs = this.#clock.nowMs()
    this.#paidUntilMs = Math.max(this.#paidUntilMs, nowMs - BURST_MS) + (bytes / rate) * 1000
    return Math.max(0, this.#paidUntilMs - nowMs)
  }

  #most(resource: Resource): number {
    const { maxConnectionsPerUser, maxTunnelsPerUser, maxChannelsPerUser } = this.#limits
    return { connection: maxConnectionsPerUser, tunnel: maxTunnelsPerUser, channel: maxChannelsPerUser }[resource]
  }
}
