import type { ToolChanged } from '../audit/event.ts'
import type { Clock } from '../kernel/clock.ts'
import { hashOf, hintsIn, withoutText, type ToolDefinition } from './definition.ts'
import type { PinnedTool, ToolTerms } from './catalogue.ts'
import type { ToolRecord, ToolStore } from './tool-store.ts'

/** A list that a server has shown, or a page of it. */
export interface Sighting {
  readonly route: string
  readonly terms: ToolTerms
  readonly tools: readonly ToolDefinition[]
  /** Whether more pages follow. */
  readonly hasMore: boolean
}

/** A server that invents names must not fill our memory; what is over it stays unknown, and unknown tools are refused. */
const MAX_TOOLS = 2000
/** Longer than any description that a model should read. */
const MAX_TEXT = 64 * 1024
/** How long the pages of the first list may take: what comes later is new. */
const FIRST_LIST_MS = 60_000

/** Remembers what each route's server shows, and what of it was approved. Written first in memory, then in the store. */
export class ToolPins {
  readonly #store: ToolStore
  readonly #clock: Clock
  readonly #tell: (pinned: PinnedTool) => void
  readonly #changed: (change: ToolChanged) => void
  readonly #onStoreFailure: (cause: unknown) => void
  readonly #routes = new Map<string, Map<string, ToolRecord>>()
  /** Routes whose first list is still coming, and since when. */
  readonly #firstLists = new Map<string, number>()

  constructor(options: {
    readonly store: ToolStore
    readonly clock: Clock
    readonly tell: (pinned: PinnedTool) => void
    readonly changed: (change: ToolChanged) => void
    readonly onStoreFailure: (cause: unknown) => void
  }) {
    this.#store = options.store
    this.#clock = options.clock
    this.#tell = options.tell
    this.#changed = options.changed
    this.#onStoreFailure = options.onStoreFailure
  }

  async load(): Promise<void> {
    for (const record of await this.#store.all()) {
      this.#toolsOf(record.route).set(record.name, record)
      this.#tell(pinnedOf(record))
    }
  }

  see({ route, terms, tools, hasMore }: Sighting): void {
    const trusted = terms.unknown === 'allow' && this.#isFirstList(route)
    for (const tool of tools) {
      if (tool.text.length <= MAX_TEXT) this.#seeOne(route, tool, { terms, trusted })
      else this.#seeOne(route, withoutText(tool), { terms, trusted: false })
    }
    if (!hasMore) this.#firstLists.delete(route)
  }

  /** Tools of a route, or of all. */
  list(route?: string): readonly ToolRecord[] {
    const routes = route === undefined ? [...this.#routes.values()] : [this.#routes.get(route) ?? new Map()]
    return routes.flatMap((tools) => [...tools.values()])
  }

  /** Approves what the server showed last; with `hash` only if it is still that. Undefined where there is nothing to approve. */
  async approve(
    tool: { readonly route: string; readonly name: string; readonly hash?: string | undefined },
    by: string,
  ): Promise<ToolRecord | undefined> {
    const record = this.#routes.get(tool.route)?.get(tool.name)
    if (record === undefined || (tool.hash !== undefined && tool.hash !== record.seenHash)) return undefined
    // What was too long to be kept, nobody has read.
    if (hashOf(record.seenText) !== record.seenHash) return undefined
    const approved = this.#approved(record, by)
    this.#put(approved)
    await this.#store.put(approved)
    this.#changed({ ...changeOf(approved, this.#clock.nowMs()), kind: 'tool.approved', blocked: false })
    return approved
  }

  #seeOne(
    route: string,
    tool: ToolDefinition,
    { terms, trusted }: { readonly terms: ToolTerms; readonly trusted: boolean },
  ): void {
    const tools = this.#toolsOf(route)
    const known = tools.get(tool.name)
    if (known?.seenHash === tool.hash) return
    if (known === undefined && tools.size >= MAX_TOOLS) return
    const nowMs = this.#clock.nowMs()
    const seen: ToolRecord = {
      ...(known ?? NEVER_APPROVED),
      route,
      name: tool.name,
      seenHash: tool.hash,
      seenText: tool.text,
      firstSeenAtMs: known?.firstSeenAtMs ?? nowMs,
      changedAtMs: nowMs,
    }
    const record = trusted && known === undefined ? this.#approved(seen, 'first-use') : seen
    this.#put(record)
    this.#store.put(record).catch(this.#onStoreFailure)
    if (trusted || record.approvedHash === record.seenHash) return
    const needsApproval = record.approvedHash === undefined ? terms.unknown === 'deny' : false
    this.#changed({
      ...changeOf(record, nowMs),
      kind: known === undefined ? 'tool.appeared' : 'tool.changed',
      blocked: terms.changes === 'block' || needsApproval,
    })
  }

  #isFirstList(route: string): boolean {
    const nowMs = this.#clock.nowMs()
    if (this.#toolsOf(route).size === 0) this.#firstLists.set(route, nowMs)
    const sinceMs = this.#firstLists.get(route)
    return sinceMs !== undefined && nowMs - sinceMs <= FIRST_LIST_MS
  }

  #approved(record: ToolRecord, by: string): ToolRecord {
    return {
      ...record,
      approvedHash: record.seenHash,
      approvedText: record.seenText,
      approvedBy: by,
      approvedAtMs: this.#clock.nowMs(),
    }
  }

  #put(record: ToolRecord): void {
    this.#toolsOf(record.route).set(record.name, record)
    this.#tell(pinnedOf(record))
  }

  #toolsOf(route: string): Map<string, ToolRecord> {
    const known = this.#routes.get(route)
    if (known !== undefined) return known
    const tools = new Map<string, ToolRecord>()
    this.#routes.set(route, tools)
    return tools
  }
}

const NEVER_APPROVED = {
  approvedHash: undefined,
  approvedText: undefined,
  approvedBy: undefined,
  approvedAtMs: undefined,
}

const changeOf = (record: ToolRecord, atMs: number): Omit<ToolChanged, 'kind' | 'blocked'> => ({
  atMs,
  route: record.route,
  tool: record.name,
})

export const pinnedOf = ({ route, name, seenHash, seenText, approvedHash }: ToolRecord): PinnedTool => ({
  route,
  name,
  seenHash,
  approvedHash,
  hints: hintsIn(seenText),
})
