/**
 * Whether a copy may be trusted: changes carry the number after their predecessor's, and a gap or a silence of longer
 * than the lease means that some may be missing.
 */
export class Lease {
  readonly #leaseMs: number
  #sequence: number | undefined
  #renewedAtMs = Number.NEGATIVE_INFINITY

  constructor(leaseMs: number) {
    this.#leaseMs = leaseMs
  }

  /** False for a change that does not follow on the last one: the copy is worthless until it is made anew. */
  renew(sequence: number, nowMs: number): boolean {
    const expected = this.#sequence === undefined ? sequence : this.#sequence + 1
    if (sequence !== expected) {
      this.#renewedAtMs = Number.NEGATIVE_INFINITY
      return false
    }
    this.#sequence = sequence
    this.#renewedAtMs = nowMs
    return true
  }

  isFresh(nowMs: number): boolean {
    return nowMs - this.#renewedAtMs <= this.#leaseMs
  }
}
