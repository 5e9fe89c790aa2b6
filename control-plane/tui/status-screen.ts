import type { Clock } from '../kernel/clock.ts'
import { initialModel, type Message, type Model, type Size, update } from './model.ts'
import { ENTER, LEAVE, Screen } from './screen.ts'
import type { StatusFeed } from './status.ts'
import { view } from './view.ts'

/** Ages are shown in seconds. */
const TICK_MS = 1000
/** Calls can come by the thousand; nobody reads faster than this. */
const MIN_FRAME_MS = 100
/** A terminal that reads slower than we draw loses frames instead of filling memory. */
const MAX_UNSENT_BYTES = 64 * 1024

const CTRL_C = 3
const CTRL_D = 4
const QUIT_KEYS: ReadonlySet<number> = new Set([CTRL_C, CTRL_D, 'q'.charCodeAt(0), 'Q'.charCodeAt(0)])

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
    if (!this.#closed && bytes.some((byte) => QUIT_KEYS.has(byte))) this.#options.onQuit()
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
