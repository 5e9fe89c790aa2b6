/** The only place that reads the wall clock. Everything else takes a `Clock` or a `nowMs`. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  nowMs(): number
}

export const systemClock: Clock = { nowMs: () => Date.now() }
