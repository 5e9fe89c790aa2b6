import type { Clock } from '../kernel/clock.ts'
import type { SshKeyStore } from './ssh-key-store.ts'
import type { ProvenKey } from './ssh-admission.ts'
import type { StandingFeed } from './standing-feed.ts'
import type { UserId } from './user.ts'

/** Which SSH keys act as whom. Changes reach the docks at once. */
export class SshKeys {
  readonly #store: SshKeyStore
  readonly #standing: StandingFeed
  readonly #clock: Clock
  readonly #tellOwner: (userId: UserId, fingerprint: string) => void

  constructor(ports: {
    store: SshKeyStore
    standing: StandingFeed
    clock: Clock
    /** A new key acts as this person from now on. */
    tellOwner: (userId: UserId, fingerprint: string) => void
  }) {
    this.#store = ports.store
    this.#standing = ports.standing
    this.#clock = ports.clock
    this.#tellOwner = ports.tellOwner
  }

  async bind(key: ProvenKey, userId: UserId): Promise<'bound' | 'taken'> {
    const outcome = await this.#store.bind(key, userId, this.#clock.nowMs())
    if (outcome === 'taken') return 'taken'
    this.#standing.publish({ kind: 'ssh_key.bound', binding: { fingerprint: key.fingerprint, userId } })
    if (outcome === 'bound') this.#tellOwner(userId, key.fingerprint)
    return 'bound'
  }

  /** A connection signed in with it. */
  seen(fingerprint: string, from: string): Promise<void> {
    return this.#store.seen(fingerprint, from, this.#clock.nowMs())
  }

  /** Only the user's own. Ends its live connections. */
  async revoke(fingerprint: string, userId: UserId): Promise<boolean> {
    const removed = await this.#store.unbind(fingerprint, userId)
    if (removed) this.#standing.publish({ kind: 'ssh_key.unbound', fingerprint })
    return removed
  }

  async revokeAll(userId: UserId): Promise<void> {
    for (const { fingerprint } of await this.#store.ofUser(userId)) await this.revoke(fingerprint, userId)
  }

  ofUser(userId: UserId): ReturnType<SshKeyStore['ofUser']> {
    return this.#store.ofUser(userId)
  }
}
