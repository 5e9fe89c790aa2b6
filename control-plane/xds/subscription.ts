import { CLUSTER, LISTENER, type Resource, type ResourceType } from './resource.ts'

/** What one response carried, remembered until Envoy says yes or no to it. */
export interface Batch {
  readonly resources: readonly Resource[]
  readonly removed: readonly string[]
}

/** Types that a first request without names subscribes to as a whole. */
const WILDCARD_TYPES: readonly ResourceType[] = [CLUSTER, LISTENER]

/** What one Envoy has asked for, was sent and holds, of one type. Knows neither the network nor the current resources. */
export class Subscription {
  #wildcard = false
  readonly #names = new Set<string>()
  /** Versions that Envoy has confirmed. */
  readonly #held = new Map<string, string>()
  /** Versions on their way or confirmed: what need not be sent again. */
  readonly #sent = new Map<string, string>()
  /** Versions that Envoy refused on this stream: the same bytes are not offered twice. */
  readonly #refused = new Map<string, string>()
  readonly #pending = new Map<string, Batch>()

  /** `held` is what Envoy says it has from an earlier stream. */
  constructor(type: ResourceType, names: readonly string[], held: Readonly<Record<string, string>>) {
    this.#wildcard = names.length === 0 && WILDCARD_TYPES.includes(type)
    for (const [name, version] of Object.entries(held)) {
      this.#held.set(name, version)
      this.#sent.set(name, version)
    }
  }

  get heldNames(): ReadonlySet<string> {
    return new Set(this.#held.keys())
  }

  get wildcard(): boolean {
    return this.#wildcard
  }

  get names(): ReadonlySet<string> {
    return this.#names
  }

  wants(name: string): boolean {
    return this.#wildcard || this.#names.has(name)
  }

  holds({ name, version }: Resource): boolean {
    return this.#held.get(name) === version
  }

  /** Envoy has it, or will when what is on its way has arrived. */
  knows(name: string): boolean {
    return this.#sent.has(name)
  }

  isDue({ name, version }: Resource): boolean {
    return this.wants(name) && this.#sent.get(name) !== version && this.#refused.get(name) !== version
  }

  subscribe(name: string): void {
    if (name === '*') this.#wildcard = true
    else this.#names.add(name)
  }

  /** Envoy drops what it no longer wants, and a name that the wildcard still covers as well: it needs that again. */
  unsubscribe(name: string): void {
    if (name !== '*') {
      this.#names.delete(name)
      this.forget(name)
      return
    }
    this.#wildcard = false
    for (const each of this.#sent.keys()) if (!this.wants(each)) this.forget(each)
  }

  /** Makes the next look at it due, whatever was sent before. */
  forget(name: string): void {
    this.#sent.delete(name)
    this.#held.delete(name)
  }

  markSent(nonce: string, batch: Batch): void {
    this.#pending.set(nonce, batch)
    for (const { name, version } of batch.resources) this.#sent.set(name, version)
    for (const name of batch.removed) this.#sent.delete(name)
  }

  /** What the response with this nonce carried, once. Undefined for a nonce that is not ours, which is no error. */
  takePending(nonce: string): Batch | undefined {
    const batch = this.#pending.get(nonce)
    this.#pending.delete(nonce)
    return batch
  }

  markHeld({ resources, removed }: Batch): void {
    for (const { name, version } of resources) if (this.wants(name)) this.#held.set(name, version)
    for (const name of removed) this.#held.delete(name)
  }

  /** Envoy goes on with what it had before. */
  markRefused({ name, version }: Resource): void {
    this.#refused.set(name, version)
    if (this.#sent.get(name) !== version) return
    const held = this.#held.get(name)
    if (held === undefined) this.#sent.delete(name)
    else this.#sent.set(name, held)
  }

  /** The newest that was sent under this name is this one: nothing has overtaken it. */
  isLatest({ name, version }: Resource): boolean {
    return this.#sent.get(name) === version
  }
}
