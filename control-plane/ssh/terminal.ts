import { once } from 'node:events'

import type { ServerChannel, Session } from 'ssh2'

import type { Clock } from '../kernel/clock.ts'
import { type Size, sizeFrom } from '../tui/model.ts'
import { plainLines } from '../tui/plain.ts'
import { printable } from '../tui/printable.ts'
import type { ChannelStatus, StatusFeed, StatusMessage } from '../tui/status.ts'
import { StatusScreen } from '../tui/status-screen.ts'
import { visibleText } from '../kernel/visible-text.ts'
import type { Output, ShellSession } from '../shell/command.ts'
import { commandsJson, runCommand, type Invocation } from '../shell/commands.ts'
import { canWrite } from './ssh2-private.ts'
import { type ConnectionWords, HELP, parseExecWords, type Target } from './target.ts'

/** Plain lines are dropped rather than collected for somebody who does not read them. */
const MAX_UNSENT_BYTES = 256 * 1024
/** A call is one line; it waits this long for its duration. */
const CALL_LINE_DELAY_MS = 1000
/** Names of environment variables that ask for no colours, or for lines in the place of a screen; empty ones ask nothing. */
const MONO_NAMES: ReadonlySet<string> = new Set(['NO_COLOR', 'SALLYPORT_MONO'])
const PLAIN_NAME = 'SALLYPORT_PLAIN'

/** Ctrl-C, Ctrl-D. */
const QUIT_BYTES = [3, 4]

export interface TerminalHost {
  readonly feed: StatusFeed
  channels(): readonly ChannelStatus[]
  readonly clock: Clock
  readonly person: string
  hasForwards(): boolean
  /** How to ask for a forward, for somebody who did not. */
  usage(): string
  retarget(target: Target): void
  /** What this connection is called among those that serve the same side by side. */
  name(instance: string): void
  /** Everybody may read what the forwards with these labels serve. */
  makePublic(labels: readonly string[]): void
  /** The person pressed a key about a review. Only a screen has keys: `ssh HOST COMMAND` decides nothing. */
  decide(id: string, answer: { readonly allow: boolean; readonly forMs: number }): void
  /** For `ssh HOST COMMAND`; `gone` is when nobody reads its output any more. */
  shell(gone: AbortSignal): ShellSession
  /** A command has failed for a reason that its person cannot do anything about. */
  failed(cause: unknown): void
  /** The person pressed q: everything of this connection ends. */
  quit(): void
  closed(terminal: Terminal): void
}

/** One session channel: a live screen where there is a pty, lines where there is none. */
export class Terminal {
  readonly #host: TerminalHost
  #size: Size | undefined
  #mono = false
  /** Lines although there is a pty: for screen readers, and for terminals that cannot place a cursor. */
  #isPlain = false
  #channel: ServerChannel | undefined
  #screen: StatusScreen | undefined
  #unsubscribe: (() => void) | undefined
  #command: AbortController | undefined
  readonly #callLines = new Map<string, NodeJS.Timeout>()

