import { createHash } from 'node:crypto'

import { base32 } from '../kernel/ids.ts'
import type { Random } from '../kernel/random.ts'
import { Secret } from '../kernel/secret.ts'
import type { UserId } from './user.ts'

const COUNT = 10
/** 80 bits each: a copy of the hashes is of no use. */
const LETTERS = 16

/** Port: recovery codes at rest, by their hashes. */
export interface RecoveryCodeStore {
  /** All the old ones go. */
  replace(userId: UserId, hashes: readonly string[]): Promise<void>
  /** Atomic: whether it was there until now. */
  take(userId: UserId, hash: string): Promise<boolean>
  count(userId: UserId): Promise<number>
}

/** What is left when the passkey is lost: each code works once. */
export class RecoveryCodes {
  readonly #store: RecoveryCodeStore
  readonly #random: Random

  constructor(ports: { store: RecoveryCodeStore; random: Random }) {
    this.#store = ports.store
    this.#random = ports.random
  }

  /** To be shown once; what is kept are hashes. */
  async make(userId: UserId): Promise<Secret<readonly string[]>> {
    const codes = Array.from({ length: COUNT }, () => written(base32(this.#random.bytes(LETTERS), LETTERS)))
    await this.#store.replace(
      userId,
      codes.map((code) => hashOf(userId, code)),
    )
    return new Secret(codes)
  }

  take(userId: UserId, typed: Secret<string>): Promise<boolean> {
    return this.#store.take(userId, hashOf(userId, typed.reveal()))
  }

  count(userId: UserId): Promise<number> {
    return this.#store.count(userId)
  }

  removeAll(userId: UserId): Promise<void> {
    return this.#store.replace(userId, [])
  }
}

const written = (letters: string): string => letters.match(/.{4}/g)?.join('-') ?? letters

/** Spaces, hyphens and capitals do not matter: people type these from paper. */
const hashOf = (userId: UserId, code: string): string =>
  createHash('sha256')
    .update(
      `${userId} ${code
        .slice(0, 100)
        .toLowerCase()
        .replace(/[^a-z2-7]/g, '')}`,
    )
    .digest('base64url')
