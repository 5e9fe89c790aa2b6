import { createHash } from 'node:crypto'

import type { Clock } from '../kernel/clock.ts'
import { newId } from '../kernel/ids.ts'
import type { Random } from '../kernel/random.ts'
import { Secret } from '../kernel/secret.ts'
import type { UserId } from './user.ts'

/** verify: this address is mine. reset: a new password. invite: an account for who was invited. */
export type LinkKind = 'verify' | 'reset' | 'invite'

const HOUR_MS = 60 * 60_000

export const LINK_LIFE_MS: Readonly<Record<LinkKind, number>> = {
  verify: 24 * HOUR_MS,
  reset: 30 * 60_000,
  invite: 7 * 24 * HOUR_MS,
}

export interface MailLink {
  /** Names the link without opening it: for "send it again". */
  readonly id: string
  readonly kind: LinkKind
  readonly email: string
  /** Undefined where the account is yet to be made. */
  readonly userId: UserId | undefined
  /** Of an account that is yet to be made. */
  readonly passwordHash: string | undefined
  /** Where the person was going: a path of ours. */
  readonly next: string
  readonly expiresAtMs: number
}

/** Port: links at rest, by the hash of their token. */
export interface MailLinkStore {
  put(tokenHash: string, link: MailLink): Promise<void>
  find(tokenHash: string, nowMs: number): Promise<MailLink | undefined>
  findById(id: string, nowMs: number): Promise<MailLink | undefined>
  /** Atomic: of two who take the same link, one gets it. */
  take(tokenHash: string, nowMs: number): Promise<MailLink | undefined>
  /** Gives a link another token; the old one is worth nothing then. */
  renew(id: string, tokenHash: string, nowMs: number): Promise<MailLink | undefined>
  removeOfUser(kind: LinkKind, userId: UserId): Promise<void>
  removeExpired(nowMs: number): Promise<void>
}

/** One-use links that prove an address. A look takes nothing, because mail scanners look at every link. */
export class MailLinks {
  readonly #store: MailLinkStore
  readonly #clock: Clock
  readonly #random: Random

  constructor(ports: { store: MailLinkStore; clock: Clock; random: Random }) {
    this.#store = ports.store
    this.#clock = ports.clock
    this.#random = ports.random
  }

  async issue(
    link: Omit<MailLink, 'id' | 'expiresAtMs'>,
    id = this.newLinkId(),
  ): Promise<{ readonly id: string; readonly token: Secret<string> }> {
    const token = this.#newToken()
    const expiresAtMs = this.#clock.nowMs() + LINK_LIFE_MS[link.kind]
    await this.#store.put(hashOf(token.reveal()), { ...link, id, expiresAtMs })
    return { id, token }
  }

  /** An id like any other, where the page must not show whether there is a link. */
  newLinkId(): string {
    return newId('lnk', this.#random)
  }

  findById(id: string): Promise<MailLink | undefined> {
    return this.#store.findById(id, this.#clock.nowMs())
  }

  async find(kind: LinkKind, token: string): Promise<MailLink | undefined> {
    const link = await this.#store.find(hashOf(token), this.#clock.nowMs())
    return link?.kind === kind ? link : undefined
  }

  /** Look first: a link of another kind is taken and lost. */
  async take(kind: LinkKind, token: string): Promise<MailLink | undefined> {
    const link = await this.#store.take(hashOf(token), this.#clock.nowMs())
    return link?.kind === kind ? link : undefined
  }

  async renew(id: string): Promise<{ readonly link: MailLink; readonly token: Secret<string> } | undefined> {
    const token = this.#newToken()
    const link = await this.#store.renew(id, hashOf(token.reveal()), this.#clock.nowMs())
    return link && { link, token }
  }

  removeOfUser(kind: LinkKind, userId: UserId): Promise<void> {
    return this.#store.removeOfUser(kind, userId)
  }

  #newToken(): Secret<string> {
    return new Secret(`spv_${this.#random.bytes(32).toString('base64url')}`)
  }
}

const hashOf = (token: string): string => createHash('sha256').update(token).digest('base64url')
