import type { Clock } from '../kernel/clock.ts'
import type { Secret } from '../kernel/secret.ts'
import type { Accounts, PasswordProblem } from './accounts.ts'
import type { Letters } from './letters.ts'
import type { Mailer } from './mailer.ts'
import type { Passkeys } from './passkeys.ts'
import type { RecoveryCodes } from './recovery-codes.ts'
import type { Attempt, SignInAttempts } from './sign-in-attempts.ts'
import type { User } from './user.ts'
import type { WebSessions } from './web-sessions.ts'

/** What signed-in people change about how they sign in. They are told of each change by mail. */
export class OwnAccount {
  readonly #accounts: Accounts
  readonly #passkeys: Passkeys
  readonly #recovery: RecoveryCodes
  readonly #sessions: WebSessions
  readonly #attempts: SignInAttempts
  readonly #letters: Letters
  readonly #mailer: Mailer
  readonly #clock: Clock

  constructor(ports: {
    accounts: Accounts
    passkeys: Passkeys
    recovery: RecoveryCodes
    sessions: WebSessions
    attempts: SignInAttempts
    letters: Letters
    mailer: Mailer
    clock: Clock
  }) {
    this.#accounts = ports.accounts
    this.#passkeys = ports.passkeys
    this.#recovery = ports.recovery
    this.#sessions = ports.sessions
    this.#attempts = ports.attempts
    this.#letters = ports.letters
    this.#mailer = ports.mailer
    this.#clock = ports.clock
  }

  /** Ends every session, this one too. An account without a password needs no current one. */
  async changePassword(
    user: User,
    typed: {
      readonly current: Secret<string>
      readonly password: Secret<string>
      readonly from: Omit<Attempt, 'account'>
    },
  ): Promise<'changed' | 'wrong_password' | 'wait' | PasswordProblem> {
    const account = await this.#accounts.find(user.id)
    if (account?.passwordHash !== undefined) {
      const attempt = { ...typed.from, account: user.email }
      if (this.#attempts.begin(attempt, this.#clock.nowMs()) === 'wait') return 'wait'
      if (!(await this.#accounts.hasPassword(user.id, typed.current))) return 'wrong_password'
      this.#attempts.succeeded(attempt)
    }
    const changed = await this.#accounts.setPassword(user.id, typed.password)
    if (!changed.ok) return changed.error
    await this.#sessions.revokeAll(user.id)
    this.#tell(user, 'Your password was changed')
    return 'changed'
  }

  /** Ends every session, this one too. False where the person could not sign in any more. */
  async removePassword(user: User): Promise<boolean> {
    if (!(await this.#accounts.removePassword(user.id))) return false
    await this.#sessions.revokeAll(user.id)
    this.#tell(user, 'Your password was removed: only passkeys sign you in')
    return true
  }

  /** False where there is no passkey to ask for. */
  async setSecondFactor(user: User, on: boolean): Promise<boolean> {
    const done = await this.#accounts.setSecondFactor(user.id, on)
    if (done) this.#tell(user, on ? 'A passkey is asked for after your password' : 'No passkey is asked for any more')
    return done
  }

  /** With recovery codes where it is the first. */
  async addPasskey(
    user: User,
    made: { readonly answer: string; readonly name: string; readonly sessionId: string },
  ): Promise<
    | { readonly kind: 'added'; readonly codes: Secret<readonly string[]> | undefined }
    | { readonly kind: 'taken' | 'full' | 'refused' }
  > {
    const kind = await this.#passkeys.register(made.answer, { user, sessionId: made.sessionId, name: made.name })
    if (kind !== 'added') return { kind }
    this.#tell(user, 'A passkey was added to your account')
    const isFirst = (await this.#recovery.count(user.id)) === 0
    return { kind, codes: isFirst ? await this.#recovery.make(user.id) : undefined }
  }

  async removePasskey(user: User, id: string): Promise<'removed' | 'needed' | 'unknown'> {
    const outcome = await this.#passkeys.remove(id, user.id)
    if (outcome === 'removed') this.#tell(user, 'A passkey was removed from your account')
    return outcome
  }

  /** Undefined without a passkey: there is nothing to recover. */
  async newRecoveryCodes(user: User): Promise<Secret<readonly string[]> | undefined> {
    if ((await this.#passkeys.ofUser(user.id)).length === 0) return undefined
    this.#tell(user, 'New recovery codes were made for your account')
    return this.#recovery.make(user.id)
  }

  #tell(user: User, what: string): void {
    this.#mailer.send(this.#letters.changed(user.email, what))
  }
}
