import type { Clock } from '../kernel/clock.ts'

/** Calls come by the thousand; a list of clients needs no better than this. */
const STEP_MS = 60_000
const MAX_REMEMBERED = 10_000

/** When each grant was last used: at most one write a minute for each. */
export class GrantUse {
  readonly #write: (grantId: string) => void
  readonly #clock: Clock
  readonly #writtenAtMs = new Map<string, number>()

  constructor(ports: { write: (grantId: string) => void; clock: Clock }) {
    this.#write = ports.write
    this.#clock = ports.clock
  }

  saw(grantId: string): void {
    const nowMs = this.#clock.nowMs()
    const writtenAtMs = this.#writtenAtMs.get(grantId)
    if (writtenAtMs !== undefined && nowMs - writtenAtMs < STEP_MS) return
    if (this.#writtenAtMs.size >= MAX_REMEMBERED) this.#writtenAtMs.clear()
    this.#writtenAtMs.set(grantId, nowMs)
    this.#write(grantId)
  }
}
