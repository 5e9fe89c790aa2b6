import type { AuditEvent, ShareChanged, ToolChanged } from '../audit/event.ts'
import type { Topic } from '../kernel/bus.ts'
import { callJoiner } from '../tui/call-join.ts'
import type { CallStatus, StatusFeed } from '../tui/status.ts'

/**
 * Brings each call to the terminals of the connections that serve its route. One subscription for the whole dock, found by
 * route: with thousands of tunnels a call must not be shown to each of them.
 */
export class CallWatchers implements Disposable {
  readonly #feeds = new Map<string, Set<StatusFeed>>()
  readonly #unsubscribe: () => void

  constructor(events: Topic<AuditEvent>) {
    const join = callJoiner()
    this.#unsubscribe = events.subscribe((event) => {
      switch (event.kind) {
        case 'call.decided':
          if (this.#feedsOf(event.route).some((feed) => feed.watched)) this.#tell(join(event))
          return
        case 'tool.appeared':
        case 'tool.changed':
        case 'tool.approved':
          for (const feed of this.#feedsOf(event.route))
            feed.tell({ kind: 'log', atMs: event.atMs, text: toolText(event) })
          return
        case 'share.created':
        case 'share.revoked':
          for (const feed of this.#feedsOf(event.route))
            feed.tell({ kind: 'log', atMs: event.atMs, text: shareText(event) })
          return
        case 'call.completed':
        case 'call.abandoned':
        case 'call.inspected':
        case 'call.held':
        case 'call.settled':
        case 'tunnel.up':
        case 'tunnel.down':
          // Of those that nobody has watched begin nothing is known here.
          this.#tell(join(event))
      }
    })
  }

  #tell(call: CallStatus | undefined): void {
    if (call === undefined) return
    for (const feed of this.#feedsOf(call.route)) feed.tell({ kind: 'call', call })
  }

  #feedsOf(route: string): readonly StatusFeed[] {
    return [...(this.#feeds.get(route) ?? [])]
  }

  watch(route: string, feed: StatusFeed): void {
    const feeds = this.#feeds.get(route) ?? new Set()
    this.#feeds.set(route, feeds.add(feed))
  }

  leave(route: string, feed: StatusFeed): void {
    const feeds = this.#feeds.get(route)
    if (feeds?.delete(feed) === true && feeds.size === 0) this.#feeds.delete(route)
  }

  [Symbol.dispose](): void {
    this.#unsubscribe()
    this.#feeds.clear()
  }
}

const TOOL_WORDS: Readonly<Record<ToolChanged['kind'], string>> = {
  'tool.appeared': 'is new',
  'tool.changed': 'has changed',
  'tool.approved': 'was approved',
}

const toolText = ({ kind, tool, blocked }: ToolChanged): string =>
  `The tool "${tool}" ${TOOL_WORDS[kind]}${blocked ? ' and is hidden until somebody approves it' : ''}`

const shareText = ({ kind, share, email, tools, expiresAtMs }: ShareChanged): string =>
  kind === 'share.revoked'
    ? `${share} with ${email} was revoked`
    : `${share}: ${email} may call ${tools?.join(', ') ?? 'everything'} until ${new Date(expiresAtMs).toISOString()}`
