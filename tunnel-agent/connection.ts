import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'

import ssh2, { type Client, type ClientChannel } from 'ssh2'

import type { ConnectionEnd } from './connection-end.ts'
import type { Forward } from './forward.ts'
import { lineReader, linesCommand, wordOf, type GatewayWord } from './gateway-lines.ts'
import type { Identity } from './identities.ts'
import { signInMethods, type SignInPrompt } from './sign-in.ts'
import { overhear } from './ssh2-private.ts'

/** A gateway whose sign-in link expires sooner says so itself. */
const SIGN_IN_MS = 20 * 60_000
const HANDSHAKE_MS = 20_000
const KEEPALIVE_MS = 15_000
const KEEPALIVE_COUNT = 3
/** After a sleep or a change of networks an answer comes soon or never. */
const PROBE_MS = 5000
/** How long calls under way may go on when the agent is stopped. */
const DRAIN_MS = 5000
/** How long the gateway may take to say why it refused everything. */
const LAST_WORDS_MS = 2000

/** RFC 4253 §11.1: SSH_DISCONNECT_NO_MORE_AUTH_METHODS_AVAILABLE. */
const NO_MORE_AUTH_METHODS = 14

/** The newest first; what the gateway does not know is passed over. */
const HOST_KEY_TYPES = ['ssh-ed25519', 'ecdsa-sha2-nistp256', 'rsa-sha2-512', 'rsa-sha2-256'] as const

export interface ConnectionFacts {
  /** Connected. */
  readonly socket: Socket
  /** Among the agent's own connections, from 0. */
  readonly number: number
  readonly username: string
  readonly identities: readonly Identity[]
  /** Whether a person may be asked to sign in. */
  readonly interactive: boolean
  readonly forwards: readonly Forward[]
  /** The type of the key that is expected, asked for first: a gateway may have several. */
  readonly hostKeyType: string | undefined
  /** A sentence says why the key is refused. */
  readonly judgeHostKey: (blob: Buffer) => string | undefined
  readonly heard: {
    /** The gateway has proved that it holds the key that was judged. Throwing refuses it after all. */
    proven(): void
    prompt(prompt: SignInPrompt): void
    banner(text: string): void
    word(word: GatewayWord): void
    serving(): void
  }
  readonly nowMs: () => number
}

/** One SSH connection, from its first byte to its end. */
export class Connection {
  /** Never rejects. */
  readonly ended: Promise<ConnectionEnd>
  readonly #facts: ConnectionFacts
  readonly #client: Client = new ssh2.Client()
  #resolve: (end: ConnectionEnd) => void = () => {}
  /** Those that the gateway accepted, by the names that it uses for them. */
  readonly #bound = new Map<string, Forward>()
  #patience: NodeJS.Timeout
  #verdict: ConnectionEnd | undefined
  #reason: string | undefined
  #prompted = false
  #servingSinceMs: number | undefined
  /** Open ones that the gateway uses. */
  #channels = 0
  #isStopping = false
  /** The tunnels were taken back. */
  #mayHangUp = false

