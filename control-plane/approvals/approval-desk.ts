import type { Settlement } from '../audit/event.ts'
import type { Clock } from '../kernel/clock.ts'
import { neighbourhoodOf } from '../kernel/neighbourhood.ts'
import type { HeldCall, HeldChange } from './held-call.ts'

/** What a person answers. `forMs`: how long the same client may call the same tool without a question; 0 is once. */
export interface Answer {
  readonly allow: boolean
  readonly by: string
  readonly forMs: number
}

/** Held calls are connections kept open: nobody answers more than this. */
const MAX_HELD = 1000
const MAX_HELD_PER_ROUTE = 50
/** Otherwise one caller could keep everybody else's calls from being asked about. */
const MAX_HELD_PER_CALLER = 10
/** Bodies of up to 4 MiB wait, too. */
const MAX_HELD_BYTES = 64 * 1024 * 1024
const MAX_REMEMBERED = 10_000
/** However long a person says. */
const MAX_REMEMBERED_MS = 8 * 60 * 60_000

/** Where calls wait for a person. In memory only: a restart ends the connections that wait, and what was allowed for a while. */
export class ApprovalDesk implements Disposable {
  readonly #clock: Clock
  readonly #held = new Map<string, { readonly call: HeldCall; readonly settle: (settlement: Settlement) => void }>()
  readonly #remembered = new Map<string, { readonly untilMs: number; readonly by: string }>()
  readonly #listeners = new Set<(change: HeldChange) => void>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  get held(): readonly HeldCall[] {
    return [...this.#held.values()].map(({ call }) => call)
  }

  find(requestId: string): HeldCall | undefined {
    return this.#held.get(requestId)?.call
  }

  /** Settles exactly once. `onGone` is given what to call when the client has gone away. */
  ask(call: HeldCall, onGone: (listener: () => void) => void): Promise<Settlement> {
    const remembered = this.#remembered.get(keyOf(call))
    if (remembered !== undefined && remembered.untilMs > this.#clock.nowMs()) {
      return Promise.resolve({ kind: 'approved', by: remembered.by })
    }
    if (!this.#hasRoomFor(call)) return Promise.resolve({ kind: 'crowded' })
    return new Promise((resolve) => {
      const timer = setTimeout(() => settle({ kind: 'expired' }), Math.max(0, call.expiresAtMs - this.#clock.nowMs()))
      const settle = (settlement: Settlement): void => {
        if (this.#held.get(call.requestId)?.call !== call) return
        clearTimeout(timer)
        this.#held.delete(call.requestId)
        resolve(settlement)
        this.#tell({ kind: 'settled', call, settlement })
      }
      this.#held.set(call.requestId, { call, settle })
      onGone(() => settle({ kind: 'gone' }))
      this.#tell({ kind: 'held', call })
    })
  }

  /** False where nothing waits under this id any more. Whether this person may answer is for the caller to know. */
  answer(requestId: string, { allow, by, forMs }: Answer): boolean {
    const held = this.#held.get(requestId)
    if (held === undefined) return false
    // Nobody is everybody: what one stranger was allowed says nothing about the next.
    if (allow && forMs > 0 && held.call.caller !== undefined) this.#remember(held.call, { by, forMs })
    held.settle({ kind: allow ? 'approved' : 'denied', by })
    return true
  }

  /** Returns the function that unsubscribes. */
  subscribe(listener: (change: HeldChange) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  [Symbol.dispose](): void {
    for (const { settle } of this.#held.values()) settle({ kind: 'gone' })
  }

  #hasRoomFor(call: HeldCall): boolean {
    if (this.#held.size >= MAX_HELD || this.#held.has(call.requestId)) return false
    const { held } = this
    const bytes = held.reduce((sum, { bodyBytes }) => sum + bodyBytes, call.bodyBytes)
    return (
      bytes <= MAX_HELD_BYTES &&
      held.filter(({ route }) => route === call.route).length < MAX_HELD_PER_ROUTE &&
      held.filter((other) => askerOf(other) === askerOf(call)).length < MAX_HELD_PER_CALLER
    )
  }

  #remember(call: HeldCall, { by, forMs }: { readonly by: string; readonly forMs: number }): void {
    const nowMs = this.#clock.nowMs()
    if (this.#remembered.size >= MAX_REMEMBERED) {
      for (const [key, { untilMs }] of this.#remembered) if (untilMs <= nowMs) this.#remembered.delete(key)
    }
    // Full of what is valid: then the next call is asked about again.
    if (this.#remembered.size >= MAX_REMEMBERED) return
    this.#remembered.set(keyOf(call), { untilMs: nowMs + Math.min(forMs, MAX_REMEMBERED_MS), by })
  }

  #tell(change: HeldChange): void {
    for (const listener of this.#listeners) listener(change)
  }
}

const askerOf = ({ caller, clientAddress }: HeldCall): string =>
  JSON.stringify([caller?.userId, caller === undefined ? neighbourhoodOf(clientAddress) : undefined])

/** This person's client and this tool, at this route; JSON, so that no name can reach into its neighbour. */
const keyOf = ({ route, tool, caller }: HeldCall): string =>
  JSON.stringify([route, tool, caller?.userId, caller?.clientId])
