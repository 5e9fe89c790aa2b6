import type { Clock } from '../kernel/clock.ts'
import { messageOf } from '../kernel/fault.ts'
import type { Log } from '../kernel/log.ts'
import {
  approvalOf,
  isDenial,
  outcomeOf,
  recordOf,
  type CallOutcome,
  type CallRecord,
  type CallStore,
} from './call-record.ts'
import type { AuditEvent } from './event.ts'
import { StrangerBudget } from './stranger-budget.ts'
import { WaitingRecords } from './waiting-records.ts'

/** Where finished records go beside the store: lines of JSON, a collector. */
export interface RecordSink {
  /** Each record comes once: when its call is over, or `UNFINISHED_MS` after it was decided. */
  write(records: readonly CallRecord[]): Promise<void>
}

/** How long a decision waits for the store. What a killed process loses at most. */
export const BATCH_MS = 250
/** After this a record without an end goes to the sinks as it is: streams stay open for hours. */
export const UNFINISHED_MS = 10_000
/** After a batch that could not be written. */
const RETRY_MS = 1000
/** Records that wait for the store, and calls whose end is awaited: a few megabytes each. */
const MAX_WAITING = 10_000
const MAX_OPEN = 20_000

/**
 * Keeps one record of each call, off the request's path: decisions come in as events, go to the store in batches, and
 * are completed by what Envoy tells of the end.
 */
export class CallJournal implements AsyncDisposable {
  readonly #store: CallStore
  readonly #sinks: readonly RecordSink[]
  readonly #clock: Clock
  readonly #log: Log
  readonly #waiting: WaitingRecords
  readonly #strangers = new StrangerBudget()
  /** Decided, and not yet with the sinks; the oldest first. */
  readonly #open = new Map<string, CallRecord>()
  /** For records that the store has already. */
  #outcomes = new Map<string, CallOutcome>()
  #finished: CallRecord[] = []
  #timer: NodeJS.Timeout | undefined
  #dueAtMs = Number.POSITIVE_INFINITY
  #isFlushing = false
  #flushing: Promise<void> = Promise.resolve()
  #reported = 0
  #stopped = false

  constructor(ports: {
    readonly store: CallStore
    readonly sinks: readonly RecordSink[]
    readonly clock: Clock
    readonly log: Log
    /** 10,000 unless told. */
    readonly maxWaiting?: number
  }) {
    this.#store = ports.store
    this.#sinks = ports.sinks
    this.#clock = ports.clock
    this.#log = ports.log
    this.#waiting = new WaitingRecords(ports.maxWaiting ?? MAX_WAITING)
  }

