import type { StandingFeed } from '../identity/standing-feed.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Grant } from './grant.ts'

/** A grant as its person sees it in a list. */
export interface GrantRecord extends Grant {
  readonly clientName: string
  readonly resource: string
  readonly createdAtMs: number
  /** When it ends by itself; undefined for one that lasts until it is revoked. */
  readonly expiresAtMs?: number | undefined
  /** Undefined for grants of the first days. */
  readonly scope: string | undefined
  /** Where the answer went: the one thing about a self-registered client that is true. */
  readonly redirectHost: string | undefined
  /** As exact as a minute. */
  readonly lastUsedAtMs: number | undefined
}

/** Port: grants at rest. */
export interface GrantStore {
  active(): Promise<readonly GrantRecord[]>
  used(id: string, nowMs: number): Promise<void>
  add(grant: GrantRecord): Promise<void>
  /** Whether it was active until now. */
  revoke(id: string, nowMs: number): Promise<boolean>
  /** Those that have ended by themselves. */
  expired(nowMs: number): Promise<readonly string[]>
}

/** What people allowed. Revoking takes effect on the next request, whatever tokens are still out there. */
export class Grants {
  readonly #store: GrantStore
  readonly #standing: StandingFeed
  readonly #clock: Clock

  constructor(ports: { store: GrantStore; standing: StandingFeed; clock: Clock }) {
    this.#store = ports.store
    this.#standing = ports.standing
    this.#clock = ports.clock
  }

  /** Stored and announced when this resolves, so that no token is answered before the authorizers know its grant. */
  async add(grant: Omit<GrantRecord, 'createdAtMs' | 'lastUsedAtMs'>): Promise<void> {
    await this.#store.add({ ...grant, createdAtMs: this.#clock.nowMs(), lastUsedAtMs: undefined })
    const { id, userId, clientId } = grant
    this.#standing.publish({ kind: 'grant.put', grant: { id, userId, clientId } })
  }

  active(): Promise<readonly GrantRecord[]> {
    return this.#store.active()
  }

  /** Ends what has expired. Call now and then. */
  async prune(): Promise<void> {
    for (const id of await this.#store.expired(this.#clock.nowMs())) await this.revoke(id)
  }

  async ofUser(userId: string): Promise<readonly GrantRecord[]> {
    return (await this.#store.active()).filter((grant) => grant.userId === userId)
  }

  used(id: string): Promise<void> {
    return this.#store.used(id, this.#clock.nowMs())
  }

  async revokeAll(userId: string): Promise<void> {
    for (const { id } of await this.ofUser(userId)) await this.revoke(id)
  }

  /** Announced even when the store fails: a revocation that is not kept must still hold until a restart. */
  async revoke(id: string): Promise<boolean> {
    try {
      return await this.#store.revoke(id, this.#clock.nowMs())
    } finally {
      this.#standing.publish({ kind: 'grant.revoked', grantId: id })
    }
  }
}
