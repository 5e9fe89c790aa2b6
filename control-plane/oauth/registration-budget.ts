const MINUTE_MS = 60_000
/** Agents of one company share an address, so this is generous. */
const PER_NETWORK = 60
const IN_TOTAL = 1200
/** What a network may always do, however busy all others are together: nobody can lock everybody out. */
const ALWAYS = 5
/** Bounds memory; an attacker with more networks than this meets the total. */
const MAX_NETWORKS = 50_000

/** How many clients may register, for each network and in total. Windows of one minute. */
export class RegistrationBudget {
  readonly #used = new Map<string, number>()
  #total = 0
  #windowStartMs = Number.NEGATIVE_INFINITY

  /** Counts one registration; milliseconds to wait where it is one too many. */
  take(network: string, nowMs: number): { readonly retryAfterMs: number } | undefined {
    if (nowMs - this.#windowStartMs >= MINUTE_MS) {
      this.#windowStartMs = nowMs
      this.#used.clear()
      this.#total = 0
    }
    const used = this.#used.get(network) ?? 0
    const isTotalSpent = this.#total >= IN_TOTAL || (used === 0 && this.#used.size >= MAX_NETWORKS)
    if (used >= PER_NETWORK || (isTotalSpent && used >= ALWAYS)) {
      return { retryAfterMs: this.#windowStartMs + MINUTE_MS - nowMs }
    }
    if (this.#used.size < MAX_NETWORKS || used > 0) this.#used.set(network, used + 1)
    this.#total += 1
    return undefined
  }
}
