import type { Reviews } from '../approvals/review.ts'
import { reviewStatus } from '../tui/review.ts'
import type { StatusFeed } from '../tui/status.ts'

/** Shows what waits for a person at a route of theirs in the terminal that serves it. */
export class ReviewWatch {
  readonly #reviews: Reviews
  readonly #feed: StatusFeed
  readonly #watched = new Map<string, () => void>()

  constructor(reviews: Reviews, feed: StatusFeed) {
    this.#reviews = reviews
    this.#feed = feed
  }

  /** Harmless when repeated. */
  watch(at: { readonly userId: string; readonly route: string }): void {
    if (this.#watched.has(at.route)) return
    const shown = new Set<string>()
    const stop = this.#reviews.watch(at, (change) => {
      if (change.kind === 'opened') {
        shown.add(change.review.id)
        this.#feed.tell({ kind: 'review', review: reviewStatus(change.review) })
      } else {
        shown.delete(change.id)
        this.#feed.tell({ kind: 'reviewed', id: change.id })
      }
    })
    this.#watched.set(at.route, () => {
      stop()
      for (const id of shown) this.#feed.tell({ kind: 'reviewed', id })
    })
  }

  unwatch(route: string): void {
    this.#watched.get(route)?.()
    this.#watched.delete(route)
  }
}
