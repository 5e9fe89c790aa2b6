/**
 * Between one process and those who talk with it: one session, several, or the single exchanges of stateless clients.
 * Ids and progress tokens are replaced on the way in and restored on the way out, because two clients may choose the
 * same; a process that ends is started again and greeted with what greeted the one before.
 */
import type { JSONRPCMessage, JSONRPCNotification, JSONRPCRequest, RequestId } from '@modelcontextprotocol/server'

import { retryDelayMs } from './retry-delay.ts'
import {
  errorAnswer,
  INTERNAL_ERROR,
  notification,
  paramsWithToken,
  SUBSCRIPTION_ID,
  withId,
  withSubscription,
  withSubscriptionResult,
} from './switched-message.ts'

export interface Party {
  /** `relatedTo` is the party's own request to which the message belongs, where that is known. */
  deliver(message: JSONRPCMessage, relatedTo?: RequestId): void
}

/** What the switch needs of `StdioProcess`. */
export interface ServerProcess {
  send(message: JSONRPCMessage): void
  stop(): Promise<void>
}

export interface SwitchPorts {
  readonly start: (listener: { message(message: JSONRPCMessage): void; exited(reason: string): void }) => ServerProcess
  readonly nowMs: () => number
  readonly fraction: () => number
  readonly later: (ms: number, act: () => void) => { cancel(): void }
  /** A sentence about the process. */
  readonly tell: (text: string) => void
}

interface Pending {
  readonly party: Party
  readonly request: JSONRPCRequest
  readonly progressToken: RequestId | undefined
}

/** Lived this long: the delays begin anew. */
const GOOD_MS = 30_000

export class MessageSwitch {
  readonly #ports: SwitchPorts
  readonly #parties = new Set<Party>()
  readonly #pending = new Map<number, Pending>()
  /** Requests of the server, and to whom each was given: only that party may answer. */
  readonly #asked = new Map<RequestId, Party>()
  #process: ServerProcess | undefined
  #restart: { cancel(): void } | undefined
  #downUntilMs = 0
  #startedMs = 0
  #deaths = 0
  #nextId = 1
  /** The first `initialize`, its answer, and those who asked while it was under way. */
  #greeting: JSONRPCRequest | undefined
  #greetingAnswer: JSONRPCMessage | undefined
  #greetingId: number | undefined
  readonly #ungreeted: { readonly party: Party; readonly id: RequestId }[] = []
  #initialized: JSONRPCNotification | undefined
  /** What waits for a new process to be greeted. */
  #waiting: (() => void)[] | undefined
  #closed = false

  constructor(ports: SwitchPorts) {
    this.#ports = ports
  }

  get isBusy(): boolean {
    return this.#pending.size > 0
  }

