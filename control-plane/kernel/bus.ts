/**
 * How the roles tell each other things: one value type per topic, delivered in order, at most once.
 * In one process today; between workers and nodes later, without touching the roles.
 */
export interface Topic<T> {
  publish(value: T): void
  /** Returns the function that unsubscribes. */
  subscribe(listener: (value: T) => void): () => void
}

/**
 * Publishes later, in the same order: whoever tells does not wait for those who listen. What is told during a stop may be
 * lost; use it where that is allowed.
 */
export function deferred<T>(topic: Pick<Topic<T>, 'publish'>): (value: T) => void {
  let waiting: T[] = []
  const flush = (): void => {
    const values = waiting
    waiting = []
    for (const value of values) topic.publish(value)
  }
  return (value) => {
    if (waiting.length === 0) setImmediate(flush)
    waiting.push(value)
  }
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
