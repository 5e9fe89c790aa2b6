const FIRST_SIZE = 4

/** Times in the order in which they came; grows as needed. */
export class TimeRing {
  #times = new Float64Array(FIRST_SIZE)
  #start = 0
  #count = 0

  get count(): number {
    return this.#count
  }

  /** 0 where there is none. */
  get oldest(): number {
    return this.#at(0)
  }

  get newest(): number {
    return this.#at(this.#count - 1)
  }

  push(timeMs: number): void {
    if (this.#count === this.#times.length) this.#grow()
    this.#times[(this.#start + this.#count) % this.#times.length] = timeMs
    this.#count += 1
  }

  dropNewest(): void {
    this.#count -= 1
  }

  /** Drops those up to and including this time, and says how many. */
  dropUntil(timeMs: number): number {
    let dropped = 0
    while (this.#count > 0 && this.#at(0) <= timeMs) {
      this.#start = (this.#start + 1) % this.#times.length
      this.#count -= 1
      dropped += 1
    }
    return dropped
  }

  #at(index: number): number {
    return this.#times[(this.#start + index) % this.#times.length] ?? 0
  }

  #grow(): void {
    const grown = new Float64Array(this.#times.length * 2)
    for (let index = 0; index < this.#count; index += 1) grown[index] = this.#at(index)
    this.#times = grown
    this.#start = 0
  }
}
