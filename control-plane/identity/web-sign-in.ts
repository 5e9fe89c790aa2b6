import { createHash } from 'node:crypto'

import type { Clock } from '../kernel/clock.ts'
import type { SecretBox } from '../kernel/secret-box.ts'
import type { Secret } from '../kernel/secret.ts'
import { shortText } from '../kernel/short-text.ts'
import type { Account } from './account-store.ts'
import type { Accounts } from './accounts.ts'
import type { Circumstances, Enrolment } from './enrolment.ts'
import type { Letters } from './letters.ts'
import type { Mailer } from './mailer.ts'
import type { Passkeys } from './passkeys.ts'
import type { RecoveryCodes } from './recovery-codes.ts'
import type { SignInAttempts } from './sign-in-attempts.ts'
import type { User } from './user.ts'

/** Where somebody signs in from. */
export interface SignInFrom extends Circumstances {
  /** Which device this is to an account, by the browser's sealed cookie; undefined for one it has never been in. */
  readonly deviceFor: (account: string) => string | undefined
}

export type SignInOutcome =
  | { readonly kind: 'signed_in'; readonly user: User }
  /** The password was right; the ticket proves it for five minutes. */
  | { readonly kind: 'second_factor'; readonly user: User; readonly ticket: string }
  /** Everything was right but the address is not verified: a mail was sent. */
  | { readonly kind: 'unverified'; readonly email: string; readonly linkId: string }
  /** A wrong secret, an unknown address, a disabled account. */
  | { readonly kind: 'refused' }
  /** Too many tries. */
  | { readonly kind: 'wait' }

const TICKET_LIFE_MS = 5 * 60_000
const TICKET_CONTEXT = 'second factor'

/** Every way in through the browser with what this gateway keeps: password, passkey, recovery code. */
export class WebSignIn {
  readonly #accounts: Accounts
  readonly #enrolment: Enrolment
  readonly #passkeys: Passkeys
  readonly #recovery: RecoveryCodes
  readonly #attempts: SignInAttempts
  readonly #letters: Letters
  readonly #mailer: Mailer
  readonly #box: SecretBox
  readonly #clock: Clock

  constructor(ports: {
    accounts: Accounts
    enrolment: Enrolment
    passkeys: Passkeys
    recovery: RecoveryCodes
    attempts: SignInAttempts
    letters: Letters
    mailer: Mailer
    box: SecretBox
    clock: Clock
  }) {
    this.#accounts = ports.accounts
    this.#enrolment = ports.enrolment
    this.#passkeys = ports.passkeys
    this.#recovery = ports.recovery
    this.#attempts = ports.attempts
    this.#letters = ports.letters
    this.#mailer = ports.mailer
    this.#box = ports.box
    this.#clock = ports.clock
  }

  withPassword(email: string, password: Secret<string>, from: SignInFrom): Promise<SignInOutcome> {
    return this.#try(email, from, async () => {
      const account = await this.#accounts.signIn(email, password)
      if (account === undefined) return { kind: 'refused' }
      if (!account.secondFactor) return this.#admit(account, from)
      return { kind: 'second_factor', user: account, ticket: this.#ticketOf(account) }
    })
  }

  /** No budget: there is nothing to guess. */
  async withPasskey(answer: string, from: SignInFrom): Promise<SignInOutcome> {
    const userId = await this.#passkeys.signIn(answer)
    const account = userId === undefined ? undefined : await this.#accounts.find(userId)
    return account === undefined || account.disabled ? { kind: 'refused' } : this.#admit(account, from)
  }

  /** Instead of the password, where an account has none; a second factor it is only after the password. */
  withRecoveryCode(email: string, code: Secret<string>, from: SignInFrom): Promise<SignInOutcome> {
    return this.#try(email, from, async () => {
      const account = await this.#accounts.findByEmail(email)
      if (account === undefined || account.disabled || account.passwordHash !== undefined) return { kind: 'refused' }
      return this.#takeCode(account, code, from)
    })
  }

  async secondFactor(
    ticket: string,
    proof: { readonly passkey: string } | { readonly code: Secret<string> },
    from: SignInFrom,
  ): Promise<SignInOutcome> {
    const account = await this.holderOf(ticket)
    if (account === undefined) return { kind: 'refused' }
    if ('code' in proof) return this.#try(account.email, from, () => this.#takeCode(account, proof.code, from))
    const isProven = await this.#passkeys.proves(proof.passkey, account.id)
    return isProven ? this.#admit(account, from) : { kind: 'refused' }
  }

  /** Whose password was given; undefined once the ticket has expired or the password has changed. */
  async holderOf(ticket: string): Promise<Account | undefined> {
    const opened = this.#open(ticket)
    if (opened === undefined || opened.expiresAtMs <= this.#clock.nowMs()) return undefined
    const account = await this.#accounts.find(opened.userId)
    if (account === undefined || account.disabled) return undefined
    return opened.passwordMark === markOf(account) ? account : undefined
  }

  async #takeCode(account: Account, code: Secret<string>, from: SignInFrom): Promise<SignInOutcome> {
    if (!(await this.#recovery.take(account.id, code))) return { kind: 'refused' }
    const what = 'One of your recovery codes was used to sign in'
    this.#mailer.send(this.#letters.changed(account.email, what))
    return this.#admit(account, from)
  }

  async #admit(account: Account, from: SignInFrom): Promise<SignInOutcome> {
    if (account.emailVerified || !this.#enrolment.verifiesFirst) return { kind: 'signed_in', user: account }
    const linkId = await this.#enrolment.sendVerification(account, from)
    return { kind: 'unverified', email: account.email, linkId }
  }

  async #try(email: string, from: SignInFrom, run: () => Promise<SignInOutcome>): Promise<SignInOutcome> {
    const account = shortText(email.trim().toLowerCase(), 254)
    const attempt = { account, network: from.network, device: from.deviceFor(account) }
    if (this.#attempts.begin(attempt, this.#clock.nowMs()) === 'wait') return { kind: 'wait' }
    const outcome = await run()
    if (outcome.kind !== 'refused') this.#attempts.succeeded(attempt)
    return outcome
  }

  #ticketOf(account: Account): string {
    const expiresAtMs = this.#clock.nowMs() + TICKET_LIFE_MS
    return this.#box.seal(`${account.id} ${expiresAtMs} ${markOf(account)}`, TICKET_CONTEXT)
  }

  #open(ticket: string): { userId: string; expiresAtMs: number; passwordMark: string } | undefined {
    try {
      const [userId = '', expiresAtMs, passwordMark = ''] = this.#box.open(ticket, TICKET_CONTEXT).split(' ')
      return { userId, expiresAtMs: Number(expiresAtMs), passwordMark }
    } catch {
      return undefined
    }
  }
}

/** Another one after every change of the password. */
const markOf = (account: Account): string =>
  createHash('sha256')
    .update(account.passwordHash ?? '')
    .digest('base64url')
