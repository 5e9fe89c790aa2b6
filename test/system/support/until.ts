import { setTimeout as sleep } from 'node:timers/promises'

/** Waits for a condition, looking every 20 ms, and fails with what it waited for. */
export async function until<T>(
  what: string,
  look: () => T | undefined | false | Promise<T | undefined | false>,
  withinMs = 15_000,
): Promise<T> {
  const deadline = performance.now() + withinMs
  for (;;) {
    const seen = await look()
    if (seen !== undefined && seen !== false) return seen
    if (performance.now() > deadline) throw new Error(`Waited ${withinMs} ms in vain for: ${what}`)
    await sleep(20)
  }
}
