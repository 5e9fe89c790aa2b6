/** Refusals of callers without a good token that are kept in a minute: half a gigabyte in a month of nothing else. */
export const STRANGERS_PER_MINUTE = 600
const MINUTE_MS = 60_000

/** Anybody can be refused as often as they like, and must not fill the disk with it. */
export class StrangerBudget {
  #endsAtMs = 0
  #left = 0
  #dropped = 0

  take(nowMs: number): boolean {
    if (nowMs >= this.#endsAtMs) {
      this.#endsAtMs = nowMs + MINUTE_MS
      this.#left = STRANGERS_PER_MINUTE
    }
    this.#left -= 1
    if (this.#left < 0) this.#dropped += 1
    return this.#left >= 0
  }

  /** Those that were not kept since this was asked last. */
  takeDropped(): number {
    const dropped = this.#dropped
    this.#dropped = 0
    return dropped
  }
}
