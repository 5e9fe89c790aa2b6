import type { Connector, ConnectorHealth } from './connector.ts'

export type PresenceChange =
  | { readonly kind: 'up'; readonly connector: Connector }
  | { readonly kind: 'down'; readonly connectorId: string; readonly socketPath: string; readonly atMs: number }
  | {
      readonly kind: 'health'
      readonly connectorId: string
      readonly socketPath: string
      readonly health: ConnectorHealth
      readonly atMs: number
    }

/** Which route is served right now, and from where. A role's own copy, kept by applying changes in order. */
export class Presence {
  readonly #connectors = new Map<string, Connector>()
  readonly #routes = new Map<string, Set<string>>()
  readonly #offlineSinceMs = new Map<string, number>()
  readonly #refusedAtMs = new Map<string, number>()

  /** Times known from before this process: route → when its last connector went away. */
  constructor(offlineSinceMs: Iterable<readonly [string, number]> = []) {
    for (const [route, sinceMs] of offlineSinceMs) this.#offlineSinceMs.set(route, sinceMs)
  }

  /** Returns whether anything changed. A late "down" of a connection that was replaced changes nothing. */
  apply(change: PresenceChange): boolean {
    if (change.kind === 'up') {
      this.#put(change.connector)
      return true
    }
    const connector = this.#connectors.get(change.connectorId)
    if (connector === undefined || connector.socketPath !== change.socketPath) return false
    if (change.kind === 'down') this.#remove(connector, change.atMs)
    else this.#setHealth(connector, change.health, change.atMs)
    return true
  }

  find(connectorId: string): Connector | undefined {
    return this.#connectors.get(connectorId)
  }

  /** Oldest first. */
  serving(route: string): readonly Connector[] {
    const ids = this.#routes.get(route) ?? []
    return [...ids].map((id) => this.#connectors.get(id)).filter((connector) => connector !== undefined)
  }

  /** Undefined when it was never online, as far as is known. */
  offlineSinceMs(route: string): number | undefined {
    return this.#offlineSinceMs.get(route)
  }

  /** When a channel to the connector's target was last refused; undefined when the last one opened. */
  refusedAtMs(connectorId: string): number | undefined {
    return this.#refusedAtMs.get(connectorId)
  }

  all(): readonly Connector[] {
    return [...this.#connectors.values()]
  }

  #put(connector: Connector): void {
    const ids = this.#routes.get(connector.route) ?? new Set()
    // Delete first, so that a replaced connector counts as the newest.
    ids.delete(connector.id)
    ids.add(connector.id)
    this.#routes.set(connector.route, ids)
    this.#connectors.set(connector.id, connector)
    if (connector.health === 'refused') this.#refusedAtMs.set(connector.id, connector.sinceMs)
    else this.#refusedAtMs.delete(connector.id)
    this.#offlineSinceMs.delete(connector.route)
  }

  #setHealth(connector: Connector, health: ConnectorHealth, atMs: number): void {
    this.#connectors.set(connector.id, { ...connector, health })
    if (health === 'refused') this.#refusedAtMs.set(connector.id, atMs)
    else this.#refusedAtMs.delete(connector.id)
  }

  #remove(connector: Connector, atMs: number): void {
    this.#connectors.delete(connector.id)
    this.#refusedAtMs.delete(connector.id)
    const ids = this.#routes.get(connector.route)
    ids?.delete(connector.id)
    if (ids?.size === 0) {
      this.#routes.delete(connector.route)
      this.#offlineSinceMs.set(connector.route, atMs)
    }
  }
}
