import type { Clock } from '../kernel/clock.ts'
import type { Random } from '../kernel/random.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import type { SignInDecision, SignInTicket, SshVisitor } from './ssh-admission.ts'
import type { User } from './user.ts'

/** Long enough to find the browser and make an account. */
export const TICKET_LIFE_MS = 15 * 60 * 1000
const MAX_OPEN = 1000
const MAX_OPEN_PER_ADDRESS = 20
/** Wrong short codes for one ticket before it is denied: nobody types a code wrong so often. */
const MAX_WRONG_CODES = 5

/** Without letters that look like others, or like digits. */
const LETTERS = 'BCDFGHJKLMNPQRSTVWXZ'

/** What the approval page shows. */
export interface OpenQuestion {
  readonly visitor: SshVisitor
  readonly shortCode: string
  readonly expiresAtMs: number
}

interface Entry extends OpenQuestion {
  readonly settle: (decision: SignInDecision) => void
  readonly timer: NodeJS.Timeout
  wrongCodes: number
}

/** Open questions of SSH connections, in memory: a question is worth nothing once its connection is gone. */
export class SignInDesk {
  readonly #open = new Map<string, Entry>()
  readonly #publicOrigin: string
  readonly #clock: Clock
  readonly #random: Random

  constructor(options: { publicOrigin: string; clock: Clock; random: Random }) {
    this.#publicOrigin = options.publicOrigin
    this.#clock = options.clock
    this.#random = options.random
  }

  ask(visitor: SshVisitor): Result<SignInTicket, 'too_many'> {
    const fromHere = [...this.#open.values()].filter((entry) => entry.visitor.address === visitor.address)
    if (this.#open.size >= MAX_OPEN || fromHere.length >= MAX_OPEN_PER_ADDRESS) return err('too_many')
    const userCode = this.#random.bytes(16).toString('base64url')
    const shortCode = this.#newShortCode()
    const expiresAtMs = this.#clock.nowMs() + TICKET_LIFE_MS
    const decided = new Promise<SignInDecision>((settle) => {
      const timer = setTimeout(() => this.#settle(userCode, { kind: 'expired' }), TICKET_LIFE_MS)
      this.#open.set(userCode, { visitor, shortCode, expiresAtMs, settle, timer, wrongCodes: 0 })
    })
    return ok({
      link: `${this.#publicOrigin}/sign-in?user_code=${userCode}`,
      shortCode,
      expiresAtMs,
      decided,
      withdraw: () => this.#settle(userCode, { kind: 'expired' }),
    })
  }

  find(userCode: string): OpenQuestion | undefined {
    return this.#open.get(userCode)
  }

  /** Takes the question: the same link decides once. */
  authorize(userCode: string, by: { readonly user: User; readonly sessionId: string }): OpenQuestion | undefined {
    return this.#settle(userCode, { kind: 'authorized', ...by })
  }

  deny(userCode: string): OpenQuestion | undefined {
    return this.#settle(userCode, { kind: 'denied' })
  }

  /** Whether the person sees the same terminal. Too many wrong answers deny the question. */
  matchesShortCode(userCode: string, typed: string): boolean {
    const entry = this.#open.get(userCode)
    if (entry === undefined) return false
    if (typed.trim().toUpperCase() === entry.shortCode) return true
    entry.wrongCodes += 1
    if (entry.wrongCodes >= MAX_WRONG_CODES) this.#settle(userCode, { kind: 'denied' })
    return false
  }

  #settle(userCode: string, decision: SignInDecision): OpenQuestion | undefined {
    const entry = this.#open.get(userCode)
    if (entry === undefined) return undefined
    this.#open.delete(userCode)
    clearTimeout(entry.timer)
    entry.settle(decision)
    return entry
  }

  #newShortCode(): string {
    const bytes = this.#random.bytes(8)
    const letters = [...bytes.subarray(0, 4)].map((byte) => LETTERS[byte % LETTERS.length]).join('')
    return `${letters}-${String(bytes.readUInt32BE(4) % 10_000).padStart(4, '0')}`
  }
}
