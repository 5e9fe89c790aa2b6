/**
 * How the roles tell each other things: one value type per topic, delivered in order, at most once.
 * In one process today; between workers and nodes later, without touching the roles.
 */
export interface Topic<T> {
  publish(value: T): void
  /** Returns the function that unsubscribes. */
  subscribe(listener: (value: T) => void): () => void
}

/** A topic inside one process. A listener that throws is a bug and reaches the publisher. */
export function localTopic<T>(): Topic<T> {
  const listeners = new Set<(value: T) => void>()
  return {
    publish(value) {
      for (const listener of listeners) listener(value)
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
