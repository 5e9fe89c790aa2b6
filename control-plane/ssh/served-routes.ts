/** One forward among those of a route, as the others see it. */
export interface Served {
  readonly connectorId: string
  /** Whether its client still answers. */
  isThere(): Promise<boolean>
  /** Stops serving; the address is for the person at the other terminal. */
  replaceBy(sourceAddress: string): void
  /** How many serve the route now, this one included. */
  counted(connectors: number): void
}

/** Which forwards serve which route right now, in this process. A personal name has one owner, so the route says enough. */
export class ServedRoutes<T extends Served> {
  readonly #served = new Map<string, Set<T>>()
  /** Those that have an id already and will serve in a moment. */
  readonly #joining = new Map<string, Set<T>>()

  find(route: string, connectorId: string): T | undefined {
    const all = [...(this.#served.get(route) ?? []), ...(this.#joining.get(route) ?? [])]
    return all.find((served) => served.connectorId === connectorId)
  }

  /** Nobody else takes its id from now on. */
  join(route: string, newcomer: T): void {
    const joining = this.#joining.get(route) ?? new Set()
    this.#joining.set(route, joining.add(newcomer))
  }

  /**
   * Called when the newcomer can really serve, so that there is no gap. It replaces the one with its own id, and all others
   * too unless it serves beside them: the newest wins, and those before are told.
   */
  take(route: string, newcomer: T, how: { readonly sourceAddress: string; readonly beside: boolean }): void {
    this.#forget(route, newcomer)
    const served = this.#served.get(route) ?? new Set()
    this.#served.set(route, served)
    const others = [...served].filter((other) => other !== newcomer)
    for (const other of others) {
      if (how.beside && other.connectorId !== newcomer.connectorId) continue
      served.delete(other)
      other.replaceBy(how.sourceAddress)
    }
    served.add(newcomer)
    this.#count(served)
  }

  /** Harmless for one that has left or was replaced. */
  leave(route: string, leaver: T): void {
    this.#forget(route, leaver)
    const served = this.#served.get(route)
    if (served?.delete(leaver) !== true) return
    if (served.size === 0) this.#served.delete(route)
    this.#count(served)
  }

  #forget(route: string, joined: T): void {
    const joining = this.#joining.get(route)
    if (joining?.delete(joined) === true && joining.size === 0) this.#joining.delete(route)
  }

  #count(served: ReadonlySet<T>): void {
    for (const one of served) one.counted(served.size)
  }
}
