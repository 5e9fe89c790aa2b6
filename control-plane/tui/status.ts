import type { ConnectorHealth } from '../tunnels/connector.ts'
import type { ReviewStatus } from './review.ts'

/** What a terminal can show about one connection: facts only, text is made where it is drawn. */
export interface TunnelStatus {
  readonly route: string
  readonly url: string
  /** `localhost:8080`. */
  readonly target: string
  /** False until requests can reach it, and when it is gone. */
  readonly live: boolean
  readonly health: ConnectorHealth
  /** How many connections serve this route now, this one included. */
  readonly connectors: number
  readonly mode: 'dynamic' | 'static' | undefined
  readonly sinceMs: number
}

export interface CallStatus {
  readonly requestId: string
  readonly route: string
  readonly atMs: number
  /** Email or client id, or undefined for nobody. */
  readonly caller: string | undefined
  /** The program: the host of its OAuth client id where that is a URL, else what it calls itself. */
  readonly client: string | undefined
  /** JSON-RPC method, or the HTTP method where there is none. */
  readonly method: string
  /** Tool, resource or prompt. */
  readonly subject: string | undefined
  readonly verdict: string
  /** What settled it, with its place in the configuration; undefined where the policy was not asked. */
  readonly rule: string | undefined
  /** Of HTTP; undefined until it is complete, like the two below. */
  readonly httpStatus: number | undefined
  readonly durationMs: number | undefined
  /** Both ways, with headers. */
  readonly bytes: number | undefined
  /** Undefined for calls of which only the line is kept. */
  readonly details: CallDetails | undefined
}

/** What is shown of one call alone. */
export interface CallDetails {
  readonly clientAddress: string
  readonly clientId: string | undefined
  readonly path: string
  readonly session: string | undefined
  readonly scopes: readonly string[]
  /** In the policy's own words. */
  readonly reasons: readonly string[]
  /** Name and value, from the list of `authz/evidence.ts`. */
  readonly headers: readonly (readonly [string, string])[]
  /** JSON as far as the route's configuration lets it be kept, or a sentence about why not. */
  readonly arguments: string | undefined
  /** Of the answer, where something has looked at it: a tool's own error, or one of JSON-RPC. */
  readonly isError: boolean | undefined
  readonly bytesIn: number | undefined
  readonly bytesOut: number | undefined
  /** Envoy's response flags. */
  readonly flags: string
}

/** One channel of the SSH connection, which is one connection that Envoy keeps to the tunnel's server. */
export interface ChannelStatus {
  readonly id: number
  readonly route: string
  /** Method and path of its last request, where it was seen. */
  readonly request: string | undefined
  /** Who that request was from. */
  readonly clientAddress: string | undefined
  /** From callers. */
  readonly rxBytes: number
  /** To callers. */
  readonly txBytes: number
  readonly sinceMs: number
}

/** A forward that was refused, a route that another connection serves now, or that may not be served any more. */
export type NoticeSubject = 'forward.refused' | 'tunnel.taken_over' | 'tunnel.withdrawn'

export type StatusMessage =
  | { readonly kind: 'tunnel'; readonly tunnel: TunnelStatus }
  | { readonly kind: 'gone'; readonly route: string }
  | {
      readonly kind: 'notice'
      readonly atMs: number
      readonly text: string
      /** What programs have to tell apart. */
      readonly about?: NoticeSubject | undefined
    }
  /** The connection ends, and says why by itself wherever there is a terminal. */
  | { readonly kind: 'ended'; readonly atMs: number; readonly text: string; readonly about?: NoticeSubject | undefined }
  /** For the log alone. */
  | { readonly kind: 'log'; readonly atMs: number; readonly text: string }
  /** The client itself has written on the terminal: a screen must be drawn anew. */
  | { readonly kind: 'smudged' }
  /** Something waits for the person's decision, or waits no longer. */
  | { readonly kind: 'review'; readonly review: ReviewStatus }
  | { readonly kind: 'reviewed'; readonly id: string }
  /** Sent again with the same request id when the call is complete. */
  | { readonly kind: 'call'; readonly call: CallStatus }

/** Enough to explain how a connection came to be what it is, not a log. */
const MAX_NOTICES = 20

/** Tells any number of terminals the same; one that comes late is told what is true now. */
export class StatusFeed {
  readonly #tunnels = new Map<string, TunnelStatus>()
  readonly #notices: StatusMessage[] = []
  readonly #reviews = new Map<string, StatusMessage>()
  readonly #listeners = new Set<(message: StatusMessage) => void>()

  get tunnels(): readonly TunnelStatus[] {
    return [...this.#tunnels.values()]
  }

  get watched(): boolean {
    return this.#listeners.size > 0
  }

  tell(message: StatusMessage): void {
    if (message.kind === 'tunnel') this.#tunnels.set(message.tunnel.route, message.tunnel)
    if (message.kind === 'gone') this.#tunnels.delete(message.route)
    if (message.kind === 'notice' || message.kind === 'log') {
      this.#notices.push(message)
      if (this.#notices.length > MAX_NOTICES) this.#notices.shift()
    }
    if (message.kind === 'review') this.#reviews.set(message.review.id, message)
    if (message.kind === 'reviewed') this.#reviews.delete(message.id)
    for (const listener of this.#listeners) listener(message)
  }

  /** Returns the function that unsubscribes. */
  subscribe(listener: (message: StatusMessage) => void): () => void {
    for (const notice of this.#notices) listener(notice)
    for (const tunnel of this.#tunnels.values()) listener({ kind: 'tunnel', tunnel })
    for (const review of this.#reviews.values()) listener(review)
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
}
