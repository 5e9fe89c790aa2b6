import type { ChannelStatus } from '../tui/status.ts'

/** An HTTP/1.1 request line and, further down, what Envoy says about where the request came from. */
const REQUEST_LINE = /^([A-Z]{3,7}) (\S{1,200}) HTTP\/1\.1\r\n/
const FORWARDED_FOR = /^x-forwarded-for: ([0-9a-f.:, ]{2,200})\r$/im
/** A request's head begins in the first bytes of a piece; what is behind them is not looked at. */
const MAX_HEAD_BYTES = 2048

/** Counts what one channel carries. Reads along only while somebody looks. */
export class Traffic {
  readonly #route: string
  readonly #sinceMs: number
  #rxBytes = 0
  #txBytes = 0
  #isWatched = false
  #request: string | undefined
  #clientAddress: string | undefined

  constructor(route: string, sinceMs: number) {
    this.#route = route
    this.#sinceMs = sinceMs
  }

  /** From Envoy, on its way to the laptop. */
  received(chunk: Buffer): void {
    this.#rxBytes += chunk.length
    if (this.#isWatched) this.#read(chunk)
  }

  /** From the laptop, on its way to Envoy. */
  sent(bytes: number): void {
    this.#txBytes += bytes
  }

  status(id: number): ChannelStatus {
    this.#isWatched = true
    return {
      id,
      route: this.#route,
      request: this.#request,
      clientAddress: this.#clientAddress,
      rxBytes: this.#rxBytes,
      txBytes: this.#txBytes,
      sinceMs: this.#sinceMs,
    }
  }

  #read(chunk: Buffer): void {
    const head = chunk.toString('latin1', 0, MAX_HEAD_BYTES)
    const line = REQUEST_LINE.exec(head)
    if (line === null) return
    this.#request = `${line[1]} ${line[2]}`
    this.#clientAddress = FORWARDED_FOR.exec(head)?.[1]?.split(',').at(-1)?.trim()
  }
}

/** The channels of one SSH connection that carry something now. */
export class TrafficBoard {
  readonly #open = new Map<number, Traffic>()
  #next = 1

  /** Returns the counter and the function that ends it. */
  open(route: string, sinceMs: number): { readonly traffic: Traffic; readonly closed: () => void } {
    const id = this.#next++
    const traffic = new Traffic(route, sinceMs)
    this.#open.set(id, traffic)
    return { traffic, closed: () => this.#open.delete(id) }
  }

  /** Newest first. */
  snapshot(): readonly ChannelStatus[] {
    return [...this.#open].map(([id, traffic]) => traffic.status(id)).toReversed()
  }
}
