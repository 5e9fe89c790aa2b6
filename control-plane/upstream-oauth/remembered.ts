import type { Clock } from '../kernel/clock.ts'

const FRESH_MS = 10 * 60_000

/** What was found out is good for ten minutes, and found out once for all who ask at the same time. Failures are not kept. */
export class Remembered<T> {
  readonly #clock: Clock
  readonly #kept = new Map<string, { readonly value: T; readonly untilMs: number }>()
  readonly #asking = new Map<string, Promise<T>>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  async get(name: string, ask: () => Promise<T>): Promise<T> {
    const kept = this.#kept.get(name)
    if (kept !== undefined && this.#clock.nowMs() < kept.untilMs) return kept.value
    const asking = this.#asking.get(name) ?? this.#ask(name, ask)
    this.#asking.set(name, asking)
    return asking
  }

  async #ask(name: string, ask: () => Promise<T>): Promise<T> {
    try {
      const value = await ask()
      this.#kept.set(name, { value, untilMs: this.#clock.nowMs() + FRESH_MS })
      return value
    } finally {
      this.#asking.delete(name)
    }
  }
}
