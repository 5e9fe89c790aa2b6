/** What a newer forward needs from the one it replaces. */
export interface Replaceable {
  /** Stops serving; `reason` is for the person at the other terminal. */
  replaceBy(sourceAddress: string): void
}

/** Which forward serves which route of which user right now, in this process. */
export class ServedRoutes<T extends Replaceable> {
  readonly #served = new Map<string, T>()

  /** The newest wins: the one before is told. Called when the newcomer can really serve, so that there is no gap. */
  take(place: { readonly userId: string; readonly route: string }, newcomer: T, sourceAddress: string): void {
    const key = keyOf(place)
    const before = this.#served.get(key)
    this.#served.set(key, newcomer)
    if (before !== undefined && before !== newcomer) before.replaceBy(sourceAddress)
  }

  /** Ignored when somebody else has taken over meanwhile. */
  leave(place: { readonly userId: string; readonly route: string }, leaver: T): void {
    if (this.#served.get(keyOf(place)) === leaver) this.#served.delete(keyOf(place))
  }
}

const keyOf = (place: { readonly userId: string; readonly route: string }): string => `${place.userId}\0${place.route}`
