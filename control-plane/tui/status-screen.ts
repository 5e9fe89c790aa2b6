import type { Clock } from '../kernel/clock.ts'
import { initialModel, type Message, type Model, type Size, update } from './model.ts'
import { KeyReader } from './keys.ts'
import { reviewView } from './review-view.ts'
import { ENTER, LEAVE, Screen } from './screen.ts'
import type { StatusFeed } from './status.ts'
import { view } from './view.ts'

/** Ages are shown in seconds. */
const TICK_MS = 1000
/** Calls can come by the thousand; nobody reads faster than this. */
const MIN_FRAME_MS = 100
/** A terminal that reads slower than we draw loses frames instead of filling memory. */
const MAX_UNSENT_BYTES = 64 * 1024

/** Ctrl-C, Ctrl-D and q. */
const QUIT_KEYS: ReadonlySet<string> = new Set(['\u0003', '\u0004', 'q', 'Q'])

const HOUR_MS = 60 * 60_000
const ANSWERS: Readonly<Record<string, { readonly allow: boolean; readonly forMs: number }>> = {
  a: { allow: true, forMs: 0 },
  A: { allow: true, forMs: HOUR_MS },
  d: { allow: false, forMs: 0 },
}
/** How long a review must have been the selected one before a key decides about it. */
const SETTLE_MS = 400

/** Where a screen is drawn. */
export interface TerminalPort {
  write(text: string): void
  /** Bytes accepted but not sent yet. */
  readonly unsentBytes: number
}

export interface StatusScreenOptions {
  readonly terminal: TerminalPort
  readonly feed: StatusFeed
  readonly clock: Clock
  readonly title: string
  readonly person: string
  readonly size: Size
  /** No colours, as `NO_COLOR` asks. */
  readonly mono: boolean
  readonly onQuit: () => void
  /** What the person decided about a review; `forMs` is for how long, 0 is once. */
  readonly onAnswer: (id: string, answer: { readonly allow: boolean; readonly forMs: number }) => void
}

/** The live screen: one loop over model, update and view. Closing restores the terminal, whatever happened before. */
export class StatusScreen {
  readonly #options: StatusScreenOptions
  readonly #screen: Screen
  readonly #tick: NodeJS.Timeout
  readonly #unsubscribe: () => void
  #frame: NodeJS.Timeout | undefined
  #model: Model
  #closed = false
  readonly #keys = new KeyReader()

  constructor(options: StatusScreenOptions) {
    this.#options = options
    this.#screen = new Screen({ mono: options.mono })
    this.#model = initialModel({ ...options, nowMs: options.clock.nowMs() })
    options.terminal.write(ENTER)
    this.#unsubscribe = options.feed.subscribe((message) => this.#hear(message))
    this.#tick = setInterval(() => this.#hear({ kind: 'tick', nowMs: options.clock.nowMs() }), TICK_MS)
    this.#draw()
  }

  /** Keys as they come from the terminal. */
  press(bytes: Uint8Array): void {
    const keys = this.#keys.push(bytes)
    for (const key of keys) {
      if (this.#closed) return
      if (key === 'up' || key === 'down') this.#select(key === 'up' ? -1 : 1)
      else if (typeof key === 'object' && QUIT_KEYS.has(key.char)) this.#options.onQuit()
      // Text that is pasted comes at once: nobody decides with the middle of it.
      else if (typeof key === 'object' && keys.length === 1) this.#decide(key.char)
    }
  }

  #select(step: 1 | -1): void {
    this.#hear({ kind: 'select', step, nowMs: this.#options.clock.nowMs() })
  }

  #decide(char: string): void {
    const { selected } = this.#model
    const answer = ANSWERS[char]
    if (answer === undefined || selected === undefined) return
    // Nobody allows what does not fit their screen.
    if (answer.allow && !reviewView(this.#model).isWhole) return
    // The list has just moved under the finger.
    if (this.#options.clock.nowMs() - selected.sinceMs < SETTLE_MS) return
    this.#options.onAnswer(selected.id, answer)
  }

  resize(size: Size): void {
    this.#screen.forget()
    this.#hear({ kind: 'resized', size })
  }

  /** Harmless when repeated. */
  close(): void {
    if (this.#closed) return
    this.#closed = true
    clearInterval(this.#tick)
    clearTimeout(this.#frame)
    this.#unsubscribe()
    this.#options.terminal.write(LEAVE)
  }

  #hear(message: Message): void {
    if (this.#closed) return
    const nowMs = this.#options.clock.nowMs()
    if (message.kind === 'review' || message.kind === 'reviewed') this.#model = { ...this.#model, nowMs }
    if (message.kind === 'smudged') this.#screen.forget()
    this.#model = update(this.#model, message)
    this.#frame ??= setTimeout(() => this.#draw(), MIN_FRAME_MS)
  }

  #draw(): void {
    clearTimeout(this.#frame)
    this.#frame = undefined
    if (this.#closed || this.#options.terminal.unsentBytes > MAX_UNSENT_BYTES) return
    const output = this.#screen.draw(view(this.#model))
    if (output !== '') this.#options.terminal.write(output)
  }
}
