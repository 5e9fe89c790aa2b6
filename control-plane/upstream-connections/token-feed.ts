import type { Topic } from '../kernel/bus.ts'
import type { TokenChange, TokenDelta } from './token-copy.ts'

/** Well under the lease, so that one late heartbeat refuses nobody. */
const HEARTBEAT_MS = 1000

/**
 * The brain's side of the copy. A topic of its own beside Standing, with the same numbers and lease: docks hear Standing, and
 * have no business with tokens that are good at somebody else's server.
 */
export class TokenFeed implements AsyncDisposable {
  readonly #topic: Topic<TokenDelta>
  readonly #heartbeat: NodeJS.Timeout
  #sequence = 0

  constructor(topic: Topic<TokenDelta>) {
    this.#topic = topic
    this.#heartbeat = setInterval(() => this.publish({ kind: 'heartbeat' }), HEARTBEAT_MS)
    this.publish({ kind: 'heartbeat' })
  }

  publish(change: TokenChange): void {
    this.#sequence += 1
    this.#topic.publish({ sequence: this.#sequence, change })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#heartbeat)
  }
}
