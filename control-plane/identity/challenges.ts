import { createHmac, timingSafeEqual } from 'node:crypto'

import type { Clock } from '../kernel/clock.ts'
import type { Random } from '../kernel/random.ts'

export const CHALLENGE_LIFE_MS = 5 * 60_000
/** Far above what people can answer in five minutes; then nothing is accepted until some have expired. */
const MAX_ANSWERED = 100_000
const RANDOM_BYTES = 16
const MAC_BYTES = 32

/** What an answer to the challenge is good for. */
export interface ChallengePurpose {
  readonly kind: 'register' | 'sign_in' | 'second_factor'
  /** The session or the person it was made for; empty where nobody is known yet. */
  readonly subject: string
}

/**
 * Challenges for passkeys: good once, for five minutes, for one purpose, and not after a restart. They carry their own
 * proof, so that a stranger who asks for many fills no table; only the answered ones are remembered.
 */
export class Challenges {
  readonly #clock: Clock
  readonly #random: Random
  readonly #key: Buffer
  /** Until when each answered one would have been good; in that order. */
  readonly #answered = new Map<string, number>()

  constructor(ports: { clock: Clock; random: Random }) {
    this.#clock = ports.clock
    this.#random = ports.random
    this.#key = ports.random.bytes(32)
  }

  issue(purpose: ChallengePurpose): Uint8Array<ArrayBuffer> {
    const head = Buffer.alloc(8)
    head.writeBigUInt64BE(BigInt(this.#clock.nowMs() + CHALLENGE_LIFE_MS))
    const body = Buffer.concat([head, this.#random.bytes(RANDOM_BYTES)])
    return new Uint8Array(Buffer.concat([body, this.#mac(body, purpose)]))
  }

  /** Whether it may be answered now. The same one never again. */
  take(challenge: string, purpose: ChallengePurpose): boolean {
    const bytes = Buffer.from(challenge, 'base64url')
    if (bytes.length !== 8 + RANDOM_BYTES + MAC_BYTES) return false
    const body = bytes.subarray(0, -MAC_BYTES)
    if (!timingSafeEqual(bytes.subarray(-MAC_BYTES), this.#mac(body, purpose))) return false
    const nowMs = this.#clock.nowMs()
    const expiresAtMs = Number(body.readBigUInt64BE())
    this.#forgetExpired(nowMs)
    const key = bytes.toString('base64url')
    if (expiresAtMs <= nowMs || this.#answered.has(key) || this.#answered.size >= MAX_ANSWERED) return false
    this.#answered.set(key, expiresAtMs)
    return true
  }

  #mac(body: Buffer, { kind, subject }: ChallengePurpose): Buffer {
    return createHmac('sha256', this.#key).update(body).update(`${kind} ${subject}`).digest()
  }

  /** Those answered first need not expire first, but within the same five minutes. */
  #forgetExpired(nowMs: number): void {
    for (const [key, expiresAtMs] of this.#answered) {
      if (expiresAtMs > nowMs) return
      this.#answered.delete(key)
    }
  }
}
