import type { Random } from '../kernel/random.ts'
import { sameText } from '../kernel/same-text.ts'

/** open: anybody may. invited: who has a link from the operator. closed: nobody may, once the first account exists. */
export type SignUpMode = 'open' | 'invited' | 'closed'

/**
 * Who may create an account. Where sign-up is not open, the first account needs the set-up code that the server prints
 * when it starts: whoever reads the log owns the machine.
 */
export class SignUpRule {
  readonly setUpCode: string
  readonly #mode: SignUpMode
  readonly #hasUsers: () => boolean

  constructor(options: { mode: SignUpMode; hasUsers: () => boolean; random: Random }) {
    this.#mode = options.mode
    this.#hasUsers = options.hasUsers
    this.setUpCode = options.random.bytes(9).toString('base64url')
  }

  get needsSetUpCode(): boolean {
    return this.#mode !== 'open' && !this.#hasUsers()
  }

  /** Nobody has an account yet: whoever comes now wants to make one. */
  get isFirst(): boolean {
    return !this.#hasUsers()
  }

  /** Whether the operator may invite people. */
  get byInvitation(): boolean {
    return this.#mode !== 'closed'
  }

  get isPossible(): boolean {
    return this.#mode === 'open' || this.needsSetUpCode
  }

  admits(typedCode: string): boolean {
    if (this.#mode === 'open') return true
    return this.needsSetUpCode && sameText(typedCode.trim(), this.setUpCode)
  }
}
