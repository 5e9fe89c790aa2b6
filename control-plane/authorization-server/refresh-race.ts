import { errors } from 'oidc-provider'

import type { Clock } from '../kernel/clock.ts'
import type { OAuthPayloadStore } from './oauth-payload-store.ts'

/** What a refresh was answered with, and to whom. */
export interface KeptAnswer {
  readonly clientId: string
  readonly body: Readonly<Record<string, unknown>>
}

/** Bursts of parallel refreshes were seen to last up to 76 s; the window opens once, at a token's first use. */
const GRACE_MS = 120_000
const MODEL = 'RefreshAnswer'

/** Ends the library's handling of a refresh that was answered before; the answer is put in its place. */
export class RefreshRepeated extends errors.InvalidGrant {
  constructor() {
    super('answered before')
  }
}

/**
 * Clients refresh the same token several times at once. The first use rotates it; every repetition by the same
 * authenticated client within the grace window gets the very same answer, so there is one successor and no second window
 * (invariant 5). What comes later makes the authorization server revoke the family. Answers are kept, encrypted, in the
 * store, so that a restart in between costs nobody the sign-in.
 */
export class RefreshRace {
  readonly #store: OAuthPayloadStore
  readonly #clock: Clock
  readonly #turns = new Map<string, Promise<unknown>>()

  constructor(ports: { store: OAuthPayloadStore; clock: Clock }) {
    this.#store = ports.store
    this.#clock = ports.clock
  }

  /** Runs one refresh of a token after the other. */
  async turn<T>(token: string, work: () => Promise<T>): Promise<T> {
    const before = this.#turns.get(token) ?? Promise.resolve()
    const mine = before.then(work, work)
    this.#turns.set(token, mine)
    try {
      return await mine
    } finally {
      if (this.#turns.get(token) === mine) this.#turns.delete(token)
    }
  }

  /** Whether the token is being refreshed now, and not merely looked at, as by revocation. */
  isRefreshing(token: string): boolean {
    return this.#turns.has(token)
  }

  async keep(token: string, answer: KeptAnswer): Promise<void> {
    await this.#store.put({ model: MODEL, id: token }, { ...answer }, { expiresAtMs: this.#clock.nowMs() + GRACE_MS })
  }

  /** Undefined once the window has closed. */
  async find(token: string): Promise<KeptAnswer | undefined> {
    const kept = await this.#store.find({ model: MODEL, id: token }, this.#clock.nowMs())
    return kept?.payload as KeptAnswer | undefined
  }
}