  isBusyWith(party: Party): boolean {
    return [...this.#pending.values()].some((pending) => pending.party === party)
  }

  join(party: Party): void {
    this.#parties.add(party)
  }

  /** What the party still waits for is cancelled. */
  leave(party: Party): void {
    this.#parties.delete(party)
    for (const [id, pending] of this.#pending) {
      if (pending.party !== party) continue
      this.#pending.delete(id)
      this.#forward(notification('notifications/cancelled', { requestId: id, reason: 'The client has left' }))
    }
    for (const [id, asked] of this.#asked) {
      if (asked !== party) continue
      this.#asked.delete(id)
      this.#forward({ jsonrpc: '2.0', id, error: { code: INTERNAL_ERROR, message: 'The client has left' } })
    }
  }

  send(party: Party, message: JSONRPCMessage): void {
    if (this.#closed) return
    if ('method' in message && 'id' in message) return this.#request(party, message)
    if ('method' in message) return this.#notified(party, message)
    if (!('id' in message) || message.id === undefined || this.#asked.get(message.id) !== party) return
    this.#asked.delete(message.id)
    this.#forward(message)
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#restart?.cancel()
    this.#failPending('The server is being stopped')
    await this.#process?.stop()
  }

  #request(party: Party, request: JSONRPCRequest): void {
    if (request.method === 'initialize') {
      if (this.#greetingAnswer !== undefined) return party.deliver(withId(this.#greetingAnswer, request.id))
      if (this.#greeting !== undefined) return void this.#ungreeted.push({ party, id: request.id })
    }
    if (!this.#ensureRunning()) return party.deliver(this.#downAnswer(request.id))
    const id = this.#nextId++
    const progressToken = request.params?._meta?.progressToken
    this.#pending.set(id, { party, request, progressToken })
    if (request.method === 'initialize') {
      this.#greeting = request
      this.#greetingId = id
    }
    this.#forward({ ...request, id, ...paramsWithToken(request, id) })
  }

  #notified(party: Party, message: JSONRPCNotification): void {
    if (message.method === 'notifications/initialized') {
      if (this.#initialized !== undefined) return
      this.#initialized = message
    }
    if (message.method !== 'notifications/cancelled') return this.#forward(message)
    const wanted = message.params?.['requestId']
    for (const [id, pending] of this.#pending) {
      if (pending.party !== party || pending.request.id !== wanted) continue
      this.#forward({ ...message, params: { ...message.params, requestId: id } })
    }
  }

  #forward(message: JSONRPCMessage): void {
    if (this.#waiting === undefined) this.#process?.send(message)
    else this.#waiting.push(() => this.#process?.send(message))
  }

  #heard(message: JSONRPCMessage): void {
    if (!('method' in message)) return this.#answered(message)
    if ('id' in message) return this.#askedBack(message)
    const { params } = message
    if (message.method === 'notifications/progress') {
      const pending = this.#pending.get(Number(params?.['progressToken']))
      if (pending?.progressToken === undefined) return
      const restored = { ...message, params: { ...params, progressToken: pending.progressToken } }
      return pending.party.deliver(restored, pending.request.id)
    }
    if (message.method === 'notifications/cancelled') {
      const asked = this.#asked.get(params?.['requestId'] as RequestId)
      return asked?.deliver(message)
    }
    const subscription = params?._meta?.[SUBSCRIPTION_ID]
    if (subscription !== undefined) {
      const pending = this.#pending.get(Number(subscription))
      return pending?.party.deliver(withSubscription(message, pending.request.id), pending.request.id)
    }
    // A log line may quote a call: it is for nobody but its caller.
    if (message.method === 'notifications/message') {
      return this.#addressee()?.deliver(message, this.#newest()?.request.id)
    }
    for (const party of this.#parties) party.deliver(message)
  }

  #answered(message: JSONRPCMessage): void {
    if (!('id' in message) || message.id === undefined) return
    const id = Number(message.id)
    const pending = this.#pending.get(id)
    if (id === this.#greetingId) this.#greeted(message)
    if (pending === undefined) return
    this.#pending.delete(id)
    pending.party.deliver(withSubscriptionResult(withId(message, pending.request.id), id, pending.request.id))
  }

  #greeted(message: JSONRPCMessage): void {
    this.#greetingId = undefined
    if ('result' in message) this.#greetingAnswer = message
    else this.#greeting = undefined
    for (const { party, id } of this.#ungreeted.splice(0)) party.deliver(withId(message, id))
    const waiting = this.#waiting
    if (waiting === undefined) return
    this.#waiting = undefined
    if (this.#initialized !== undefined) this.#process?.send(this.#initialized)
    for (const act of waiting) act()
  }

  /** A question of the server, such as sampling or elicitation. */
  #askedBack(request: JSONRPCRequest): void {
    const party = this.#addressee()
    if (party === undefined) {
      const error = { code: INTERNAL_ERROR, message: 'It is not known to which client this belongs' }
      return this.#process?.send({ jsonrpc: '2.0', id: request.id, error })
    }
    this.#asked.set(request.id, party)
    party.deliver(request, this.#newest()?.request.id)
  }

  /**
   * The protocol does not say to which request such a message belongs. With one party waiting, or only one there, there
   * is no doubt; otherwise a guess could show one person's question to another.
   */
  #addressee(): Party | undefined {
    const waiting = new Set([...this.#pending.values()].map(({ party }) => party))
    const possible = waiting.size > 0 ? waiting : this.#parties
    return possible.size === 1 ? [...possible][0] : undefined
  }

  #newest(): Pending | undefined {
    return [...this.#pending.values()].at(-1)
  }

  #ensureRunning(): boolean {
    if (this.#process !== undefined) return true
    if (this.#closed || this.#restart !== undefined) return false
    this.#start()
    return true
  }

  #start(): void {
    this.#startedMs = this.#ports.nowMs()
    let process: ServerProcess | undefined
    process = this.#ports.start({
      message: (message) => {
        if (this.#process === process) this.#heard(message)
      },
      exited: (reason) => {
        if (this.#process === process) this.#died(reason)
      },
    })
    this.#process = process
    if (this.#greetingAnswer === undefined || this.#greeting === undefined) return
    this.#greetingId = this.#nextId++
    this.#waiting = []
    process.send({ ...this.#greeting, id: this.#greetingId })
  }

  #died(reason: string): void {
    this.#process = undefined
    this.#waiting = undefined
    this.#asked.clear()
    this.#greetingId = undefined
    if (this.#greetingAnswer === undefined) this.#greeting = undefined
    if (this.#closed) return
    this.#deaths = this.#ports.nowMs() - this.#startedMs >= GOOD_MS ? 1 : this.#deaths + 1
    const delayMs = retryDelayMs(this.#deaths, this.#ports.fraction())
    this.#downUntilMs = this.#ports.nowMs() + delayMs
    this.#ports.tell(`The server ended (${reason}); it is started again in ${Math.ceil(delayMs / 1000)} s`)
    this.#restart = this.#ports.later(delayMs, () => {
      this.#restart = undefined
      // Nobody is left for whom it would have to be there.
      if (this.#parties.size > 0) this.#start()
    })
    this.#failPending(`The server ended (${reason}) before it answered`)
  }

  #failPending(message: string): void {
    const failed = [...this.#pending.values()]
    this.#pending.clear()
    for (const { party, request } of failed) party.deliver(errorAnswer(request.id, message))
    for (const { party, id } of this.#ungreeted.splice(0)) party.deliver(errorAnswer(id, message))
  }

  #downAnswer(id: RequestId): JSONRPCMessage {
    const retryAfterMs = Math.max(0, this.#downUntilMs - this.#ports.nowMs())
    const message = `The server is not running; it is started again in ${Math.ceil(retryAfterMs / 1000)} s`
    return errorAnswer(id, message, { retryAfterMs })
  }
}
