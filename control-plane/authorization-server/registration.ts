import { createHash } from 'node:crypto'

import type { Clock } from '../kernel/clock.ts'
import { base32 } from '../kernel/ids.ts'
import type { Random } from '../kernel/random.ts'
import type { ClientMetadata } from './compat/rule.ts'
import type { OAuthPayloadStore } from './oauth-payload-store.ts'

const MODEL = 'Registration'
/** Models of a client that somebody uses. Without the record of who registered it, it would be anybody's to change. */
export const KEPT_WITH_CONSENT = ['Client', MODEL] as const
/** A day longer than an unused client, so that the record never goes first; with a used one it is kept. */
const LIFE_MS = 2 * 24 * 60 * 60 * 1000
const MAX_TRIES = 4

/**
 * Which id a registration gets. Public clients with the same metadata are the same client: one that registers anew
 * for each connection leaves no orphans. A confidential client gets a secret, and so is always a new one.
 */
export class Registrations {
  readonly #store: OAuthPayloadStore
  readonly #clock: Clock
  readonly #random: Random

  constructor(ports: { store: OAuthPayloadStore; clock: Clock; random: Random }) {
    this.#store = ports.store
    this.#clock = ports.clock
    this.#random = ports.random
  }

  /** `metadata` is what the compat rules made of the request. */
  async idFor(metadata: ClientMetadata): Promise<string> {
    if (metadata['token_endpoint_auth_method'] !== 'none') return this.#freshId()
    const digest = digestOf(metadata)
    for (let attempt = 0; attempt < MAX_TRIES; attempt += 1) {
      const id = `cli_${base32(createHash('sha256').update(`${digest} ${attempt}`).digest())}`
      const options = { expiresAtMs: this.#clock.nowMs() + LIFE_MS }
      if (await this.#store.putNew({ model: MODEL, id }, { digest, shared: false }, options)) return id
      const known = await this.#store.find({ model: MODEL, id }, this.#clock.nowMs())
      // Its registrant has changed it since: whoever comes with the old metadata is another client.
      if (known !== undefined && known.payload['digest'] !== digest) continue
      await this.#store.put({ model: MODEL, id }, { digest, shared: true }, options)
      return id
    }
    return this.#freshId()
  }

  /** Nobody may change or delete a client that others hold too, whatever registration token they have. */
  async mayManage(clientId: string): Promise<boolean> {
    const known = await this.#store.find({ model: MODEL, id: clientId }, this.#clock.nowMs())
    return known?.payload['shared'] !== true
  }

  async changed(clientId: string): Promise<void> {
    const options = { expiresAtMs: this.#clock.nowMs() + LIFE_MS }
    await this.#store.put({ model: MODEL, id: clientId }, { digest: 'changed', shared: false }, options)
  }

  /**
   * The id is not given out again: somebody who registered the same while the client was being deleted has a registration
   * token for it, which must not be one for the next registrant's client.
   */
  deleted(clientId: string): Promise<void> {
    return this.changed(clientId)
  }

  #freshId(): string {
    return `cli_${base32(this.#random.bytes(17))}`
  }
}

const digestOf = (metadata: ClientMetadata): string =>
  createHash('sha256')
    .update(JSON.stringify(sorted(metadata)))
    .digest('base64url')

/** Members in the order of their names; lists keep theirs. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, member]) => [name, sorted(member)]),
  )
}
