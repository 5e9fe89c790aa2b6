import type { Clock } from '../kernel/clock.ts'
import { newId } from '../kernel/ids.ts'
import type { Random } from '../kernel/random.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import type { Secret } from '../kernel/secret.ts'
import { newTunnelName } from '../tunnels/name.ts'
import type { Account, AccountStore } from './account-store.ts'
import { hashPassword, MAX_PASSWORD_CHARS, MIN_PASSWORD_CHARS, verifyPassword } from './password.ts'
import type { StandingFeed } from './standing-feed.ts'
import type { User } from './user.ts'

export type SignUpProblem = 'email_invalid' | 'email_taken' | 'password_too_short' | 'password_too_long'

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
    const address = normalizeEmail(email)
    if (address === undefined) return err('email_invalid')
    if (password.reveal().length < MIN_PASSWORD_CHARS) return err('password_too_short')
    if (password.reveal().length > MAX_PASSWORD_CHARS) return err('password_too_long')
    const passwordHash = await hashPassword(password, this.#random)
    for (;;) {
      const account: Account = {
        id: newId('usr', this.#random),
        email: address,
        tunnelName: newTunnelName(this.#random),
        disabled: false,
        claims: {},
        passwordHash,
      }
      const outcome = await this.#store.add(account, this.#clock.nowMs())
      if (outcome === 'email_taken') return err('email_taken')
      if (outcome === 'name_taken') continue
      const { passwordHash: _, ...user } = account
      this.#standing.publish({ kind: 'user.put', user })
      return ok(user)
    }
  }

  /** Undefined for a wrong password, an unknown address and a disabled account alike, in the same time. */
  async signIn(email: string, password: Secret<string>): Promise<User | undefined> {
    const account = await this.#store.findByEmail(normalizeEmail(email) ?? '')
    const good =
      password.reveal().length <= MAX_PASSWORD_CHARS && (await verifyPassword(password, account?.passwordHash))
    return good && account !== undefined ? this.#standing.copy.findUser(account.id) : undefined
  }

  /** Takes effect on the next request. False when nobody has this address. */
  async setDisabled(email: string, disabled: boolean): Promise<boolean> {
    const account = await this.#store.findByEmail(normalizeEmail(email) ?? '')
    if (account === undefined || !(await this.#store.setDisabled(account.id, disabled))) return false
    const { passwordHash: _, ...user } = account
    this.#standing.publish({ kind: 'user.put', user: { ...user, disabled } })
    return true
  }
}

/** Enough to catch a slip; whether mail arrives is for a mail to find out. RFC 5321 §4.5.3.1 bounds the length. */
function normalizeEmail(email: string): string | undefined {
  const address = email.trim().toLowerCase()
  return address.length <= 254 && /^[^\s@<>"'\\]+@[^\s@<>"'\\]+\.[^\s@<>"'\\]+$/.test(address) ? address : undefined
}
