import type { Output } from './command.ts'

/**
 * For what goes on for as long as somebody reads: what comes while the reader does not keep up is left out, and how much that
 * was is said before the next one.
 */
export function lossy(output: Output, sayLost: (count: number) => void): (write: () => void) => void {
  let lost = 0
  return (write) => {
    if (!output.isReady) {
      lost += 1
      return
    }
    if (lost > 0) sayLost(lost)
    lost = 0
    write()
  }
}

/** Until nobody reads any more. */
export const untilGone = (gone: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (gone.aborted) resolve()
    else gone.addEventListener('abort', () => resolve(), { once: true })
  })
