import type { Accounts } from './accounts.ts'
import { normalizeEmail } from './email-address.ts'
import type { Identities } from './identities.ts'
import type { Standing } from './standing.ts'
import type { User } from './user.ts'

/** Whom a company's identity provider speaks of when it vouches for somebody without their being here. */
export interface Voucher {
  readonly issuer: string
  readonly subject: string
  readonly email: string | undefined
}

/**
 * Finds the person of an assertion: by the identity with which they sign in, else by their address, where the operator
 * has said that the issuer speaks for its domain. Such a person gets an account with their first assertion.
 */
export class EnterprisePeople {
  readonly #accounts: Accounts
  readonly #identities: Identities
  readonly #standing: Standing
  readonly #domainsOf: (issuer: string) => readonly string[]

  constructor(ports: {
    accounts: Accounts
    identities: Identities
    standing: Standing
    /** Lower case. */
    domainsOf: (issuer: string) => readonly string[]
  }) {
    this.#accounts = ports.accounts
    this.#identities = ports.identities
    this.#standing = ports.standing
    this.#domainsOf = ports.domainsOf
  }

  /** Undefined also for somebody who is disabled. */
  async find(voucher: Voucher): Promise<User | undefined> {
    const known = await this.#identities.findUserId(voucher)
    if (known !== undefined) return this.#standing.findUser(known)
    // What is no address of one person could name a second one, or another domain behind the first.
    const email = voucher.email === undefined ? undefined : normalizeEmail(voucher.email)
    const domain = email?.split('@')[1]
    if (email === undefined || domain === undefined || !this.#domainsOf(voucher.issuer).includes(domain))
      return undefined
    const account = await this.#accounts.findByEmail(email)
    if (account === undefined) {
      const made = await this.#accounts.create({ email, emailVerified: true, passwordHash: undefined })
      return made.ok ? made.value : undefined
    }
    // Anybody may have signed up with an address that nobody has verified.
    return account.emailVerified ? this.#standing.findUser(account.id) : undefined
  }
}
