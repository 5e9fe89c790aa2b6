/** First wait after a crash; doubles with each further one. */
export const FIRST_DELAY_MS = 200
export const MAX_DELAY_MS = 10_000
/** A process that lived this long was fine: its end starts the series anew. */
export const SETTLED_AFTER_MS = 30_000

/** How long to wait before the next start. `previousMs` is the wait before the start that just ended, 0 for the first. */
export const restartDelayMs = (previousMs: number, upMs: number): number =>
  previousMs === 0 || upMs >= SETTLED_AFTER_MS ? FIRST_DELAY_MS : Math.min(previousMs * 2, MAX_DELAY_MS)
