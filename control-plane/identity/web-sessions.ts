import { createHash } from 'node:crypto'

import type { Clock } from '../kernel/clock.ts'
import { newId } from '../kernel/ids.ts'
import type { Random } from '../kernel/random.ts'
import { sameText } from '../kernel/same-text.ts'
import type { SecretBox } from '../kernel/secret-box.ts'
import type { Standing } from './standing.ts'
import type { User, UserId } from './user.ts'

const DAY_MS = 24 * 60 * 60 * 1000

/** Whatever is done with it, a session ends then. */
export const WEB_SESSION_MS = 30 * DAY_MS
/** Unused for so long, it ends earlier. */
export const WEB_SESSION_IDLE_MS = 14 * DAY_MS
/** The cookie is replaced by the first page after that. */
export const ROTATE_AFTER_MS = DAY_MS
/** Requests that were under way with the old cookie. */
export const ROTATION_GRACE_MS = 60_000
/** "Last seen" is as exact as this, so that a page does not cost a write. */
const SEEN_STEP_MS = 5 * 60_000

export interface WebSessionRecord {
  readonly id: string
  readonly userId: UserId
  readonly secretHash: string
  /** Counts the cookies that this session has had. */
  readonly generation: number
  /** When the present generation began. */
  readonly rotatedAtMs: number
  readonly createdAtMs: number
  readonly lastSeenAtMs: number
  readonly expiresAtMs: number
  /** Such as `Firefox on Linux`. */
  readonly browser: string
  /** As `neighbourhoodOf` writes it. */
  readonly network: string
}

/** Port: browser sessions at rest. */
export interface WebSessionStore {
  put(session: WebSessionRecord): Promise<void>
  /** Neither expired nor idle since `idleSinceMs`. */
  find(
    id: string,
    limits: { readonly nowMs: number; readonly idleSinceMs: number },
  ): Promise<WebSessionRecord | undefined>
  ofUser(
    userId: UserId,
    limits: { readonly nowMs: number; readonly idleSinceMs: number },
  ): Promise<readonly WebSessionRecord[]>
  seen(id: string, nowMs: number): Promise<void>
  /** Atomic: from exactly this generation to the next; whether it did. */
  rotate(id: string, generation: number, nowMs: number): Promise<boolean>
  /** Only the user's own; whether there was one. */
  remove(id: string, userId: UserId): Promise<boolean>
  removeOfUser(userId: UserId): Promise<void>
  removeExpired(nowMs: number, idleSinceMs: number): Promise<void>
}

/** What this session let in is to end; undefined: what any session of the user did. */
export interface RevokedSession {
  readonly userId: UserId
  readonly sessionId: string | undefined
}

/** A browser that is signed in. */
export interface WebSession {
  readonly id: string
  readonly user: User
  /** When the person signed in: some things are done only soon afterwards. */
  readonly createdAtMs: number
  /** The cookie from now on, where it was rotated, and how long it may live. */
  readonly renewed: { readonly cookie: string; readonly leftMs: number } | undefined
}

/**
 * Who a browser is, by its sealed cookie: session, generation and secret. A copied cookie shows itself: once thief and
 * owner are a generation apart, the older cookie ends the session for both.
 */
export class WebSessions {
  readonly #store: WebSessionStore
  readonly #standing: Standing
  readonly #clock: Clock
  readonly #random: Random
  readonly #box: SecretBox
  readonly #onCopied: (session: WebSessionRecord) => void
  readonly #onRevoked: (revoked: RevokedSession) => void

  constructor(ports: {
    store: WebSessionStore
    standing: Standing
    clock: Clock
    random: Random
    box: SecretBox
    onCopied: (session: WebSessionRecord) => void
    onRevoked: (revoked: RevokedSession) => void
  }) {
    this.#store = ports.store
    this.#standing = ports.standing
    this.#clock = ports.clock
    this.#random = ports.random
    this.#box = ports.box
    this.#onCopied = ports.onCopied
    this.#onRevoked = ports.onRevoked
  }

