import type { AuditEvent } from '../audit/event.ts'
import type { Topic } from '../kernel/bus.ts'
import { callJoiner } from '../tui/call-join.ts'
import type { StatusFeed } from '../tui/status.ts'

/**
 * Brings each call to the terminals of the connection that serves its route. One subscription for the whole dock, found by
 * route: with thousands of tunnels a call must not be shown to each of them.
 */
export class CallWatchers implements Disposable {
  readonly #feeds = new Map<string, StatusFeed>()
  readonly #unsubscribe: () => void

  constructor(events: Topic<AuditEvent>) {
    const join = callJoiner()
    this.#unsubscribe = events.subscribe((event) => {
      const feed = this.#feeds.get(event.route)
      if (feed === undefined || !feed.watched) return
      const call = join(event)
      if (call !== undefined) feed.tell({ kind: 'call', call })
    })
  }

  /** The newest connection of a route is the one that is told. */
  watch(route: string, feed: StatusFeed): void {
    this.#feeds.set(route, feed)
  }

  leave(route: string, feed: StatusFeed): void {
    if (this.#feeds.get(route) === feed) this.#feeds.delete(route)
  }

  [Symbol.dispose](): void {
    this.#unsubscribe()
    this.#feeds.clear()
  }
}
