import type { CallCounter, Charge } from './call-counter.ts'
import type { ConcurrentCalls, Slot } from './concurrent-calls.ts'
import { keyOf, type LimitedCall, type Limits } from './limit.ts'

export type Admission =
  | { readonly kind: 'admitted'; readonly holdsSlot: boolean; readonly charges: readonly Charge[] }
  | {
      readonly kind: 'limited'
      readonly code: 'rate_limited' | 'too_many_at_once'
      readonly retryAfterMs: number
      /** For the record: which limit, or that there is no room to count. */
      readonly reason: string
    }

/** Calls are short; whoever waits this long has a fair chance. */
const CONCURRENT_RETRY_MS = 1000

/** Counts calls that the policy allows, under the limits of all routes and of their own. */
export class CallLimiter {
  readonly #counter: CallCounter
  readonly #concurrent: ConcurrentCalls

  constructor(counter: CallCounter, concurrent: ConcurrentCalls) {
    this.#counter = counter
    this.#concurrent = concurrent
  }

  admit(call: LimitedCall, lists: readonly (Limits | undefined)[], nowMs: number): Admission {
    const charges: Charge[] = []
    const slots: Slot[] = []
    for (const limits of lists) {
      for (const limit of limits?.rates ?? []) {
        const key = keyOf(limit, call)
        if (key !== undefined) charges.push({ limit, key })
      }
      for (const limit of limits?.concurrents ?? []) {
        const key = keyOf(limit, call)
        if (key !== undefined) slots.push({ limit, key })
      }
    }
    const full = this.#concurrent.take(slots, call.requestId, nowMs)
    if (full !== undefined) {
      return { kind: 'limited', code: 'too_many_at_once', retryAfterMs: CONCURRENT_RETRY_MS, reason: full.text }
    }
    const exhausted = this.#counter.take(charges, nowMs)
    if (exhausted === undefined) return { kind: 'admitted', holdsSlot: slots.length > 0, charges }
    this.#concurrent.release(call.requestId)
    const { kind, limit, retryAfterMs } = exhausted
    const reason = kind === 'no_room' ? `no room to count: ${limit.text}` : limit.text
    return { kind: 'limited', code: 'rate_limited', retryAfterMs, reason }
  }

  /** The call goes there; its slots are released when it is over, or when that is gone. */
  sent(call: LimitedCall, cluster: string): void {
    this.#concurrent.wentTo(call.requestId, cluster)
  }

  /** The call was admitted and then not made. */
  undo(call: LimitedCall, { charges }: Extract<Admission, { kind: 'admitted' }>): void {
    this.#counter.giveBack(charges)
    this.#concurrent.release(call.requestId)
  }
}
