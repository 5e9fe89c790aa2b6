import type { Clock } from '../kernel/clock.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import type { Secret } from '../kernel/secret.ts'
import type { Accounts, PasswordProblem } from './accounts.ts'
import type { Account } from './account-store.ts'
import type { Letters } from './letters.ts'
import type { MailBudget } from './mail-budget.ts'
import type { Mailer } from './mailer.ts'
import type { SignInAttempts } from './sign-in-attempts.ts'
import type { UserId } from './user.ts'
import type { MailLink, MailLinks } from './verification.ts'
import type { WebSessions } from './web-sessions.ts'

/** A new password by a link that is good once, for 30 minutes. */
export class PasswordReset {
  readonly #accounts: Accounts
  readonly #links: MailLinks
  readonly #letters: Letters
  readonly #mailer: Mailer
  readonly #budget: MailBudget
  readonly #attempts: SignInAttempts
  readonly #sessions: WebSessions
  readonly #clock: Clock
  readonly #forgetCredentials: (userId: UserId) => Promise<void>

  constructor(ports: {
    accounts: Accounts
    links: MailLinks
    letters: Letters
    mailer: Mailer
    budget: MailBudget
    attempts: SignInAttempts
    sessions: WebSessions
    clock: Clock
    /** Removes everything else that acts as this person: keys, passkeys, what clients were allowed. */
    forgetCredentials: (userId: UserId) => Promise<void>
  }) {
    this.#accounts = ports.accounts
    this.#links = ports.links
    this.#letters = ports.letters
    this.#mailer = ports.mailer
    this.#budget = ports.budget
    this.#attempts = ports.attempts
    this.#sessions = ports.sessions
    this.#clock = ports.clock
    this.#forgetCredentials = ports.forgetCredentials
  }

  /** Whether people can help themselves. */
  get isPossible(): boolean {
    return this.#mailer.reaches !== 'nobody'
  }

  /** Says nothing: whether there is such an account is between us and its mailbox. Do not wait for it. */
  async ask(email: string, network: string): Promise<void> {
    const account = await this.#accounts.findByEmail(email)
    if (account === undefined || account.disabled) return
    const { email: to } = account
    // An earlier link stays good, so that nobody can keep the owner from using one by asking for more.
    if (!this.#budget.take({ purpose: 'reset', to, network }, this.#clock.nowMs())) return
    if (account.passwordHash === undefined) this.#mailer.send(this.#letters.noPassword(to))
    else this.#mailer.send(this.#letters.reset(to, await this.#issue(account)))
  }

  /** For the operator, who hands it to the person. */
  async linkFor(email: string): Promise<Secret<string> | undefined> {
    const account = await this.#accounts.findByEmail(email)
    return account && this.#letters.linkOf('reset', await this.#issue(account))
  }

  find(token: string): Promise<MailLink | undefined> {
    return this.#links.find('reset', token)
  }

  /** Ends every session of the account. The second factor stays. */
  async reset(token: string, password: Secret<string>): Promise<Result<Account, 'gone' | PasswordProblem>> {
    const link = await this.#links.find('reset', token)
    const account = link?.userId === undefined ? undefined : await this.#accounts.find(link.userId)
    if (account === undefined) return err('gone')
    const prepared = await this.#accounts.prepare(account.email, password)
    if (!prepared.ok) return prepared.error === 'email_invalid' ? err('gone') : err(prepared.error)
    if ((await this.#links.take('reset', token)) === undefined) return err('gone')
    await this.#accounts.setPasswordHash(account.id, prepared.value.passwordHash)
    await this.#sessions.revokeAll(account.id)
    await this.#links.removeOfUser('reset', account.id)
    // Whoever made the account never had its mailbox: what he left in it must not act for its owner.
    if (!account.emailVerified) await this.#forgetCredentials(account.id)
    await this.#accounts.setEmailVerified(account.id)
    this.#attempts.forgive(account.email)
    this.#mailer.send(this.#letters.changed(account.email, 'Your password was replaced and every browser signed out'))
    return ok(account)
  }

  async #issue(account: Account): Promise<Secret<string>> {
    const { token } = await this.#links.issue({
      kind: 'reset',
      email: account.email,
      userId: account.id,
      passwordHash: undefined,
      next: '/',
    })
    return token
  }
}
