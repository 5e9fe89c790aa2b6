import { createHash } from 'node:crypto'

import type { Clock } from '../kernel/clock.ts'
import type { Random } from '../kernel/random.ts'
import type { Standing } from './standing.ts'
import type { User, UserId } from './user.ts'

/** Port: browser sessions at rest, by the hash of their secret. */
export interface WebSessionStore {
  put(
    idHash: string,
    userId: UserId,
    times: { readonly createdAtMs: number; readonly expiresAtMs: number },
  ): Promise<void>
  find(idHash: string, nowMs: number): Promise<UserId | undefined>
  remove(idHash: string): Promise<void>
  removeExpired(nowMs: number): Promise<void>
}

export const WEB_SESSION_MS = 14 * 24 * 60 * 60 * 1000

/** Who a browser is, by the secret in its cookie. */
export class WebSessions {
  readonly #store: WebSessionStore
  readonly #standing: Standing
  readonly #clock: Clock
  readonly #random: Random

  constructor(ports: { store: WebSessionStore; standing: Standing; clock: Clock; random: Random }) {
    this.#store = ports.store
    this.#standing = ports.standing
    this.#clock = ports.clock
    this.#random = ports.random
  }

  /** The cookie's value: 32 random bytes. A new one for each sign-in, so that a planted cookie is worth nothing. */
  async begin(user: User): Promise<string> {
    const secret = `sps_${this.#random.bytes(32).toString('base64url')}`
    const createdAtMs = this.#clock.nowMs()
    await this.#store.put(hashOf(secret), user.id, { createdAtMs, expiresAtMs: createdAtMs + WEB_SESSION_MS })
    return secret
  }

  /** Undefined when the session has ended or its user is disabled. */
  async findUser(secret: string | undefined): Promise<User | undefined> {
    if (secret === undefined) return undefined
    const userId = await this.#store.find(hashOf(secret), this.#clock.nowMs())
    return userId === undefined ? undefined : this.#standing.findUser(userId)
  }

  async end(secret: string): Promise<void> {
    await this.#store.remove(hashOf(secret))
  }
}

const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('base64url')
