import type { Clock } from '../kernel/clock.ts'
import { Fault, messageOf } from '../kernel/fault.ts'

/** Endpoints move rarely; keys are asked for at each sign-in anyway. */
const FRESH_MS = 60 * 60_000
const FIRST_PAUSE_MS = 1000
/** Short, because a person is waiting: whoever tries again half a minute later finds a provider that is back. */
const LONGEST_PAUSE_MS = 30_000
const TIMEOUT_MS = 8000
/** Providers' documents have a few thousand bytes. */
const MAX_CHARS = 256 * 1024

/** Reads an address; throws when that fails. Tests pass their own. */
export type ReadDocument = (url: string) => Promise<string>

/** An issuer's metadata (OpenID Connect Discovery §4), asked for when somebody needs it and kept for an hour. */
export class IssuerMetadata {
  readonly #url: string
  readonly #clock: Clock
  readonly #read: ReadDocument
  #text: string | undefined
  #freshUntilMs = 0
  #pauseMs = 0
  #pausedUntilMs = 0
  #reading: Promise<string> | undefined

  constructor(issuer: string, ports: { clock: Clock; read?: ReadDocument }) {
    this.#url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`
    this.#clock = ports.clock
    this.#read = ports.read ?? readDocument
  }

  /**
   * Throws a Fault when there is none to be had. After a failure nobody asks the provider again for a while; a document
   * that is merely old goes on being used.
   */
  get(): Promise<string> {
    const nowMs = this.#clock.nowMs()
    if (this.#text !== undefined && nowMs < this.#freshUntilMs) return Promise.resolve(this.#text)
    if (nowMs < this.#pausedUntilMs) return this.#orElse(new Fault('idp.unreachable', 'It failed a moment ago'))
    this.#reading ??= this.#readNow().finally(() => {
      this.#reading = undefined
    })
    return this.#reading
  }

  async #readNow(): Promise<string> {
    try {
      const text = await this.#read(this.#url)
      this.#text = text
      this.#freshUntilMs = this.#clock.nowMs() + FRESH_MS
      this.#pauseMs = 0
      return text
    } catch (cause) {
      this.#pauseMs = Math.min(this.#pauseMs === 0 ? FIRST_PAUSE_MS : this.#pauseMs * 2, LONGEST_PAUSE_MS)
      this.#pausedUntilMs = this.#clock.nowMs() + this.#pauseMs
      return this.#orElse(new Fault('idp.unreachable', `Cannot read ${this.#url}: ${messageOf(cause)}`, { cause }))
    }
  }

  async #orElse(fault: Fault): Promise<string> {
    if (this.#text === undefined) throw fault
    return this.#text
  }
}

async function readDocument(url: string): Promise<string> {
  const response = await fetch(url, {
    headers: { accept: 'application/json' },
    redirect: 'error',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  })
  const text = await response.text()
  if (!response.ok) throw new Error(`it answered ${response.status}`)
  if (text.length > MAX_CHARS) throw new Error('it is too long')
  JSON.parse(text)
  return text
}
