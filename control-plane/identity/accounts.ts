import type { Clock } from '../kernel/clock.ts'
import { newId } from '../kernel/ids.ts'
import type { Random } from '../kernel/random.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import type { Secret } from '../kernel/secret.ts'
import { newTunnelName } from '../tunnels/name.ts'
import type { Account, AccountStore } from './account-store.ts'
import { normalizeEmail } from './email-address.ts'
import { hashPassword, MAX_PASSWORD_CHARS, MIN_PASSWORD_CHARS, verifyPassword } from './password.ts'
import type { StandingFeed } from './standing-feed.ts'
import type { User, UserId } from './user.ts'

export type PasswordProblem = 'password_too_short' | 'password_too_long'
export type SignUpProblem = 'email_invalid' | 'email_taken' | PasswordProblem

/** What a person typed, checked; the password is hashed. */
export interface Credentials {
  readonly email: string
  readonly passwordHash: string
}

/** The built-in accounts: email and password. */
export class Accounts {
  readonly #store: AccountStore
  readonly #standing: StandingFeed
  readonly #clock: Clock
  readonly #random: Random

  constructor(ports: { store: AccountStore; standing: StandingFeed; clock: Clock; random: Random }) {
    this.#store = ports.store
    this.#standing = ports.standing
    this.#clock = ports.clock
    this.#random = ports.random
  }

  async signUp(email: string, password: Secret<string>): Promise<Result<User, SignUpProblem>> {
    const credentials = await this.prepare(email, password)
    return credentials.ok ? this.create({ ...credentials.value, emailVerified: false }) : credentials
  }

  /** Takes the same time whether or not the address is known. */
  async prepare(
    email: string,
    password: Secret<string>,
  ): Promise<Result<Credentials, Exclude<SignUpProblem, 'email_taken'>>> {
    const address = normalizeEmail(email)
    if (address === undefined) return err('email_invalid')
    const passwordHash = await this.#hash(password)
    return passwordHash.ok ? ok({ email: address, passwordHash: passwordHash.value }) : passwordHash
  }

  async create(facts: Pick<Account, 'email' | 'passwordHash' | 'emailVerified'>): Promise<Result<User, 'email_taken'>> {
    for (;;) {
      const account: Account = {
        id: newId('usr', this.#random),
        tunnelName: newTunnelName(this.#random),
        disabled: false,
        claims: {},
        secondFactor: false,
        ...facts,
      }
      const outcome = await this.#store.add(account, this.#clock.nowMs())
      if (outcome === 'email_taken') return err('email_taken')
      if (outcome === 'name_taken') continue
      const user = userOf(account)
      this.#standing.publish({ kind: 'user.put', user })
      return ok(user)
    }
  }

  /** Undefined for a wrong password, an unknown address and a disabled account alike, in the same time. */
  async signIn(email: string, password: Secret<string>): Promise<Account | undefined> {
    const account = await this.#store.findByEmail(normalizeEmail(email) ?? '')
    const good = await matches(password, account?.passwordHash)
    if (!good || account === undefined) return undefined
    return this.#standing.copy.findUser(account.id) === undefined ? undefined : account
  }

  /** Whether this is the account's password now. */
  async hasPassword(id: UserId, password: Secret<string>): Promise<boolean> {
    return matches(password, (await this.#store.find(id))?.passwordHash)
  }

  find(id: UserId): Promise<Account | undefined> {
    return this.#store.find(id)
  }

  async findByEmail(email: string): Promise<Account | undefined> {
    return this.#store.findByEmail(normalizeEmail(email) ?? '')
  }

  async setPassword(id: UserId, password: Secret<string>): Promise<Result<undefined, PasswordProblem>> {
    const hash = await this.#hash(password)
    if (!hash.ok) return hash
    await this.#store.setPasswordHash(id, hash.value)
    return ok(undefined)
  }

  setPasswordHash(id: UserId, passwordHash: string): Promise<void> {
    return this.#store.setPasswordHash(id, passwordHash)
  }

  /** False where the person could not sign in any more. */
  removePassword(id: UserId): Promise<boolean> {
    return this.#store.removePasswordHash(id)
  }

  /** False where there is no passkey to ask for. */
  setSecondFactor(id: UserId, on: boolean): Promise<boolean> {
    return this.#store.setSecondFactor(id, on)
  }

  async setEmailVerified(id: UserId): Promise<void> {
    await this.#store.setEmailVerified(id)
    const account = await this.#store.find(id)
    if (account !== undefined) this.#standing.publish({ kind: 'user.put', user: userOf(account) })
  }

  /** Takes effect on the next request. False when nobody has this address. */
  async setDisabled(email: string, disabled: boolean): Promise<boolean> {
    const account = await this.#store.findByEmail(normalizeEmail(email) ?? '')
    if (account === undefined || !(await this.#store.setDisabled(account.id, disabled))) return false
    this.#standing.publish({ kind: 'user.put', user: { ...userOf(account), disabled } })
    return true
  }

  async #hash(password: Secret<string>): Promise<Result<string, PasswordProblem>> {
    if (password.reveal().length < MIN_PASSWORD_CHARS) return err('password_too_short')
    if (password.reveal().length > MAX_PASSWORD_CHARS) return err('password_too_long')
    return ok(await hashPassword(password, this.#random))
  }
}

/** Without what proves it. */
function userOf(account: Account): User {
  const { passwordHash: _, secondFactor: __, ...user } = account
  return user
}

export const matches = async (password: Secret<string>, hash: string | undefined): Promise<boolean> =>
  password.reveal().length <= MAX_PASSWORD_CHARS && verifyPassword(password, hash)
