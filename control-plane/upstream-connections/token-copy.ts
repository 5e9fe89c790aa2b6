import { Lease } from '../kernel/lease.ts'
import type { Secret } from '../kernel/secret.ts'
import type { ConnectionKey } from './connection.ts'

/** What goes up with a person's calls. */
export interface TokenEntry {
  readonly generation: string
  readonly accessToken: Secret<string>
  readonly expiresAtMs: number | undefined
}

export type TokenChange =
  | { readonly kind: 'put'; readonly key: ConnectionKey; readonly entry: TokenEntry }
  | { readonly kind: 'removed'; readonly key: ConnectionKey }
  /** Nothing changed; the brain is alive. */
  | { readonly kind: 'heartbeat' }

export interface TokenDelta {
  readonly sequence: number
  readonly change: TokenChange
}

/** As long as Standing's: a person who has disconnected must not be acted for by a copy that did not hear of it. */
const LEASE_MS = 5000

/** The authorizer's copy: answers from memory (invariant 10). */
export class TokenCopy {
  readonly #lease = new Lease(LEASE_MS)
  readonly #entries = new Map<string, TokenEntry>()

  apply({ sequence, change }: TokenDelta, nowMs: number): void {
    if (!this.#lease.renew(sequence, nowMs)) return
    if (change.kind === 'put') this.#entries.set(idOf(change.key), change.entry)
    else if (change.kind === 'removed') this.#entries.delete(idOf(change.key))
  }

  isFresh(nowMs: number): boolean {
    return this.#lease.isFresh(nowMs)
  }

  find(key: ConnectionKey): TokenEntry | undefined {
    return this.#entries.get(idOf(key))
  }
}

/** Neither part can hold a space. */
export const idOf = ({ userId, route }: ConnectionKey): string => `${userId} ${route}`