  hear(event: AuditEvent): void {
    if (event.kind === 'call.decided') this.#decided(recordOf(event))
    else if (event.kind === 'call.completed') {
      if (!this.#strangers.isOver(event.requestId)) this.#learn(event.requestId, outcomeOf(event), true)
    } else if (event.kind === 'call.inspected' && event.isError !== undefined) {
      this.#learn(event.requestId, { isError: event.isError }, false)
    } else if (event.kind === 'call.settled') {
      this.#learn(event.requestId, { approval: approvalOf(event.settlement) }, false)
    } else if (event.kind === 'call.abandoned' && this.#open.has(event.requestId)) {
      this.#learn(event.requestId, { flags: 'abandoned' }, true)
    } else return
    this.#arm(BATCH_MS)
  }

  /** Everything that was heard is written when this resolves; calls that are not over go as they are. */
  async [Symbol.asyncDispose](): Promise<void> {
    // What was told in this turn is heard in the next one.
    await new Promise((resolve) => setImmediate(resolve))
    this.#stopped = true
    clearTimeout(this.#timer)
    await this.#flushing
    for (const record of this.#open.values()) this.#finish(record)
    await this.#flush()
    if (this.#waiting.size > 0) this.#log.error('audit.lost', { records: this.#waiting.size })
  }

  #decided(record: CallRecord): void {
    const isStranger = record.caller === undefined && isDenial(record)
    if (isStranger && !this.#strangers.take(record.requestId, this.#clock.nowMs())) return
    this.#waiting.put(record)
    if (this.#sinks.length === 0) return
    this.#open.set(record.requestId, record)
    const [oldest] = this.#open.size > MAX_OPEN ? this.#open.values() : []
    if (oldest !== undefined) this.#finish(oldest)
  }

  #finish(record: CallRecord): void {
    this.#open.delete(record.requestId)
    // A disk or a collector that does not keep up: the store has the record all the same.
    if (this.#finished.length < MAX_WAITING) this.#finished.push(record)
    else this.#log.warn('audit.sink_too_slow', { requestId: record.requestId })
  }

  #learn(requestId: string, outcome: CallOutcome, isOver: boolean): void {
    const isWaiting = this.#waiting.learn(requestId, outcome)
    if (!isWaiting && this.#outcomes.size < MAX_WAITING) {
      this.#outcomes.set(requestId, { ...this.#outcomes.get(requestId), ...outcome })
    }
    const open = this.#open.get(requestId)
    if (open === undefined) return
    const known = { ...open, outcome: { ...open.outcome, ...outcome } }
    if (isOver) this.#finish(known)
    else this.#open.set(requestId, known)
  }

  /** The earlier time wins. After a flush the next one is armed anyway. */
  #arm(delayMs: number): void {
    const dueAtMs = this.#clock.nowMs() + delayMs
    if (this.#stopped || this.#isFlushing || dueAtMs >= this.#dueAtMs) return
    clearTimeout(this.#timer)
    this.#dueAtMs = dueAtMs
    this.#timer = setTimeout(() => {
      this.#flushing = this.#flush()
    }, delayMs)
  }

  async #flush(): Promise<void> {
    this.#dueAtMs = Number.POSITIVE_INFINITY
    this.#isFlushing = true
    const startedAtMs = this.#clock.nowMs()
    this.#finishOverdue()
    const stored = await this.#writeStore()
    const finished = this.#finished
    this.#finished = []
    for (const sink of finished.length === 0 ? [] : this.#sinks) {
      await sink
        .write(finished)
        .catch((cause: unknown) => this.#log.error('audit.sink_failed', { reason: messageOf(cause) }))
    }
    this.#reportDropped()
    this.#isFlushing = false
    const hasMore = this.#waiting.size + this.#outcomes.size + this.#finished.length > 0
    const restMs = Math.max(0, BATCH_MS - (this.#clock.nowMs() - startedAtMs))
    if (hasMore) this.#arm(stored ? restMs : RETRY_MS)
    else if (this.#open.size > 0) this.#arm(RETRY_MS)
  }

  #finishOverdue(): void {
    const beforeMs = this.#clock.nowMs() - UNFINISHED_MS
    for (const record of this.#open.values()) {
      if (record.atMs > beforeMs) return
      this.#finish(record)
    }
  }

  /** Whether everything that had waited is in the store now; otherwise it waits on. */
  async #writeStore(): Promise<boolean> {
    const records = this.#waiting.take()
    const outcomes = this.#outcomes
    this.#outcomes = new Map()
    try {
      if (records.length > 0) await this.#store.add(records)
    } catch (cause) {
      this.#log.error('audit.not_stored', { records: records.length, reason: messageOf(cause) })
      this.#waiting.putBack(records)
      for (const [id, outcome] of outcomes) this.#learnAgain(id, outcome)
      return false
    }
    try {
      if (outcomes.size > 0) await this.#store.complete(outcomes)
    } catch (cause) {
      this.#log.error('audit.not_completed', { records: outcomes.size, reason: messageOf(cause) })
    }
    return true
  }

  #learnAgain(requestId: string, outcome: CallOutcome): void {
    if (this.#waiting.learn(requestId, outcome) || this.#outcomes.size >= MAX_WAITING) return
    this.#outcomes.set(requestId, { ...outcome, ...this.#outcomes.get(requestId) })
  }

  #reportDropped(): void {
    const strangers = this.#strangers.takeDropped()
    if (strangers > 0) this.#log.warn('audit.strangers_not_kept', { records: strangers })
    const { dropped } = this.#waiting
    if (dropped.all === this.#reported) return
    this.#log.error('audit.dropped', { records: dropped.all - this.#reported, denialsSoFar: dropped.denials })
    this.#reported = dropped.all
  }
}
