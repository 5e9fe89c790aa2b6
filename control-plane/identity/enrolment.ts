import type { Clock } from '../kernel/clock.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import type { Secret } from '../kernel/secret.ts'
import { matches, type Accounts, type SignUpProblem } from './accounts.ts'
import { normalizeEmail } from './email-address.ts'
import type { Letters } from './letters.ts'
import type { MailBudget } from './mail-budget.ts'
import type { Mailer } from './mailer.ts'
import type { SignInAttempts, Attempt } from './sign-in-attempts.ts'
import type { User } from './user.ts'
import type { MailLink, MailLinks } from './verification.ts'

/** Where the person is, and was going. */
export interface Circumstances {
  /** As `neighbourhoodOf` writes it. */
  readonly network: string
  /** A path of ours. */
  readonly next: string
}

export type SignUpOutcome =
  | { readonly kind: 'signed_up'; readonly user: User }
  /** The page says where the mail went, and nothing else: the address may be known or not. */
  | { readonly kind: 'mailed'; readonly email: string; readonly linkId: string }

export type LinkOutcome = Result<
  { readonly user: User; readonly next: string },
  'gone' | 'wrong_password' | 'wait' | 'email_taken' | 'password_too_short' | 'password_too_long'
>

/**
 * How accounts come to be. Where mail reaches people, an account is made only when its address and its password are both
 * proven: somebody who signs up with Ann's address must not have Ann confirm an account whose password he knows.
 */
export class Enrolment {
  readonly #accounts: Accounts
  readonly #links: MailLinks
  readonly #letters: Letters
  readonly #mailer: Mailer
  readonly #budget: MailBudget
  readonly #attempts: SignInAttempts
  readonly #clock: Clock
  readonly #inBackground: (work: Promise<void>) => void

  constructor(ports: {
    accounts: Accounts
    links: MailLinks
    letters: Letters
    mailer: Mailer
    budget: MailBudget
    attempts: SignInAttempts
    clock: Clock
    /** Takes care of what is not waited for, failures included. */
    inBackground: (work: Promise<void>) => void
  }) {
    this.#accounts = ports.accounts
    this.#links = ports.links
    this.#letters = ports.letters
    this.#mailer = ports.mailer
    this.#budget = ports.budget
    this.#attempts = ports.attempts
    this.#clock = ports.clock
    this.#inBackground = ports.inBackground
  }

  /** Whether nobody signs in before the address is verified. */
  get verifiesFirst(): boolean {
    return this.#mailer.reaches === 'people'
  }

