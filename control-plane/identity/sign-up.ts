import { createHash, timingSafeEqual } from 'node:crypto'

import type { Random } from '../kernel/random.ts'

/** open: anybody may. closed: nobody may, once the first account exists. */
export type SignUpMode = 'open' | 'closed'

/**
 * Who may create an account. Where sign-up is closed, the first account needs the set-up code that the server prints
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
    return this.#mode === 'closed' && !this.#hasUsers()
  }

  /** Nobody has an account yet: whoever comes now wants to make one. */
  get isFirst(): boolean {
    return !this.#hasUsers()
  }

  get isPossible(): boolean {
    return this.#mode === 'open' || this.needsSetUpCode
  }

  admits(typedCode: string): boolean {
    if (this.#mode === 'open') return true
    const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
    return this.needsSetUpCode && timingSafeEqual(digest(typedCode.trim()), digest(this.setUpCode))
  }
}
