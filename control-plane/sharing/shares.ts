import type { ShareChanged } from '../audit/event.ts'
import type { StandingFeed } from '../identity/standing-feed.ts'
import type { User } from '../identity/user.ts'
import type { Clock } from '../kernel/clock.ts'
import { newId } from '../kernel/ids.ts'
import type { Random } from '../kernel/random.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import { DEFAULT_SHARE_MS, outsideOf, type Share, type SharingRules } from './share.ts'

/** Port: shares at rest. */
export interface ShareStore {
  all(): Promise<readonly Share[]>
  add(share: Share): Promise<void>
  remove(id: string): Promise<void>
}

/** More than anybody keeps an eye on. */
export const MAX_SHARES_PER_USER = 50

export interface WantedShare {
  readonly route: string
  readonly email: string
  readonly tools: readonly string[] | undefined
  /** Undefined: a day, or less where the configuration wants that. */
  readonly forMs: number | undefined
}

/** Every share that there is. Roles learn of them through Standing. */
export class Shares {
  readonly #store: ShareStore
  readonly #standing: StandingFeed
  readonly #clock: Clock
  readonly #random: Random
  readonly #rulesFor: (user: User, route: string) => SharingRules | undefined
  readonly #tell: (event: ShareChanged) => void
  readonly #all = new Map<string, Share>()

  constructor(ports: {
    readonly store: ShareStore
    readonly standing: StandingFeed
    readonly clock: Clock
    readonly random: Random
    /** Undefined for a route that is not this person's, or that does not exist: one is not told from the other. */
    readonly rulesFor: (user: User, route: string) => SharingRules | undefined
    readonly tell: (event: ShareChanged) => void
  }) {
    this.#store = ports.store
    this.#standing = ports.standing
    this.#clock = ports.clock
    this.#random = ports.random
    this.#rulesFor = ports.rulesFor
    this.#tell = ports.tell
  }

  async load(): Promise<void> {
    for (const share of await this.#store.all()) {
      this.#all.set(share.id, share)
      this.#standing.publish({ kind: 'share.put', share })
    }
  }

  /** Newest last; those that have ended are not among them. */
  ofUser(userId: string): readonly Share[] {
    const nowMs = this.#clock.nowMs()
    return [...this.#all.values()].filter((share) => share.sharedBy === userId && share.expiresAtMs > nowMs)
  }

  /** Why not is a sentence for the person. */
  async create(by: User, wanted: WantedShare): Promise<Result<Share, string>> {
    const rules = this.#rulesFor(by, wanted.route)
    if (rules === undefined) return err(`You serve no tunnel "${wanted.route}"`)
    if (wanted.email === by.email) return err('That is your own address')
    const nowMs = this.#clock.nowMs()
    const share: Share = {
      id: newId('shr', this.#random),
      route: wanted.route,
      sharedBy: by.id,
      email: wanted.email,
      tools: wanted.tools,
      createdAtMs: nowMs,
      expiresAtMs: nowMs + (wanted.forMs ?? Math.min(DEFAULT_SHARE_MS, rules.maxMs)),
    }
    const outside = outsideOf(share, rules)
    if (outside !== undefined) return err(outside)
    if (this.ofUser(by.id).length >= MAX_SHARES_PER_USER)
      return err(`You have ${MAX_SHARES_PER_USER} shares already: revoke one first`)
    this.#all.set(share.id, share)
    try {
      await this.#store.add(share)
    } catch (cause) {
      this.#all.delete(share.id)
      throw cause
    }
    // It may have been revoked meanwhile.
    if (!this.#all.has(share.id)) return err('The share was revoked while it was made')
    this.#standing.publish({ kind: 'share.put', share })
    this.#tell(changeOf('share.created', share, nowMs))
    return ok(share)
  }

  /** By its id, or all for an address. Only the person's own; which they were. */
  async revoke(by: User, idOrEmail: string): Promise<readonly Share[]> {
    const ended = this.ofUser(by.id).filter(({ id, email }) => id === idOrEmail || email === idOrEmail)
    // At once, whatever the disk does: a start after a failed write would be told again.
    for (const share of ended) {
      this.#end(share)
      this.#tell(changeOf('share.revoked', share, this.#clock.nowMs()))
    }
    for (const { id } of ended) await this.#store.remove(id)
    return ended
  }

  async removeExpired(): Promise<void> {
    const nowMs = this.#clock.nowMs()
    const over = [...this.#all.values()].filter(({ expiresAtMs }) => expiresAtMs <= nowMs)
    for (const share of over) {
      this.#end(share)
      await this.#store.remove(share.id)
    }
  }

  #end({ id, route }: Share): void {
    this.#all.delete(id)
    this.#standing.publish({ kind: 'share.ended', shareId: id, route })
  }
}

const changeOf = (kind: ShareChanged['kind'], share: Share, atMs: number): ShareChanged => ({
  kind,
  atMs,
  route: share.route,
  share: share.id,
  userId: share.sharedBy,
  email: share.email,
  tools: share.tools,
  expiresAtMs: share.expiresAtMs,
})