  async signUp(
    email: string,
    password: Secret<string>,
    at: Circumstances,
  ): Promise<Result<SignUpOutcome, SignUpProblem>> {
    if (!this.verifiesFirst) {
      const made = await this.#accounts.signUp(email, password)
      if (!made.ok) return made
      if (this.#mailer.reaches === 'operator') await this.sendVerification(made.value, at)
      return ok({ kind: 'signed_up', user: made.value })
    }
    const prepared = await this.#accounts.prepare(email, password)
    if (!prepared.ok) return prepared
    const linkId = this.#links.newLinkId()
    const { email: to, passwordHash } = prepared.value
    if (this.#budget.take({ purpose: 'sign-up', to, network: at.network }, this.#clock.nowMs()))
      this.#inBackground(this.#mailSignUp({ email: to, passwordHash, next: at.next, linkId }))
    return ok({ kind: 'mailed', email: to, linkId })
  }

  /** Not waited for: how long it takes would say whether there is such an account. */
  async #mailSignUp(asked: { email: string; passwordHash: string; next: string; linkId: string }): Promise<void> {
    const { email, passwordHash, next, linkId } = asked
    if ((await this.#accounts.findByEmail(email)) !== undefined)
      return this.#mailer.send(this.#letters.knownAlready(email))
    const { token } = await this.#links.issue({ kind: 'verify', email, userId: undefined, passwordHash, next }, linkId)
    this.#mailer.send(this.#letters.verify(email, token))
  }

  /** For an account that exists and is not verified. Returns the link's id. */
  async sendVerification(user: User, at: Circumstances): Promise<string> {
    const { email, id: userId } = user
    if (!this.#budget.take({ purpose: 'verify', to: email, network: at.network }, this.#clock.nowMs()))
      return this.#links.newLinkId()
    const link = { kind: 'verify', email, userId, passwordHash: undefined, next: at.next } as const
    const { id, token } = await this.#links.issue(link)
    this.#mailer.send(this.#letters.verify(email, token))
    return id
  }

  /** Says nothing: an id may name no link. */
  async resend(linkId: string, network: string): Promise<void> {
    const link = await this.#links.findById(linkId)
    if (link?.kind !== 'verify') return
    if (!this.#budget.take({ purpose: 'resend', to: link.email, network }, this.#clock.nowMs())) return
    const renewed = await this.#links.renew(linkId)
    if (renewed !== undefined) this.#mailer.send(this.#letters.verify(renewed.link.email, renewed.token))
  }

  find(kind: 'verify' | 'invite', token: string): Promise<MailLink | undefined> {
    return this.#links.find(kind, token)
  }

  /** With the password that was chosen, or from a browser that is signed in to the account. */
  async verify(
    token: string,
    proof: {
      readonly password: Secret<string>
      readonly signedIn: User | undefined
      readonly from: Omit<Attempt, 'account'>
    },
  ): Promise<LinkOutcome> {
    const link = await this.#links.find('verify', token)
    if (link === undefined) return err('gone')
    const account = link.userId === undefined ? undefined : await this.#accounts.find(link.userId)
    if (link.userId !== undefined && (account === undefined || account.disabled)) return err('gone')
    const isOwn = account !== undefined && proof.signedIn?.id === account.id
    if (!isOwn) {
      const attempt = { ...proof.from, account: link.email }
      if (this.#attempts.begin(attempt, this.#clock.nowMs()) === 'wait') return err('wait')
      if (!(await matches(proof.password, account?.passwordHash ?? link.passwordHash))) return err('wrong_password')
      this.#attempts.succeeded(attempt)
    }
    if ((await this.#links.take('verify', token)) === undefined) return err('gone')
    if (account !== undefined) {
      await this.#accounts.setEmailVerified(account.id)
      return ok({ user: account, next: link.next })
    }
    const made = await this.#accounts.create({
      email: link.email,
      passwordHash: link.passwordHash,
      emailVerified: true,
    })
    return made.ok ? ok({ user: made.value, next: link.next }) : made
  }

  /** The link is for who owns the address; it is mailed, too, where mail reaches people. */
  async invite(email: string): Promise<Result<Secret<string>, 'email_invalid' | 'email_taken'>> {
    const to = normalizeEmail(email)
    if (to === undefined) return err('email_invalid')
    if ((await this.#accounts.findByEmail(to)) !== undefined) return err('email_taken')
    const { token } = await this.#links.issue({
      kind: 'invite',
      email: to,
      userId: undefined,
      passwordHash: undefined,
      next: '/',
    })
    if (this.#mailer.reaches === 'people') this.#mailer.send(this.#letters.invite(to, token))
    return ok(this.#letters.linkOf('invite', token))
  }

  /** Makes the account of who was invited; its address counts as verified. */
  async accept(token: string, password: Secret<string>): Promise<LinkOutcome> {
    const link = await this.#links.find('invite', token)
    if (link === undefined) return err('gone')
    const prepared = await this.#accounts.prepare(link.email, password)
    if (!prepared.ok) return prepared.error === 'email_invalid' ? err('gone') : err(prepared.error)
    if ((await this.#links.take('invite', token)) === undefined) return err('gone')
    const made = await this.#accounts.create({ ...prepared.value, emailVerified: true })
    return made.ok ? ok({ user: made.value, next: link.next }) : made
  }
}
