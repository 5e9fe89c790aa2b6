const FIRST_MS = 1000
const LONGEST_MS = 30_000

/**
 * How long to wait before the nth attempt in a row (1, 2, …): doubles up to half a minute. Up to half of it is left to
 * chance, so that the clients of a gateway that restarts do not all come back in the same moment.
 */
export function retryDelayMs(attempt: number, fraction: number): number {
  const whole = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.max(0, attempt - 1))
  return Math.round(whole * (0.5 + fraction / 2))
}
