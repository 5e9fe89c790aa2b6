import type { Clock } from '../kernel/clock.ts'
import { isRecord } from '../kernel/record.ts'
import type { Support } from '../oauth/support.ts'
import { applyRegistrationRules } from './compat/rules.ts'
import type { OAuthPayloadStore } from './oauth-payload-store.ts'

/** Port: fetches a URL that a stranger named. Guards against private addresses are its own business. */
export type FetchDocument = (
  url: string,
  options: { readonly maxBytes: number; readonly timeoutMs: number },
) => Promise<{ readonly status: number; readonly headers: Headers; readonly body: string }>

const TIMEOUT_MS = 5000
/** Of a client's document, as it was published; the draft's figure. */
const MAX_DOCUMENT_BYTES = 5 * 1024
/** Key sets may be longer. */
const MAX_BYTES = 64 * 1024
/** How long a document that cannot be fetched any more still speaks for its client. */
const STALE_MS = 7 * 24 * 60 * 60 * 1000
/** Copies in the store; beyond that those that were fetched longest ago go first, because strangers choose the URL. */
const MAX_COPIES = 1000
/** A document that could not be fetched is not asked for again at once: strangers choose the URL. */
const FAILURE_MS = 30_000
const MAX_FAILURES = 1000
/** Documents being fetched at the same time, over all clients. */
const MAX_PARALLEL = 20

/**
 * Client ID metadata documents and the key sets that they name. Errors are answered with the last good copy; the
 * library above decides how long a copy is fresh.
 */
export class ClientDocuments {
  readonly #fetch: FetchDocument
  readonly #store: OAuthPayloadStore
  readonly #clock: Clock
  readonly #support: () => Support
  readonly #failures = new Map<string, number>()
  readonly #maxCopies: number
  #parallel = 0

  constructor(ports: {
    fetch: FetchDocument
    store: OAuthPayloadStore
    clock: Clock
    support: () => Support
    maxCopies?: number
  }) {
    this.#maxCopies = ports.maxCopies ?? MAX_COPIES
    this.#fetch = ports.fetch
    this.#store = ports.store
    this.#clock = ports.clock
    this.#support = ports.support
  }

  /** In the form that the library asks for. Its own deadline of 2.5 s is replaced by ours. */
  readonly fetch = async (input: string | URL | Request): Promise<Response> => {
    const url = input instanceof Request ? input.url : String(input)
    const key = { model: 'ClientDocument', id: url }
    const fresh = await this.#fetchFresh(url)
    if (fresh !== undefined) {
      const adapted = this.#adapt(url, fresh.body)
      if (mayBeOfUse(url, fresh.body)) {
        await this.#store.put(key, { ...fresh }, { expiresAtMs: this.#clock.nowMs() + STALE_MS })
        await this.#store.removeEarliest(key.model, this.#maxCopies)
      }
      return new Response(adapted, { headers: fresh.headers })
    }
    const stale = await this.#store.find(key, this.#clock.nowMs())
    const body = stale?.payload['body']
    if (typeof body !== 'string') throw new Error(`cannot fetch ${url}`)
    return new Response(this.#adapt(url, body), { headers: { 'content-type': 'application/json' } })
  }

  async #fetchFresh(url: string): Promise<{ body: string; headers: Record<string, string> } | undefined> {
    const failedAtMs = this.#failures.get(url)
    if (failedAtMs !== undefined && this.#clock.nowMs() - failedAtMs < FAILURE_MS) return undefined
    if (this.#parallel >= MAX_PARALLEL) return undefined
    this.#parallel += 1
    try {
      const { status, headers, body } = await this.#fetch(url, { maxBytes: MAX_BYTES, timeoutMs: TIMEOUT_MS })
      if (status !== 200) throw new Error(`status ${status}`)
      this.#failures.delete(url)
      const cacheControl = headers.get('cache-control')
      return { body, headers: cacheControl === null ? {} : { 'cache-control': cacheControl } }
    } catch {
      if (this.#failures.size >= MAX_FAILURES) this.#failures.clear()
      this.#failures.set(url, this.#clock.nowMs())
      return undefined
    } finally {
      this.#parallel -= 1
    }
  }

  /** Documents have the same habits as registrations; a key set has none. */
  #adapt(url: string, body: string): string {
    const document = parse(body)
    // The library answers for what is no document of this client.
    if (document?.['client_id'] !== url) return body
    if (Buffer.byteLength(body) > MAX_DOCUMENT_BYTES)
      throw new Error(`${url} is longer than ${MAX_DOCUMENT_BYTES} bytes`)
    return JSON.stringify(applyRegistrationRules(document, this.#support()))
  }
}

/** Whether it is the document of this client, or a key set: anything else is not worth a copy. */
function mayBeOfUse(url: string, body: string): boolean {
  const document = parse(body)
  return document?.['client_id'] === url || Array.isArray(document?.['keys'])
}

function parse(body: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(body)
    return isRecord(value) ? value : undefined
  } catch {
    return undefined
  }
}
