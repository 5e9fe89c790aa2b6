import type { ToolChanged } from '../audit/event.ts'
import { differencesOf, statusOf } from '../catalogue/difference.ts'
import type { ToolPins } from '../catalogue/tool-pins.ts'
import type { ToolRecord } from '../catalogue/tool-store.ts'
import type { ApprovalDesk } from './approval-desk.ts'
import type { Approver } from './held-call.ts'
import type { Review, ReviewAnswer, ReviewChange, Reviews } from './review.ts'

type Listener = (change: ReviewChange) => void

interface Watcher {
  readonly userId: string
  readonly route: string
  readonly listener: Listener
}

/** Held calls and changed tools together, each for those who may decide about it. */
export class ReviewBoard implements Reviews {
  readonly #desk: ApprovalDesk
  readonly #pins: ToolPins
  readonly #mayAnswer: (userId: string, route: string, by: Approver) => boolean
  readonly #blocks: (route: string, tool: string) => boolean
  readonly #watchers = new Set<Watcher>()
  /** By route and name, under which id they were told. */
  readonly #openTools = new Map<string, string>()

  constructor(options: {
    readonly desk: ApprovalDesk
    readonly pins: ToolPins
    readonly mayAnswer: (userId: string, route: string, by: Approver) => boolean
    /** Whether the tool is kept from callers until somebody approves it. */
    readonly blocks: (route: string, tool: string) => boolean
  }) {
    this.#desk = options.desk
    this.#pins = options.pins
    this.#mayAnswer = options.mayAnswer
    this.#blocks = options.blocks
    this.#desk.subscribe((change) => {
      const { call } = change
      if (change.kind === 'held') this.#tell({ kind: 'opened', review: callReview(call) }, call.route, call.by)
      else this.#tell({ kind: 'closed', id: call.requestId }, call.route, call.by)
    })
  }

  /** To be told of each change of a tool. */
  toolChanged(change: Pick<ToolChanged, 'kind' | 'route' | 'tool'>): void {
    const record = this.#pins.list(change.route).find(({ name }) => name === change.tool)
    if (record === undefined) return
    const key = JSON.stringify([record.route, record.name])
    const before = this.#openTools.get(key)
    if (before !== undefined) this.#tell({ kind: 'closed', id: before }, record.route, OWNER)
    this.#openTools.delete(key)
    if (!this.#blocks(record.route, record.name)) return
    this.#openTools.set(key, toolId(record))
    this.#tell({ kind: 'opened', review: toolReview(record) }, record.route, OWNER)
  }

  open(userId: string): readonly Review[] {
    const calls = this.#desk.held.filter((call) => this.#mayAnswer(userId, call.route, call.by)).map(callReview)
    const tools = this.#pins
      .list()
      .filter(({ route, name }) => this.#blocks(route, name) && this.#mayAnswer(userId, route, OWNER))
    return [...calls, ...tools.map(toolReview)]
  }

  watch(who: { readonly userId: string; readonly route: string }, listener: Listener): () => void {
    const watcher = { ...who, listener }
    this.#watchers.add(watcher)
    for (const review of this.open(who.userId)) {
      if (review.route !== who.route) continue
      if (review.kind === 'tool') this.#openTools.set(JSON.stringify([review.route, review.tool]), review.id)
      listener({ kind: 'opened', review })
    }
    return () => this.#watchers.delete(watcher)
  }

  answer(id: string, { userId, allow, forMs }: ReviewAnswer): boolean {
    const review = this.open(userId).find((candidate) => candidate.id === id)
    if (review === undefined) return false
    if (review.kind === 'call') return this.#desk.answer(review.call.requestId, { allow, by: userId, forMs })
    const { route, tool: name, hash } = review
    // What is not approved stays hidden: saying so again changes nothing.
    if (allow) void this.#pins.approve({ route, name, hash }, userId).catch(() => {})
    return true
  }

  #tell(change: ReviewChange, route: string, by: Approver): void {
    for (const { userId, route: watched, listener } of this.#watchers) {
      if (watched === route && this.#mayAnswer(userId, route, by)) listener(change)
    }
  }
}

const OWNER: Approver = { kind: 'owner' }

const callReview = (call: Extract<Review, { kind: 'call' }>['call']): Review => ({
  kind: 'call',
  id: call.requestId,
  route: call.route,
  call,
})

/** With the definition: who has seen the last one has not decided about the next. */
const toolId = ({ route, name, seenHash }: ToolRecord): string => JSON.stringify([route, name, seenHash])

const toolReview = (record: ToolRecord): Review => ({
  kind: 'tool',
  id: toolId(record),
  route: record.route,
  tool: record.name,
  hash: record.seenHash,
  isNew: statusOf(record) === 'new',
  differences: differencesOf(record),
})
