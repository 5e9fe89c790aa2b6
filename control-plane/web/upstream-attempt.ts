import type { FastifyReply, FastifyRequest } from 'fastify'

import type { SignInAttempt } from '../identity/identity-provider.ts'
import type { UserId } from '../identity/user.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Random } from '../kernel/random.ts'
import { isRecord } from '../kernel/record.ts'
import { sameText } from '../kernel/same-text.ts'
import type { SecretBox } from '../kernel/secret-box.ts'

/** Long enough to type a password and a second factor at the provider. */
export const ATTEMPT_LIFE_MS = 10 * 60_000
/** Far more than people sign in within ten minutes; bounds what strangers can make us remember. */
const MAX_SPENT = 10_000

/** A sign-in at a provider, as this browser began it. */
export interface BrowserAttempt extends SignInAttempt {
  /** Where to go afterwards: a path of ours. */
  readonly next: string
  /** Who was signed in and wants to connect the identity; undefined for a sign-in. */
  readonly connectTo: UserId | undefined
  /** What the flow itself wants to have back, sealed with the rest. */
  readonly about?: Readonly<Record<string, string>>
}

/**
 * Attempts live in a sealed cookie: whoever finishes a sign-in must be the browser that began it, or a link with
 * somebody else's `code` in it would sign a person in as somebody else. Each is taken once.
 */
export class UpstreamAttempts {
  readonly #box: SecretBox
  readonly #clock: Clock
  readonly #random: Random
  readonly #cookie: string
  readonly #secure: boolean
  readonly #spent = new Map<string, number>()

  /** `purpose` keeps attempts of one kind from taking the place of another's in the browser. */
  constructor(ports: { box: SecretBox; clock: Clock; random: Random; secure: boolean; purpose?: 'idp' | 'upstream' }) {
    this.#box = ports.box
    this.#clock = ports.clock
    this.#random = ports.random
    this.#secure = ports.secure
    const name = `sallyport_${ports.purpose ?? 'idp'}`
    this.#cookie = ports.secure ? `__Host-${name}` : name
  }

  /** A later attempt in the same browser takes the place of this one. */
  begin(
    reply: FastifyReply,
    facts: Pick<BrowserAttempt, 'next' | 'connectTo' | 'redirectUri' | 'about'> & { readonly providerId: string },
  ): BrowserAttempt {
    const { providerId, ...rest } = facts
    const secret = (): string => this.#random.bytes(32).toString('base64url')
    const attempt = { ...rest, state: secret(), nonce: secret(), verifier: secret() }
    const sealed = { ...attempt, expiresAtMs: this.#clock.nowMs() + ATTEMPT_LIFE_MS }
    reply.setCookie(this.#cookie, this.#box.seal(JSON.stringify(sealed), contextOf(providerId)), {
      ...this.#options,
      maxAge: ATTEMPT_LIFE_MS / 1000,
    })
    return attempt
  }

  /** Takes the attempt that this answer belongs to; undefined when this browser began none, another, or is done with it. */
  take(
    request: FastifyRequest,
    reply: FastifyReply,
    answer: { readonly providerId: string; readonly state: string },
  ): BrowserAttempt | undefined {
    const attempt = this.#open(request.cookies[this.#cookie], answer.providerId)
    if (attempt === undefined || !sameText(attempt.state, answer.state)) return undefined
    reply.clearCookie(this.#cookie, this.#options)
    return this.#spend(attempt.state) ? attempt : undefined
  }

  get #options(): { path: string; httpOnly: boolean; secure: boolean; sameSite: 'lax' } {
    // Lax, because the provider's redirect comes from another site.
    return { path: '/', httpOnly: true, secure: this.#secure, sameSite: 'lax' }
  }

  #open(sealed: string | undefined, providerId: string): BrowserAttempt | undefined {
    if (sealed === undefined) return undefined
    try {
      const opened: unknown = JSON.parse(this.#box.open(sealed, contextOf(providerId)))
      if (!isRecord(opened) || typeof opened['expiresAtMs'] !== 'number') return undefined
      return this.#clock.nowMs() < opened['expiresAtMs'] ? (opened as unknown as BrowserAttempt) : undefined
    } catch {
      // Sealed for another provider, under another key, or by nobody.
      return undefined
    }
  }

  /** Whether it was unspent: a browser that kept its cookie does not finish twice. */
  #spend(state: string): boolean {
    const nowMs = this.#clock.nowMs()
    for (const [spent, untilMs] of this.#spent) {
      if (untilMs > nowMs && this.#spent.size < MAX_SPENT) break
      this.#spent.delete(spent)
    }
    if (this.#spent.has(state)) return false
    this.#spent.set(state, nowMs + ATTEMPT_LIFE_MS)
    return true
  }
}

const contextOf = (providerId: string): string => `sign-in at ${providerId}`
