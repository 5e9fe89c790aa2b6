/** Never later than this before the end, where the token lives long enough for it. */
const LEAD_MS = 60_000
const FIRST_PAUSE_MS = 2000
const LONGEST_PAUSE_MS = 5 * 60_000

/**
 * When to refresh: with a fifth of the life left or a minute, whichever is earlier; a token that lives for less than two
 * minutes, at half its life. `jitter` (0 to 1) moves it up to a quarter of that lead ahead, so that tokens of one day do
 * not come all at once.
 */
export function refreshDueAtMs(
  life: { readonly renewedAtMs: number; readonly expiresAtMs: number },
  jitter: number,
): number {
  const lifeMs = life.expiresAtMs - life.renewedAtMs
  const leadMs = Math.max(lifeMs * 0.2, Math.min(LEAD_MS, lifeMs / 2))
  return life.expiresAtMs - leadMs * (1 + jitter / 4)
}

/** After the nth failure in a row, from 1. */
export const pauseMs = (failures: number): number =>
  Math.min(FIRST_PAUSE_MS * 2 ** Math.min(failures - 1, 20), LONGEST_PAUSE_MS)