  constructor(session: Session, host: TerminalHost) {
    this.#host = host
    session.on('pty', (accept, _reject, { cols, rows, term }) => {
      this.#size = sizeFrom(cols, rows)
      if (term === 'dumb') this.#isPlain = true
      accept?.()
    })
    session.on('window-change', (accept, _reject, { cols, rows }) => {
      this.#size = sizeFrom(cols, rows)
      this.#screen?.resize(this.#size)
      accept?.()
    })
    // @types/ssh2 names it otherwise than ssh2 does.
    session.on('env', (accept, _reject, info: { readonly key: string; readonly val?: string }) => {
      if (MONO_NAMES.has(info.key) && info.val !== '') this.#mono = true
      if (info.key === PLAIN_NAME && info.val !== '') this.#isPlain = true
      accept?.()
    })
    session.on('signal', (accept, _reject, { name }) => {
      accept?.()
      if (name === 'INT' || name === 'TERM' || name === 'HUP') this.#interrupt()
    })
    session.on('x11', (_accept, reject) => reject?.())
    session.on('auth-agent', (_accept, reject) => reject?.())
    session.on('shell', (accept) => this.#start(accept(), ''))
    session.on('exec', (accept, _reject, { command }) => this.#start(accept(), command))
    session.on('close', () => this.#closed())
  }

  /** Restores the screen, says why, and closes. Harmless when repeated or before anything began. */
  end(reason: string | undefined, status = 0): void {
    this.#stop()
    const channel = this.#channel
    if (channel === undefined) return
    // What a program reads is the command's alone.
    const say =
      this.#command === undefined ? (line: string) => this.#write(line) : (line: string) => this.#complain(line)
    for (const line of reason?.split('\n') ?? []) say(`${printable(line)}\n`)
    this.#command?.abort()
    this.#channel = undefined
    if (!canWrite(channel)) return
    channel.exit(status)
    channel.end()
  }

  #start(channel: ServerChannel | undefined, command: string): void {
    // ssh2 gives none when the session is ending already.
    if (channel === undefined || this.#channel !== undefined) return
    this.#channel = channel
    channel.on('error', () => {})
    channel.on('close', () => this.#closed())
    channel.on('data', (bytes: Buffer) => this.#hear(bytes))
    const words = parseExecWords(command)
    if (!words.ok) return this.#fail(words.error)
    if (words.value.kind === 'help') return this.#help(words.value.isJson)
    if (words.value.kind === 'command') {
      if (words.value.connection !== undefined) this.#apply(words.value.connection)
      return void this.#run(words.value.invocation)
    }
    if (!this.#host.hasForwards()) return this.#explain()
    this.#apply(words.value)
    if (this.#size === undefined || this.#isPlain || words.value.isPlain) this.#printLines()
    else this.#showScreen(this.#size)
  }

  #apply({ instance, target, publicLabels }: ConnectionWords): void {
    this.#host.makePublic(publicLabels)
    if (instance !== undefined) this.#host.name(instance)
    if (target !== undefined) this.#host.retarget(target)
  }

  async #run(invocation: Invocation): Promise<void> {
    const command = new AbortController()
    this.#command = command
    const session = this.#host.shell(command.signal)
    const onFault = (cause: unknown): void => this.#host.failed(cause)
    const status = await runCommand(invocation, session, { output: this.#output(command.signal), onFault })
    this.end(undefined, status)
  }

  #output(gone: AbortSignal): Output {
    const isReady = (): boolean => (this.#channel?.writableLength ?? 0) <= MAX_UNSENT_BYTES
    const write = (text: string): void => {
      const channel = this.#channel
      if (channel !== undefined && canWrite(channel)) channel.write(this.#lineEnds(text))
    }
    return {
      line: (text) => write(`${printable(text)}\n`),
      json: (value) => write(`${visibleText(JSON.stringify(value))}\n`),
      problem: (text) => {
        for (const line of text.split('\n')) this.#complain(`${printable(line)}\n`)
      },
      get isReady() {
        return isReady()
      },
      ready: async () => {
        const channel = this.#channel
        if (channel === undefined || isReady() || gone.aborted) return
        await once(channel, 'drain', { signal: gone }).catch(() => undefined)
      },
    }
  }

  /** Ctrl-C ends a command, and of a connection that only forwards everything. */
  #interrupt(): void {
    if (this.#command === undefined) this.#host.quit()
    else this.#command.abort()
  }

  #hear(bytes: Buffer): void {
    if (this.#screen !== undefined) this.#screen.press(bytes)
    // With a pty the client's terminal is raw, and nobody but us makes Ctrl-C of the byte.
    else if (this.#size !== undefined && QUIT_BYTES.some((byte) => bytes.includes(byte))) this.#interrupt()
  }

  #help(isJson: boolean): void {
    if (!isJson) return this.end(HELP, 0)
    for (const each of commandsJson()) this.#write(`${JSON.stringify(each)}\n`)
    this.end(undefined, 0)
  }

  #fail(problem: string): void {
    this.#complain(`${problem}\n`)
    this.end(undefined, 2)
  }

  /** Nothing is forwarded: says why, where a forward was refused, and how to ask for one. */
  #explain(): void {
    const lines = plainLines()
    this.#host.feed.subscribe((message) => {
      for (const line of lines(message)) this.#write(`${line}\n`)
    })()
    this.end(this.#host.usage(), 1)
  }

  #printLines(): void {
    const lines = plainLines()
    const print = (message: StatusMessage): void => {
      for (const line of lines(message)) this.#write(`${line}\n`)
    }
    this.#unsubscribe = this.#host.feed.subscribe((message) => {
      if (message.kind !== 'call') return print(message)
      const { requestId, durationMs } = message.call
      const waiting = this.#callLines.get(requestId)
      clearTimeout(waiting)
      this.#callLines.delete(requestId)
      if (durationMs === undefined) {
        const late = setTimeout(() => {
          this.#callLines.delete(requestId)
          print(message)
        }, CALL_LINE_DELAY_MS)
        this.#callLines.set(requestId, late)
      } else if (waiting !== undefined) print(message)
    })
  }

  #showScreen(size: Size): void {
    const write = (text: string): void => this.#writeRaw(text)
    const unsent = (): number => this.#channel?.writableLength ?? 0
    this.#screen = new StatusScreen({
      terminal: {
        write,
        get unsentBytes() {
          return unsent()
        },
      },
      feed: this.#host.feed,
      channels: () => this.#host.channels(),
      clock: this.#host.clock,
      title: 'Sallyport',
      person: this.#host.person,
      size,
      mono: this.#mono,
      onQuit: () => this.#host.quit(),
      onAnswer: (id, answer) => this.#host.decide(id, answer),
    })
  }

  #stop(): void {
    this.#screen?.close()
    this.#screen = undefined
    this.#unsubscribe?.()
    this.#unsubscribe = undefined
    for (const timer of this.#callLines.values()) clearTimeout(timer)
    this.#callLines.clear()
  }

  #closed(): void {
    this.#stop()
    this.#command?.abort()
    this.#channel = undefined
    this.#host.closed(this)
  }

  #complain(text: string): void {
    const channel = this.#channel
    if (channel !== undefined && canWrite(channel)) channel.stderr.write(this.#lineEnds(text))
  }

  #lineEnds(text: string): string {
    return this.#size === undefined ? text : text.replaceAll('\n', '\r\n')
  }

  #write(text: string): void {
    this.#writeRaw(this.#lineEnds(text))
  }

  #writeRaw(text: string): void {
    const channel = this.#channel
    if (channel === undefined || !canWrite(channel) || channel.writableLength > MAX_UNSENT_BYTES) return
    channel.write(text)
  }
}
