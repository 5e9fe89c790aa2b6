/** Refusals of callers without a good token that are kept in a minute: half a gigabyte in a month of nothing else. */
export const STRANGERS_PER_MINUTE = 600
const MINUTE_MS = 60_000
/** Requests that are not kept and not over yet. */
const MAX_OPEN = 20_000

/** Anybody can be refused as often as they like, and must not fill the disk with it. */
export class StrangerBudget {
  readonly #open = new Set<string>()
  #endsAtMs = 0
  #left = 0
  #dropped = 0

  /** Whether the record of this request is to be kept. */
  take(requestId: string, nowMs: number): boolean {
    if (nowMs >= this.#endsAtMs) {
      this.#endsAtMs = nowMs + MINUTE_MS
      this.#left = STRANGERS_PER_MINUTE
    }
    this.#left -= 1
    if (this.#left >= 0) return true
    this.#dropped += 1
    if (this.#open.size < MAX_OPEN) this.#open.add(requestId)
    return false
  }

  /** Whether this is the end of a request that was not kept: there is nothing to complete. */
  isOver(requestId: string): boolean {
    return this.#open.delete(requestId)
  }

  /** Those that were not kept since this was asked last. */
  takeDropped(): number {
    const dropped = this.#dropped
    this.#dropped = 0
    return dropped
  }
}
