/** One connection after the other, for as long as another attempt makes sense. No clock here: time comes in. */
import type { ConnectionEnd, FinalEnd } from './connection-end.ts'
import { retryDelayMs } from './retry-delay.ts'

/** A connection that served this long was a good one: the delays begin anew. */
const GOOD_MS = 30_000
/** How often a second node is looked for. */
const NO_NODE_MS = 5 * 60_000

export interface Attempts {
  /** Connects and serves until the connection is over. `attempt` counts from 0 since the last good connection. */
  readonly connect: (attempt: number) => Promise<ConnectionEnd>
  /** Ends early, and then answers true, when the computer woke or the network changed. */
  readonly pause: (ms: number) => Promise<boolean>
  /** Ends early when a second node may have become of use, too. */
  readonly awaitNode: (ms: number) => Promise<unknown>
  readonly fraction: () => number
  readonly tell: {
    lost(reason: string, delayMs: number): void
    /** Only where it differs from what was told last. */
    offline(reason: string): void
  }
  readonly stopped: () => boolean
}

export async function keepConnected(attempts: Attempts): Promise<FinalEnd> {
  let attempt = 0
  let told: string | undefined
  for (;;) {
    if (attempts.stopped()) return { kind: 'stopped' }
    const end = await attempts.connect(attempt)
    if (attempts.stopped()) return { kind: 'stopped' }
    switch (end.kind) {
      case 'lost':
      case 'offline': {
        if (end.kind === 'lost' && end.servedMs >= GOOD_MS) attempt = 0
        attempt += 1
        const delayMs = retryDelayMs(attempt, attempts.fraction())
        if (end.kind === 'lost') attempts.tell.lost(end.reason, delayMs)
        else if (end.reason !== told) attempts.tell.offline(end.reason)
        told = end.kind === 'offline' ? end.reason : undefined
        if (await attempts.pause(delayMs)) attempt = 0
        break
      }
      case 'no_node':
        await attempts.awaitNode(NO_NODE_MS)
        break
      case 'sign_in_refused':
      case 'host_key':
      case 'refused':
      case 'taken_over':
      case 'stopped':
        return end
    }
  }
}
