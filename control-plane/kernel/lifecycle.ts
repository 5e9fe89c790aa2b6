import { setTimeout as sleep } from 'node:timers/promises'

/** Called once for every resource that failed to close; must not throw. */
export type OnCloseFailure = (name: string, cause: unknown) => void

/** Owns what the program has opened; closes it in reverse order, each within a deadline. */
export class Lifecycle implements AsyncDisposable {
  readonly #deadlineMs: number
  readonly #onCloseFailure: OnCloseFailure
  readonly #owned: { readonly name: string; readonly close: () => Promise<void> }[] = []
  #closing: Promise<void> | undefined

  constructor(options: { readonly deadlineMs: number; readonly onCloseFailure: OnCloseFailure }) {
    this.#deadlineMs = options.deadlineMs
    this.#onCloseFailure = options.onCloseFailure
  }

  /** Takes ownership of a resource that is already open, and returns it. */
  own<T extends AsyncDisposable>(name: string, resource: T): T {
    this.#owned.push({ name, close: async () => resource[Symbol.asyncDispose]() })
    return resource
  }

  /** Names of what is still open, newest first. */
  get open(): readonly string[] {
    return this.#owned.map((owned) => owned.name).toReversed()
  }

  /** Further calls return the same promise, so a second SIGTERM is harmless. */
  [Symbol.asyncDispose](): Promise<void> {
    this.#closing ??= this.#closeAll()
    return this.#closing
  }

  async #closeAll(): Promise<void> {
    for (let owned = this.#owned.at(-1); owned !== undefined; owned = this.#owned.at(-1)) {
      const timer = new AbortController()
      try {
        await Promise.race([
          owned.close(),
          sleep(this.#deadlineMs, undefined, { signal: timer.signal }).then(() => {
            throw new Error(`Did not close within ${this.#deadlineMs} ms`)
          }),
        ])
      } catch (cause) {
        this.#onCloseFailure(owned.name, cause)
      } finally {
        timer.abort()
        this.#owned.pop()
      }
    }
  }
}
