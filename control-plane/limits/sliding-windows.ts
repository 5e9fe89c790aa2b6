import type { CallCounter, Charge, Exhausted } from './call-counter.ts'
import type { RateLimit } from './limit.ts'
import { TimeRing } from './time-ring.ts'

/** Keys of all limits together; each holds the times of its calls. About 30 MB when it is full of small ones. */
const MAX_KEYS = 100_000
/** Times of all keys together: 8 bytes each. */
const MAX_TIMES = 4_000_000
/** When there is no room: windows end all the time. */
const NO_ROOM_RETRY_MS = 5000

/** By key; the one that was used last stands last, so that what has ended stands first. */
type Windows = Map<string, TimeRing>

/**
 * Exact sliding windows on this node: the time of every call that still counts is kept. Only what has ended is
 * forgotten, because a limit that forgets under load would end when it is needed.
 */
export class SlidingWindows implements CallCounter {
  readonly #limits = new Map<string, { readonly windowMs: number; readonly windows: Windows }>()
  readonly #maxKeys: number
  readonly #maxTimes: number
  #keys = 0
  #times = 0

  constructor(bounds: { readonly maxKeys?: number; readonly maxTimes?: number } = {}) {
    this.#maxKeys = bounds.maxKeys ?? MAX_KEYS
    this.#maxTimes = bounds.maxTimes ?? MAX_TIMES
  }

  take(charges: readonly Charge[], nowMs: number): Exhausted | undefined {
    let worst: Exhausted | undefined
    for (const { limit, key } of charges) {
      const retryAfterMs = this.#waitOf(limit, key, nowMs)
      if (retryAfterMs > (worst?.retryAfterMs ?? 0)) worst = { kind: 'exhausted', limit, retryAfterMs }
    }
    const [first] = charges
    if (worst !== undefined || first === undefined) return worst
    if (!this.#hasRoomFor(charges.length, nowMs)) {
      return { kind: 'no_room', limit: first.limit, retryAfterMs: NO_ROOM_RETRY_MS }
    }
    for (const { limit, key } of charges) this.#push(limit, key, nowMs)
    return undefined
  }

  giveBack(charges: readonly Charge[]): void {
    for (const { limit, key } of charges) {
      const ring = this.#limits.get(limit.id)?.windows.get(key)
      if (ring === undefined || ring.count === 0) continue
      ring.dropNewest()
      this.#times -= 1
    }
  }

  /** How long until one more call is in order; 0 for now. */
  #waitOf(limit: RateLimit, key: string, nowMs: number): number {
    const windows = this.#limits.get(limit.id)?.windows
    const ring = windows?.get(key)
    if (ring === undefined) return 0
    this.#times -= ring.dropUntil(nowMs - limit.windowMs)
    return ring.count < limit.requests ? 0 : Math.max(1, ring.oldest + limit.windowMs - nowMs)
  }

  #push(limit: RateLimit, key: string, nowMs: number): void {
    const { windows } = this.#limits.get(limit.id) ?? this.#open(limit)
    const known = windows.get(key)
    if (known === undefined) this.#keys += 1
    const ring = known ?? new TimeRing()
    ring.push(nowMs)
    this.#times += 1
    windows.delete(key)
    windows.set(key, ring)
    this.#forgetEnded(windows, nowMs - limit.windowMs)
  }

  #open(limit: RateLimit): { readonly windowMs: number; readonly windows: Windows } {
    const opened = { windowMs: limit.windowMs, windows: new Map() }
    this.#limits.set(limit.id, opened)
    return opened
  }

  #hasRoomFor(more: number, nowMs: number): boolean {
    const fits = (): boolean => this.#keys + more <= this.#maxKeys && this.#times + more <= this.#maxTimes
    if (fits()) return true
    for (const [id, { windowMs, windows }] of this.#limits) {
      this.#forgetEnded(windows, nowMs - windowMs)
      if (windows.size === 0) this.#limits.delete(id)
    }
    return fits()
  }

  #forgetEnded(windows: Windows, untilMs: number): void {
    for (const [key, ring] of windows) {
      if (ring.count > 0 && ring.newest > untilMs) return
      windows.delete(key)
      this.#keys -= 1
      this.#times -= ring.count
    }
  }
}
