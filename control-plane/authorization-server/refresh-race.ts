import { createHash } from 'node:crypto'

import { LRUCache } from 'lru-cache'

/** What the token endpoint answered; the body as an object, before it is written as JSON. */
export interface TokenAnswer {
  readonly status: number
  readonly body: unknown
}

/** Bursts of parallel refreshes were seen to last up to 76 s; the window opens once, at a token's first use. */
const GRACE_MS = 120_000
const MAX_REMEMBERED = 10_000

/**
 * Clients refresh the same token several times at once. The first use rotates it; every exact repetition within the
 * grace window gets the very same answer, so there is one successor and no second window (invariant 5). What comes
 * later reaches the authorization server, which revokes the family.
 */
export class RefreshRace {
  readonly #answers = new LRUCache<string, Promise<TokenAnswer>>({ max: MAX_REMEMBERED, ttl: GRACE_MS })

  /** `credentials` is what else authenticates the client, so that only the same client gets the same answer. */
  async answer(
    request: { readonly parameters: URLSearchParams; readonly credentials: string },
    ask: () => Promise<TokenAnswer>,
  ): Promise<TokenAnswer> {
    if (request.parameters.get('grant_type') !== 'refresh_token') return ask()
    const sorted = new URLSearchParams(request.parameters)
    sorted.sort()
    const key = createHash('sha256')
      .update(JSON.stringify([request.credentials, sorted.toString()]))
      .digest('base64')
    const known = this.#answers.get(key)
    if (known !== undefined) return known
    const asked = ask()
    this.#answers.set(key, asked)
    try {
      const answer = await asked
      if (answer.status !== 200) this.#answers.delete(key)
      return answer
    } catch (cause) {
      this.#answers.delete(key)
      throw cause
    }
  }
}
