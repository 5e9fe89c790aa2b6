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

  constructor(ports: { store: SshKeyStore; standing: StandingFeed; clock: Clock }) {
    this.#store = ports.store
    this.#standing = ports.standing
    this.#clock = ports.clock
  }

  async bind(key: ProvenKey, userId: UserId): Promise<'bound' | 'taken'> {
    const outcome = await this.#store.bind(key, userId, this.#clock.nowMs())
    if (outcome === 'bound') {
      this.#standing.publish({ kind: 'ssh_key.bound', binding: { fingerprint: key.fingerprint, userId } })
    }
    return outcome
  }

  /** Only the user's own. Ends its live connections. */
  async revoke(fingerprint: string, userId: UserId): Promise<boolean> {
    const removed = await this.#store.unbind(fingerprint, userId)
    if (removed) this.#standing.publish({ kind: 'ssh_key.unbound', fingerprint })
    return removed
  }

  ofUser(userId: UserId): ReturnType<SshKeyStore['ofUser']> {
    return this.#store.ofUser(userId)
  }
}
