/** All connections of the agent, from the first to the end of the last. */
import type { Socket } from 'node:net'
import { userInfo } from 'node:os'

import { type Gateway, hostPort } from './address.ts'
import { nowMs } from './clock.ts'
import { Connection } from './connection.ts'
import type { ConnectionEnd, FinalEnd } from './connection-end.ts'
import { type Forward, OWN_NAME } from './forward.ts'
import type { GatewayWord } from './gateway-lines.ts'
import type { Identity } from './identities.ts'
import {
  changedKeySentence,
  type HostKey,
  hostKeyOf,
  judgeHostKey,
  type KnownHost,
  type KnownHosts,
} from './known-hosts.ts'
import type { Log } from './log.ts'
import { addressesOf, candidates, connectTo, offlineSentence, Unreachable } from './network.ts'
import { randomFraction } from './random.ts'
import { keepConnected } from './reconnect.ts'
import { linkIn, type SignInPrompt } from './sign-in.ts'
import { Pauses } from './wakefulness.ts'

/** Enough to outlive a node that restarts. */
const CONNECTIONS = 2

export interface AgentFacts {
  readonly gateways: readonly [Gateway, ...Gateway[]]
  readonly identities: readonly Identity[]
  readonly forwards: readonly Forward[]
  readonly knownHosts: KnownHosts
  /** Where there are some, they alone decide about host keys. */
  readonly fingerprints: readonly string[]
  readonly log: Log
}

type JudgedKey = { readonly kind: 'known' | 'first' } | { readonly kind: 'other'; readonly reason: string }

interface Slot {
  readonly number: number
  connection: Connection | undefined
  /** Where it is connected to. */
  node: { readonly address: string; readonly port: number } | undefined
}

export class Agent {
  readonly #facts: AgentFacts
  readonly #slots: readonly Slot[]
  readonly #stop = new AbortController()
  readonly #pauses: Pauses
  readonly #urls = new Set<string>()

