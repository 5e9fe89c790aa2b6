import type { ConcurrencyLimit } from './limit.ts'

/** A call under one limit of calls at the same time. */
export interface Slot {
  readonly limit: ConcurrencyLimit
  readonly key: string
}

/** The end of a call is told by the access log, which drops entries under pressure: nothing is held for ever. */
export const MAX_HOLD_MS = 15 * 60_000
/** Calls that hold slots, of all limits together. */
const MAX_HELD = 100_000
/** Requests that were over before they were judged, of which the verdict is still to come. */
const MAX_ABANDONED = 10_000

interface Hold {
  readonly names: readonly string[]
  readonly takenAtMs: number
  cluster: string | undefined
}

/** Who is in the middle of a call. */
export class ConcurrentCalls {
  /** By request id; the oldest first. */
  readonly #held = new Map<string, Hold>()
  readonly #counts = new Map<string, number>()
  readonly #abandoned = new Set<string>()
  readonly #maxHeld: number

  constructor(bounds: { readonly maxHeld?: number } = {}) {
    this.#maxHeld = bounds.maxHeld ?? MAX_HELD
  }

  /** Takes all slots or none; the limit that has none left, or undefined when taken. A request takes once. */
  take(slots: readonly Slot[], requestId: string, nowMs: number): ConcurrencyLimit | undefined {
    if (slots.length === 0 || this.#held.has(requestId) || this.#abandoned.delete(requestId)) return undefined
    this.#releaseOverdue(nowMs)
    const named = slots.map(({ limit, key }) => ({ limit, name: `${limit.id}\n${key}` }))
    const full = named.find(({ limit, name }) => (this.#counts.get(name) ?? 0) >= limit.concurrent)
    if (full !== undefined) return full.limit
    if (this.#held.size >= this.#maxHeld) return named[0]?.limit
    for (const { name } of named) this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1)
    const names = named.map(({ name }) => name)
    this.#held.set(requestId, { names, takenAtMs: nowMs, cluster: undefined })
    return undefined
  }

  /** Where the call went: it ends with that, too. */
  wentTo(requestId: string, cluster: string): void {
    const hold = this.#held.get(requestId)
    if (hold !== undefined) hold.cluster = cluster
  }

  /** When the call is over. Of a call that holds nothing, or any more, nothing happens. */
  release(requestId: string): void {
    const hold = this.#held.get(requestId)
    if (hold === undefined) return
    this.#held.delete(requestId)
    for (const name of hold.names) {
      const left = (this.#counts.get(name) ?? 0) - 1
      if (left > 0) this.#counts.set(name, left)
      else this.#counts.delete(name)
    }
  }

  /** The client went away, perhaps before the request was judged: then there will be no other end to wait for. */
  abandon(requestId: string): void {
    if (this.#held.has(requestId)) {
      this.release(requestId)
      return
    }
    this.#abandoned.add(requestId)
    const [oldest] = this.#abandoned.size > MAX_ABANDONED ? this.#abandoned : []
    if (oldest !== undefined) this.#abandoned.delete(oldest)
  }

  /** When the connector is gone: so are the calls on it. */
  releaseAllOn(cluster: string): void {
    for (const [requestId, hold] of this.#held) if (hold.cluster === cluster) this.release(requestId)
  }

  #releaseOverdue(nowMs: number): void {
    for (const [requestId, { takenAtMs }] of this.#held) {
      if (nowMs - takenAtMs < MAX_HOLD_MS) return
      this.release(requestId)
    }
  }
}
