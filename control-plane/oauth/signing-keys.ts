import { createPublicKey, generateKeyPairSync, type JsonWebKey } from 'node:crypto'

import { calculateJwkThumbprint } from 'jose'

import type { StandingFeed } from '../identity/standing-feed.ts'
import type { Clock } from '../kernel/clock.ts'
import { Secret } from '../kernel/secret.ts'

/** An ES256 private key as JWK with `kid` (RFC 7638 thumbprint), `alg` and `use`. */
export interface SigningKey {
  readonly kid: string
  readonly jwk: Secret<JsonWebKey>
  readonly createdAtMs: number
  /** Signs nothing from then on; verifies until the last token that it signed has expired. */
  readonly retiredAtMs: number | undefined
}

/** Port: signing keys at rest, encrypted. */
export interface SigningKeyStore {
  all(): Promise<readonly SigningKey[]>
  add(key: SigningKey): Promise<void>
  retire(kid: string, nowMs: number): Promise<void>
  remove(kid: string): Promise<void>
}

/** Keys that sign one kind of token: created once, kept in the store, rotated on demand. */
export class SigningKeys {
  readonly #store: SigningKeyStore
  readonly #standing: StandingFeed | undefined
  readonly #clock: Clock
  /** How long a retired key still verifies. */
  readonly #graceMs: number
  #keys: readonly SigningKey[] = []

  constructor(ports: {
    store: SigningKeyStore
    /** Undefined for keys by which nothing is verified here. */
    standing: StandingFeed | undefined
    clock: Clock
    maxTokenLifeMs: number
  }) {
    this.#store = ports.store
    this.#standing = ports.standing
    this.#clock = ports.clock
    this.#graceMs = ports.maxTokenLifeMs + 60_000
  }

  /** Loads the keys, forgets those whose tokens have all expired, and makes the first one if there is none. */
  async load(): Promise<void> {
    this.#keys = await this.#store.all()
    for (const key of this.#keys) {
      if (this.#isSpent(key)) await this.#store.remove(key.kid)
      else this.#announce(key)
    }
    this.#keys = this.#keys.filter((key) => !this.#isSpent(key))
    if (this.#keys.every((key) => key.retiredAtMs !== undefined)) await this.#add()
  }

  /** The newest first: it signs; all are published as JWKS. */
  get keys(): readonly SigningKey[] {
    return this.#keys.toSorted(
      (a, b) =>
        Number(a.retiredAtMs !== undefined) - Number(b.retiredAtMs !== undefined) || b.createdAtMs - a.createdAtMs,
    )
  }

  get current(): SigningKey {
    const [current] = this.keys
    if (current === undefined) throw new Error('No signing key is loaded')
    return current
  }

  /** A new key signs from now on; tokens of the old ones stay valid until they expire. Returns the new key's id. */
  async rotate(): Promise<string> {
    const nowMs = this.#clock.nowMs()
    const fresh = await this.#add()
    for (const key of this.#keys.filter((old) => old.kid !== fresh.kid && old.retiredAtMs === undefined)) {
      await this.#store.retire(key.kid, nowMs)
    }
    this.#keys = this.#keys.map((key) =>
      key.kid === fresh.kid || key.retiredAtMs !== undefined ? key : { ...key, retiredAtMs: nowMs },
    )
    return fresh.kid
  }

  /** Forgets keys whose last token has expired. Call now and then. */
  async prune(): Promise<void> {
    for (const key of this.#keys.filter((candidate) => this.#isSpent(candidate))) {
      await this.#store.remove(key.kid)
      this.#keys = this.#keys.filter((kept) => kept.kid !== key.kid)
      this.#standing?.publish({ kind: 'signing_key.removed', kid: key.kid })
    }
  }

  async #add(): Promise<SigningKey> {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const plain = privateKey.export({ format: 'jwk' })
    const kid = await calculateJwkThumbprint(plain)
    const jwk = new Secret<JsonWebKey>({ ...plain, kid, alg: 'ES256', use: 'sig' })
    const key: SigningKey = { kid, jwk, createdAtMs: this.#clock.nowMs(), retiredAtMs: undefined }
    await this.#store.add(key)
    this.#keys = [...this.#keys, key]
    this.#announce(key)
    return key
  }

  #announce(key: SigningKey): void {
    if (this.#standing === undefined) return
    const publicKey = createPublicKey({ key: key.jwk.reveal(), format: 'jwk' })
    this.#standing.publish({ kind: 'signing_key.put', kid: key.kid, publicKey })
  }

  #isSpent(key: SigningKey): boolean {
    return key.retiredAtMs !== undefined && this.#clock.nowMs() > key.retiredAtMs + this.#graceMs
  }
}