  constructor(facts: AgentFacts) {
    this.#facts = facts
    this.#slots = Array.from({ length: CONNECTIONS }, (_, number) => ({
      number,
      connection: undefined,
      node: undefined,
    }))
    this.#pauses = new Pauses(() => {
      for (const { connection } of this.#slots) connection?.probe()
    })
  }

  /** Resolves when nothing is left to be done: the first final end ends the others. */
  async run(): Promise<FinalEnd> {
    const ends = this.#slots.map(async (slot) => {
      const end = await keepConnected({
        connect: (attempt) => this.#connect(slot, attempt),
        pause: (ms) => this.#pauses.beforeRetry(ms),
        awaitNode: (ms) => this.#pauses.beforeSecondNode(ms),
        fraction: randomFraction,
        tell: {
          lost: (reason, delayMs) => {
            const seconds = Math.max(1, Math.round(delayMs / 1000))
            this.#facts.log('warn', 'lost', `${reason}. Trying again in ${seconds} s`, { delayMs })
          },
          offline: (reason) => this.#facts.log('warn', 'offline', `${reason}. It is tried again and again`),
        },
        stopped: () => this.#stop.signal.aborted,
      })
      this.stop()
      return end
    })
    const all = await Promise.all(ends)
    return all.find(({ kind }) => kind !== 'stopped') ?? { kind: 'stopped' }
  }

  stop(): void {
    this.#stop.abort()
    this.#pauses[Symbol.dispose]()
    for (const { connection } of this.#slots) connection?.stop()
  }

  async #connect(slot: Slot, attempt: number): Promise<ConnectionEnd> {
    const gateways = this.#facts.gateways
    if (!this.#mayConnect(slot)) return { kind: 'no_node' }
    const gateway = gateways[(slot.number + attempt) % gateways.length] ?? gateways[0]
    let socket: Socket
    try {
      const addresses = await addressesOf(gateway.host, this.#stop.signal)
      const taken = new Set(this.#others(slot).flatMap(({ node }) => (node?.port === gateway.port ? node.address : [])))
      const named = gateways.length > 1
      const tried = candidates(addresses, { slot: named ? 0 : slot.number, attempt, taken })
      if (tried.length === 0 || (slot.number > 0 && tried.every((address) => taken.has(address)))) {
        return { kind: 'no_node' }
      }
      const connected = await connectTo(tried, gateway, this.#stop.signal)
      socket = connected.socket
      slot.node = { address: connected.address, port: gateway.port }
    } catch (cause) {
      if (cause instanceof Unreachable) return { kind: 'offline', reason: cause.message }
      const code = cause instanceof Error && 'code' in cause ? String(cause.code) : undefined
      return { kind: 'offline', reason: offlineSentence(gateway, code) }
    }
    try {
      return await this.#serve(slot, gateway, socket)
    } finally {
      slot.node = undefined
      slot.connection = undefined
    }
  }

  async #serve(slot: Slot, gateway: Gateway, socket: Socket): Promise<ConnectionEnd> {
    const { log, identities, forwards, knownHosts } = this.#facts
    const name = hostPort(gateway)
    let known: readonly KnownHost[]
    try {
      known = knownHosts.find(name)
    } catch (cause) {
      socket.destroy()
      return { kind: 'host_key', reason: `Cannot read the known host keys: ${String(cause)}` }
    }
    let newKey: HostKey | undefined
    const connection = new Connection({
      socket,
      number: slot.number,
      username: gateway.username ?? userInfo().username,
      identities,
      interactive: slot.number === 0,
      forwards,
      hostKeyType: known[0]?.type,
      judgeHostKey: (blob) => {
        const key = hostKeyOf(blob)
        const verdict = this.#judgeHostKey(name, key, known)
        if (verdict.kind === 'first') newKey ??= key
        return verdict.kind === 'other' ? verdict.reason : undefined
      },
      heard: {
        proven: () => {
          if (newKey !== undefined) this.#trust(name, newKey)
        },
        prompt: (prompt) => this.#prompt(prompt),
        banner: (text) => log('info', 'banner', text.trimEnd()),
        word: (word) => this.#word(word),
        serving: () => {
          log('info', 'connected', `Connected to ${name}`, { gateway: name })
          this.#pauses.lookForSecondNode()
        },
      },
      nowMs,
    })
    slot.connection = connection
    if (this.#stop.signal.aborted) connection.stop()
    const end = await connection.ended
    return end.kind === 'sign_in_refused' && slot.number > 0 ? { kind: 'no_node' } : end
  }

  /** The second connection follows the first, so that nobody is asked twice to sign in. */
  #mayConnect(slot: Slot): boolean {
    return slot.number === 0 || this.#others(slot).some(({ connection }) => connection?.isServing === true)
  }

  #others(slot: Slot): readonly Slot[] {
    return this.#slots.filter((other) => other !== slot)
  }

  #judgeHostKey(gateway: string, key: HostKey, known: readonly KnownHost[]): JudgedKey {
    const { fingerprints, knownHosts } = this.#facts
    if (fingerprints.length > 0) {
      if (fingerprints.includes(key.fingerprint)) return { kind: 'known' }
      const reason = `The host key of ${gateway} is ${key.fingerprint}, not the one given with --fingerprint`
      return { kind: 'other', reason }
    }
    const verdict = judgeHostKey(known, key)
    if (verdict.kind !== 'other') return verdict
    const { expected } = verdict
    return { kind: 'other', reason: changedKeySentence(gateway, { key, expected, path: knownHosts.path }) }
  }

  /** Only once it has signed with it: a key that somebody merely shows would lock the real gateway out. */
  #trust(gateway: string, key: HostKey): void {
    const { knownHosts, log } = this.#facts
    const { fingerprint } = key
    knownHosts.add(gateway, key)
    const text = `First contact with ${gateway}. Its host key is trusted from now on: ${fingerprint}`
    log('info', 'host_key', text, { fingerprint })
  }

  #prompt({ title, text }: SignInPrompt): void {
    this.#facts.log('info', 'sign_in', `${title}\n${text}`, { link: linkIn(text) })
  }

  #word(word: GatewayWord): void {
    const { log, forwards } = this.#facts
    switch (word.kind) {
      case 'url': {
        if (this.#urls.has(word.url)) return
        this.#urls.add(word.url)
        const target =
          forwards.find(({ bindAddress }) => isLabelOf(bindAddress, word.url)) ??
          forwards.find(({ bindAddress }) => bindAddress === OWN_NAME)
        return log('info', 'url', `${word.url} -> ${target?.target ?? ''}`, { url: word.url })
      }
      case 'taken_over':
        return
      case 'refused':
        return log('warn', 'refused', `The gateway refused a tunnel: ${word.text}`)
      case 'line':
        return log('info', 'line', `  ${word.text}`)
    }
  }
}

/** `docs` of `https://h/docs-calm-otter-4821/mcp` or `https://docs-calm-otter-4821.h/mcp`. */
const isLabelOf = (label: string, url: string): boolean => url.includes(`/${label}-`) || url.includes(`/${label}/`)
