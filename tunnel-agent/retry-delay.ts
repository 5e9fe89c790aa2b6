const FIRST_MS = 1000
const LONGEST_MS = 30_000

/** How long to wait before the nth attempt in a row (1, 2, …): doubles up to half a minute. */
export const retryDelayMs = (attempt: number): number => Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.max(0, attempt - 1))
