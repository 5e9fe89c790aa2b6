import { isDenial, type CallOutcome, type CallRecord } from './call-record.ts'

/** Records on their way to the store, bounded: when there are too many, the oldest that are no denials are given up. */
export class WaitingRecords {
  readonly #most: number
  #denials = new Map<string, CallRecord>()
  #others = new Map<string, CallRecord>()
  #droppedDenials = 0
  #droppedOthers = 0

  constructor(most: number) {
    this.#most = most
  }

  get size(): number {
    return this.#denials.size + this.#others.size
  }

  /** Given up since the start. */
  get dropped(): { readonly all: number; readonly denials: number } {
    return { all: this.#droppedOthers + this.#droppedDenials, denials: this.#droppedDenials }
  }

  put(record: CallRecord): void {
    const held = isDenial(record) ? this.#denials : this.#others
    held.set(record.requestId, record)
    this.#keepBounded()
  }

  /** Whether a record with this id waits here, and knows it now. */
  learn(requestId: string, outcome: CallOutcome): boolean {
    for (const held of [this.#others, this.#denials]) {
      const record = held.get(requestId)
      if (record === undefined) continue
      held.set(requestId, { ...record, outcome: { ...record.outcome, ...outcome } })
      return true
    }
    return false
  }

  /** Removes and returns all of them. */
  take(): readonly CallRecord[] {
    const records = [...this.#denials.values(), ...this.#others.values()]
    this.#denials = new Map()
    this.#others = new Map()
    return records
  }

  /** What was taken and could not be written; it is older than what came since. */
  putBack(records: readonly CallRecord[]): void {
    const since = this.take()
    for (const record of [...records, ...since]) this.put(record)
  }

  #keepBounded(): void {
    while (this.size > this.#most) {
      const [other] = this.#others.keys()
      const [denial] = this.#denials.keys()
      if (other !== undefined) {
        this.#others.delete(other)
        this.#droppedOthers += 1
      } else if (denial !== undefined) {
        this.#denials.delete(denial)
        this.#droppedDenials += 1
      }
    }
  }
}
