import type { RateLimit } from './limit.ts'

/** One call under one limit. */
export interface Charge {
  readonly limit: RateLimit
  readonly key: string
}

export type Exhausted =
  | { readonly kind: 'exhausted'; readonly limit: RateLimit; readonly retryAfterMs: number }
  /** There is no room to count, so nothing is let through that has to be counted. */
  | { readonly kind: 'no_room'; readonly limit: RateLimit; readonly retryAfterMs: number }

/** Port: how often something was done. One node counts for itself; a counter that nodes share may take its place. */
export interface CallCounter {
  /** Takes all of them or none: undefined when taken. Of several that are exhausted the one that takes longest. */
  take(charges: readonly Charge[], nowMs: number): Exhausted | undefined
  /** Of a call that was taken and then not made. */
  giveBack(charges: readonly Charge[]): void
}
