/** A value that is replaced whole. Who works on one thing reads it once, so that the thing is done by one value. */
export interface Current<T> {
  readonly value: T
  /** Called after each replacement, in the order of subscription and before `replace` returns. Returns unsubscribe. */
  subscribe(listener: (value: T) => void): () => void
}

export interface Replaceable<T> extends Current<T> {
  /** Everybody is told, also where one of them throws. */
  replace(value: T): void
}

export function currentOf<T>(first: T): Replaceable<T> {
  const listeners = new Set<(value: T) => void>()
  let value = first
  return {
    get value() {
      return value
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    replace(next) {
      value = next
      const failures: unknown[] = []
      for (const listener of listeners) {
        try {
          listener(next)
        } catch (cause) {
          failures.push(cause)
        }
      }
      if (failures.length > 0) throw new AggregateError(failures, 'Not everybody took the new value over')
    },
  }
}
