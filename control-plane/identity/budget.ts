/** How often something may be done by one key in a window of time. In memory, bounded, without timers. */
export class Budget {
  readonly #limit: number
  readonly #windowMs: number
  readonly #maxKeys: number
  /** In order of their first use: the oldest are forgotten first. */
  readonly #spent = new Map<string, { count: number; readonly endsAtMs: number }>()

  /** `maxKeys` is 10,000 unless told. */
  constructor(options: { readonly limit: number; readonly windowMs: number; readonly maxKeys?: number }) {
    this.#limit = options.limit
    this.#windowMs = options.windowMs
    this.#maxKeys = options.maxKeys ?? 10_000
  }

  /** Takes one, unless none is left; the window begins with the first. */
  take(key: string, nowMs: number): boolean {
    const spent = this.#spent.get(key)
    if (spent !== undefined && spent.endsAtMs > nowMs) {
      if (spent.count >= this.#limit) return false
      spent.count += 1
      return true
    }
    this.#spent.delete(key)
    if (this.#spent.size >= this.#maxKeys) this.#forgetOldest()
    this.#spent.set(key, { count: 1, endsAtMs: nowMs + this.#windowMs })
    return true
  }

  giveBack(key: string): void {
    const spent = this.#spent.get(key)
    if (spent !== undefined && spent.count > 0) spent.count -= 1
  }

  forget(key: string): void {
    this.#spent.delete(key)
  }

  #forgetOldest(): void {
    for (const key of this.#spent.keys()) {
      this.#spent.delete(key)
      return
    }
  }
}
