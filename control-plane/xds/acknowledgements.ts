import { Fault } from '../kernel/fault.ts'

interface Waiter {
  readonly resolve: () => void
  readonly reject: (fault: Fault) => void
  readonly timer: NodeJS.Timeout
}

/** Promises about clusters: kept when every connected Envoy has the current version. */
export class Acknowledgements {
  readonly #waiters = new Map<string, Set<Waiter>>()

  /** `isReached` is asked again by `review`; a timeout rejects with `xds.not_acknowledged`. */
  wait(cluster: string, timeoutMs: number): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const timer = setTimeout(() => {
      const message = `Envoy did not confirm cluster "${cluster}" within ${timeoutMs} ms`
      this.#settle(cluster, waiter, () => reject(new Fault('xds.not_acknowledged', message)))
    }, timeoutMs)
    const waiter: Waiter = { resolve, reject, timer }
    const waiters = this.#waiters.get(cluster) ?? new Set()
    this.#waiters.set(cluster, waiters.add(waiter))
    return promise
  }

  get clusters(): readonly string[] {
    return [...this.#waiters.keys()]
  }

  keep(cluster: string): void {
    for (const waiter of this.#waiters.get(cluster) ?? []) this.#settle(cluster, waiter, waiter.resolve)
  }

  break(cluster: string, fault: Fault): void {
    for (const waiter of this.#waiters.get(cluster) ?? []) this.#settle(cluster, waiter, () => waiter.reject(fault))
  }

  #settle(cluster: string, waiter: Waiter, act: () => void): void {
    clearTimeout(waiter.timer)
    const waiters = this.#waiters.get(cluster)
    waiters?.delete(waiter)
    if (waiters?.size === 0) this.#waiters.delete(cluster)
    act()
  }
}
