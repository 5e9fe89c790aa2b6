import type { Topic } from '../kernel/bus.ts'
import type { Clock } from '../kernel/clock.ts'
import { Standing, type StandingChange, type StandingDelta } from './standing.ts'

/** Well under the lease, so that one late heartbeat refuses nobody. */
const HEARTBEAT_MS = 1000

/** The brain's side of Standing: numbers every change, keeps its own copy, and proves that it is alive. */
export class StandingFeed implements AsyncDisposable {
  readonly copy = new Standing()
  readonly #topic: Topic<StandingDelta>
  readonly #clock: Clock
  readonly #heartbeat: NodeJS.Timeout
  #sequence = 0

  constructor(topic: Topic<StandingDelta>, clock: Clock) {
    this.#topic = topic
    this.#clock = clock
    this.#heartbeat = setInterval(() => this.publish({ kind: 'heartbeat' }), HEARTBEAT_MS)
  }

  /** Call only after the store has the change: a copy must never be ahead of the truth. */
  publish(change: StandingChange): void {
    this.#sequence += 1
    const delta = { sequence: this.#sequence, change }
    this.copy.apply(delta, this.#clock.nowMs())
    this.#topic.publish(delta)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#heartbeat)
  }
}
