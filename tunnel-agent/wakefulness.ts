/** Notices that the computer slept or changed networks: what was waited for is then worth a try at once. */
import { networkInterfaces } from 'node:os'

import { nowMs } from './clock.ts'

const LOOK_MS = 5000
/** A busy computer is late by less. */
const SLEPT_MS = 15_000

export interface Looks {
  readonly nowMs: () => number
  /** Changes with the networks of this computer. */
  readonly networks: () => string
}

export const systemLooks: Looks = {
  nowMs,
  networks: () =>
    Object.entries(networkInterfaces())
      .flatMap(([name, addresses]) =>
        (addresses ?? []).map(({ address, internal }) => (internal ? '' : `${name} ${address}`)),
      )
      .sort()
      .join('\n'),
}

/** Called at each look; answers whether something happened since the one before. */
export function wakefulness({ nowMs: now, networks }: Looks): () => boolean {
  let lastMs = now()
  let before = networks()
  return () => {
    const atMs = now()
    const current = networks()
    const woke = atMs - lastMs > SLEPT_MS || current !== before
    lastMs = atMs
    before = current
    return woke
  }
}

/** Pauses that end early when the computer woke. */
export class Pauses implements Disposable {
  readonly #retries = new Set<(early: boolean) => void>()
  readonly #secondNodes = new Set<(early: boolean) => void>()
  readonly #timer: NodeJS.Timeout

  constructor(woke: () => void, looks: Looks = systemLooks) {
    const look = wakefulness(looks)
    this.#timer = setInterval(() => {
      if (!look()) return
      this.endAll()
      woke()
    }, LOOK_MS)
  }

  /** Answers whether it ended early. */
  beforeRetry(ms: number): Promise<boolean> {
    return this.#pause(ms, this.#retries)
  }

  /** Ends early also when a second node may have become of use. */
  beforeSecondNode(ms: number): Promise<boolean> {
    return this.#pause(ms, this.#secondNodes)
  }

  lookForSecondNode(): void {
    for (const end of this.#secondNodes) end(true)
  }

  endAll(): void {
    for (const end of [...this.#retries, ...this.#secondNodes]) end(true)
  }

  #pause(ms: number, among: Set<(early: boolean) => void>): Promise<boolean> {
    return new Promise((resolve) => {
      const end = (early: boolean): void => {
        clearTimeout(timer)
        among.delete(end)
        resolve(early)
      }
      const timer = setTimeout(() => end(false), ms)
      among.add(end)
    })
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer)
    this.endAll()
  }
}