  /** The cookie's value. A new session for each sign-in, so that a planted cookie is worth nothing. */
  async begin(user: User, from: { readonly browser: string; readonly network: string }): Promise<string> {
    const secret = this.#random.bytes(32).toString('base64url')
    const id = newId('ses', this.#random)
    const nowMs = this.#clock.nowMs()
    await this.#store.put({
      id,
      userId: user.id,
      secretHash: hashOf(secret),
      generation: 0,
      rotatedAtMs: nowMs,
      createdAtMs: nowMs,
      lastSeenAtMs: nowMs,
      expiresAtMs: nowMs + WEB_SESSION_MS,
      ...from,
    })
    return this.#seal({ id, generation: 0, secret })
  }

  /** Undefined when the session has ended or its user is disabled. `mayRotate` where the answer can carry a cookie. */
  async find(cookie: string | undefined, mayRotate: boolean): Promise<WebSession | undefined> {
    const held = cookie === undefined ? undefined : this.#unseal(cookie)
    if (held === undefined) return undefined
    const nowMs = this.#clock.nowMs()
    const record = await this.#store.find(held.id, this.#limits(nowMs))
    if (record === undefined || !sameText(record.secretHash, hashOf(held.secret))) return undefined
    if (!(await this.#isCurrent(record, held.generation, nowMs))) return undefined
    const user = this.#standing.findUser(record.userId)
    if (user === undefined) return undefined
    if (nowMs - record.lastSeenAtMs >= SEEN_STEP_MS) await this.#store.seen(record.id, nowMs)
    const isDue = mayRotate && held.generation === record.generation && nowMs - record.rotatedAtMs >= ROTATE_AFTER_MS
    const rotated = isDue && (await this.#store.rotate(record.id, record.generation, nowMs))
    return {
      id: record.id,
      user,
      createdAtMs: record.createdAtMs,
      renewed: rotated
        ? { cookie: this.#seal({ ...held, generation: held.generation + 1 }), leftMs: record.expiresAtMs - nowMs }
        : undefined,
    }
  }

  ofUser(userId: UserId): Promise<readonly WebSessionRecord[]> {
    return this.#store.ofUser(userId, this.#limits(this.#clock.nowMs()))
  }

  /** Only the user's own. What the session let in meanwhile stays. */
  end(id: string, userId: UserId): Promise<boolean> {
    return this.#store.remove(id, userId)
  }

  /** Only the user's own; with what it let in. */
  async revoke(id: string, userId: UserId): Promise<void> {
    if (await this.#store.remove(id, userId)) this.#onRevoked({ userId, sessionId: id })
  }

  /** With what they let in. */
  async revokeAll(userId: UserId): Promise<void> {
    await this.#store.removeOfUser(userId)
    this.#onRevoked({ userId, sessionId: undefined })
  }

  removeExpired(): Promise<void> {
    const { nowMs, idleSinceMs } = this.#limits(this.#clock.nowMs())
    return this.#store.removeExpired(nowMs, idleSinceMs)
  }

  async #isCurrent(record: WebSessionRecord, generation: number, nowMs: number): Promise<boolean> {
    if (generation === record.generation) return true
    const isPrevious = generation === record.generation - 1
    if (isPrevious && nowMs - record.rotatedAtMs <= ROTATION_GRACE_MS) return true
    // Newer than what is stored: the store was restored from a copy. That is nobody's theft.
    if (generation > record.generation) return false
    await this.#store.remove(record.id, record.userId)
    this.#onCopied(record)
    this.#onRevoked({ userId: record.userId, sessionId: record.id })
    return false
  }

  #limits(nowMs: number): { readonly nowMs: number; readonly idleSinceMs: number } {
    return { nowMs, idleSinceMs: nowMs - WEB_SESSION_IDLE_MS }
  }

  #seal(held: Held): string {
    return `sps_${this.#box.seal(`${held.id} ${held.generation} ${held.secret}`, CONTEXT)}`
  }

  #unseal(cookie: string): Held | undefined {
    if (!cookie.startsWith('sps_') || cookie.length > 1024) return undefined
    try {
      const [id = '', generation, secret = ''] = this.#box.open(cookie.slice(4), CONTEXT).split(' ')
      return { id, generation: Number(generation), secret }
    } catch {
      return undefined
    }
  }
}

interface Held {
  readonly id: string
  readonly generation: number
  readonly secret: string
}

const CONTEXT = 'web session'

const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('base64url')