  constructor(facts: ConnectionFacts) {
    this.#facts = facts
    this.ended = new Promise((resolve) => (this.#resolve = resolve))
    this.#patience = this.#waitAtMost(HANDSHAKE_MS, 'The gateway does not answer as an SSH server')
    const client = this.#client
    client.on('error', (error: Error & { level?: string; code?: unknown }) => this.#failed(error))
    client.on('close', () => this.#closed())
    client.once('handshake', () => this.#proven())
    client.on('banner', (text) => facts.heard.banner(text))
    client.on('ready', () => void this.#ready())
    client.on('tcp connection', (details, accept, reject) => {
      const { destIP, destPort } = details
      const forward = this.#bound.get(`${destIP}:${destPort}`)
      if (forward === undefined) return reject()
      forward.receive(() => this.#counted(accept()), reject)
    })
    const methods = signInMethods(facts.username, facts.identities, { interactive: facts.interactive })
    client.connect({
      sock: facts.socket,
      username: facts.username,
      authHandler: methods,
      hostVerifier: (blob: Buffer) => this.#judge(blob),
      algorithms: { serverHostKey: [...hostKeyTypes(facts.hostKeyType)], compress: ['none'] },
      keepaliveInterval: KEEPALIVE_MS,
      keepaliveCountMax: KEEPALIVE_COUNT,
      // Ours know the difference between a handshake and a person who signs in.
      readyTimeout: 0,
    })
    overhear(client, {
      question: (title, text) => this.#asked({ title, text }),
      disconnect: (text) => {
        if (text === '') return
        this.#reason ??= text
        if (wordOf(text).kind === 'taken_over') this.#verdict ??= { kind: 'taken_over', reason: text }
      },
    })
  }

  get isServing(): boolean {
    return this.#servingSinceMs !== undefined && this.#verdict === undefined
  }

  /** Ends the connection unless the gateway answers soon. */
  probe(): void {
    if (this.#servingSinceMs === undefined) return
    const late = setTimeout(() => this.#end('The connection did not survive a sleep or a change of networks'), PROBE_MS)
    // Cancelling what was never asked for is answered at once, and changes nothing.
    try {
      this.#client.unforwardIn('', 1, () => clearTimeout(late))
    } catch {
      clearTimeout(late)
    }
    void this.ended.then(() => clearTimeout(late))
  }

  /** Takes the tunnels back, so that nothing new comes, and ends when what is under way has ended. */
  stop(): void {
    if (this.#isStopping) return
    this.#isStopping = true
    this.#verdict ??= { kind: 'stopped' }
    const late = setTimeout(() => this.#hangUp(), DRAIN_MS)
    void this.ended.then(() => clearTimeout(late))
    const taken = [...this.#bound.values()].map(({ bindAddress, bindPort }) => this.#takeBack(bindAddress, bindPort))
    void Promise.all(taken).then(() => {
      this.#mayHangUp = true
      this.#hangUpWhenUnused()
    })
  }

  #takeBack(bindAddress: string, bindPort: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    try {
      this.#client.unforwardIn(bindAddress, bindPort, () => resolve())
    } catch {
      // The connection has gone already.
      resolve()
    }
    return promise
  }

  #counted<T extends Duplex>(channel: T): T {
    this.#channels += 1
    channel.once('close', () => {
      this.#channels -= 1
      this.#hangUpWhenUnused()
    })
    return channel
  }

  #hangUpWhenUnused(): void {
    if (this.#mayHangUp && this.#channels === 0) this.#hangUp()
  }

  #hangUp(): void {
    this.#client.end()
    this.#facts.socket.destroySoon()
  }

  #asked(prompt: SignInPrompt): void {
    this.#prompted = true
    clearTimeout(this.#patience)
    this.#patience = this.#waitAtMost(SIGN_IN_MS, 'Nobody signed in')
    this.#facts.heard.prompt(prompt)
  }

  #judge(blob: Buffer): boolean {
    const refusal = this.#facts.judgeHostKey(blob)
    if (refusal !== undefined) this.#verdict ??= { kind: 'host_key', reason: refusal }
    return refusal === undefined
  }

  #proven(): void {
    try {
      this.#facts.heard.proven()
    } catch (cause) {
      this.#verdict ??= { kind: 'host_key', reason: `Cannot keep the host key: ${String(cause)}` }
      this.#facts.socket.destroy()
    }
  }

  async #ready(): Promise<void> {
    clearTimeout(this.#patience)
    const asked = await Promise.all(this.#facts.forwards.map((forward) => this.#ask(forward)))
    if (this.#verdict !== undefined) return
    const accepted = asked.filter((answer) => answer).length
    if (accepted > 0) {
      this.#servingSinceMs = this.#facts.nowMs()
      this.#facts.heard.serving()
    } else {
      this.#patience = setTimeout(() => this.#refused('it did not say why'), LAST_WORDS_MS)
    }
    this.#listen()
  }

  #ask(forward: Forward): Promise<boolean> {
    const { bindAddress, bindPort } = forward
    return new Promise((resolve) => {
      this.#client.forwardIn(bindAddress, bindPort, (error) => {
        if (!error) this.#bound.set(`${bindAddress}:${bindPort}`, forward)
        resolve(!error)
      })
    })
  }

  /** The session in which the gateway says addresses, calls and reasons. */
  #listen(): void {
    const opened = (error: Error | undefined, channel: ClientChannel): void => {
      if (error !== undefined) return
      const hear = lineReader((line) => this.#heard(wordOf(line)))
      channel.on('data', hear)
      channel.stderr.on('data', hear)
    }
    this.#client.exec(linesCommand(this.#facts.number), opened)
  }

  #heard(word: GatewayWord): void {
    if (word.kind === 'taken_over') this.#verdict ??= { kind: 'taken_over', reason: word.text }
    // With other forwards left it is a word among others.
    if (word.kind === 'refused' && this.#servingSinceMs === undefined) this.#refused(word.text)
    this.#facts.heard.word(word)
  }

  #refused(reason: string): void {
    this.#verdict ??= { kind: 'refused', reason: `The gateway refused the tunnel: ${reason}` }
    this.#client.end()
  }

  #failed(error: Error & { level?: string; code?: unknown }): void {
    // A broken ssh-agent is passed over like one without keys, and so is a key that cannot sign.
    if (error.level === 'agent' || error.message.startsWith('Error while signing')) return
    if (error.level === 'client-authentication') {
      const text = 'The gateway accepted no way to sign in'
      this.#verdict ??= { kind: 'sign_in_refused', reason: this.#prompted ? 'Sign-in was not finished' : text }
    }
    if (error.code === NO_MORE_AUTH_METHODS) this.#verdict ??= { kind: 'sign_in_refused', reason: error.message }
    this.#reason ??= error.level === 'client-timeout' ? 'The gateway stopped answering' : error.message
    this.#facts.socket.destroy()
  }

  #waitAtMost(ms: number, reason: string): NodeJS.Timeout {
    return setTimeout(() => this.#end(reason), ms)
  }

  #end(reason: string): void {
    this.#reason ??= reason
    this.#facts.socket.destroy()
  }

  #closed(): void {
    clearTimeout(this.#patience)
    const servedMs = this.#servingSinceMs === undefined ? 0 : this.#facts.nowMs() - this.#servingSinceMs
    this.#resolve(
      this.#verdict ?? { kind: 'lost', reason: this.#reason ?? 'The gateway closed the connection', servedMs },
    )
  }
}

const hostKeyTypes = (first: string | undefined) =>
  [...HOST_KEY_TYPES].sort((a, b) => Number(isOf(b, first)) - Number(isOf(a, first)))

/** An RSA key is signed with under other names than its own (RFC 8332). */
const isOf = (algorithm: string, type: string | undefined): boolean =>
  algorithm === type || (type === 'ssh-rsa' && algorithm.startsWith('rsa-'))
