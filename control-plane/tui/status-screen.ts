import type { Clock } from '../kernel/clock.ts'
import { clickOn, press, wheel } from './commands.ts'
import { type Key, KeyReader } from './keys.ts'
import { initialModel, type Message, type Model, type Size, update } from './model.ts'
import { reviewView } from './review-view.ts'
import { copied, ENTER, LEAVE, Screen } from './screen.ts'
import type { ChannelStatus, StatusFeed } from './status.ts'
import { type Place, view } from './view.ts'

/** Ages are shown in seconds. */
const TICK_MS = 1000
/** Calls can come by the thousand; nobody reads faster than this. */
const MIN_FRAME_MS = 100
/** A key is answered sooner. */
const KEY_FRAME_MS = 15
/** A terminal that reads slower than we draw loses frames instead of filling memory. */
const MAX_UNSENT_BYTES = 64 * 1024
/** An escape that nothing follows for so long was the key. */
const ESCAPE_MS = 60
/** Lines that the wheel scrolls by. */
const WHEEL_LINES = 3

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
  /** Asked once a second, and only while they are on view. */
  readonly channels: () => readonly ChannelStatus[]
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
  readonly #keys = new KeyReader()
  #frame: NodeJS.Timeout | undefined
  #escape: NodeJS.Timeout | undefined
  #model: Model
  #places: readonly Place[] = []
  #drawnAtMs = -Infinity
  #isSoon = false
  #closed = false

  constructor(options: StatusScreenOptions) {
    this.#options = options
    this.#screen = new Screen({ mono: options.mono })
    this.#model = initialModel({ ...options, nowMs: options.clock.nowMs() })
    options.terminal.write(ENTER)
    this.#unsubscribe = options.feed.subscribe((message) => this.#hear(message))
    this.#tick = setInterval(() => this.#hear(this.#ticked()), TICK_MS)
    this.#draw()
  }

  /** Keys as they come from the terminal. */
  press(bytes: Uint8Array): void {
    clearTimeout(this.#escape)
    const { isSettled } = this.#keys
    const keys = this.#keys.push(bytes)
    // Text that is pasted comes at once: nobody decides with the middle of it, nor with the rest of a sequence.
    for (const key of keys) this.#press(key, keys.length === 1 && !isSettled)
    if (this.#keys.isUndecided) this.#escape = setTimeout(() => this.#settleEscape(), ESCAPE_MS)
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
    clearTimeout(this.#escape)
    this.#unsubscribe()
    this.#options.terminal.write(LEAVE)
  }

  #settleEscape(): void {
    const key = this.#keys.settle()
    if (key !== undefined) this.#press(key, false)
  }

  #press(key: Key, isAlone: boolean): void {
    if (this.#closed) return
    const { reviews, isTyping } = this.#model
    if ((key === 'up' || key === 'down') && reviews.length > 1) return this.#select(key === 'up' ? -1 : 1)
    if (typeof key === 'object' && 'mouse' in key) return this.#point(key)
    if (typeof key === 'object' && 'char' in key && isAlone && !isTyping && this.#decide(key.char)) return
    const { model, effect } = press({ ...this.#model, nowMs: this.#options.clock.nowMs() }, key)
    if (effect?.kind === 'quit') return this.#options.onQuit()
    if (effect?.kind === 'copy') this.#options.terminal.write(copied(effect.text))
    const isMoved = model.focus !== this.#model.focus
    this.#model = model
    if (isMoved) this.#hear(this.#ticked())
    this.#drawSoon()
  }

  #point({ mouse, x, y }: Extract<Key, { readonly mouse: string }>): void {
    const place = this.#places.find(
      (one) => x >= one.x && x < one.x + one.columns && y >= one.y && y < one.y + one.rows,
    )
    if (mouse !== 'click') {
      this.#model = wheel(this.#model, place?.pane, mouse === 'wheel up' ? -WHEEL_LINES : WHEEL_LINES)
    } else if (place !== undefined) this.#model = clickOn(this.#model, place.pane, place.items[y - place.y])
    this.#drawSoon()
  }

  #select(step: 1 | -1): void {
    this.#hear({ kind: 'select', step, nowMs: this.#options.clock.nowMs() })
  }

  /** Whether the key is one of those that decide, while there is something to decide. */
  #decide(char: string): boolean {
    const { selected } = this.#model
    const answer = ANSWERS[char]
    if (answer === undefined || selected === undefined) return false
    // Nobody allows what does not fit their screen.
    if (answer.allow && !reviewView(this.#model).isWhole) return true
    // The list has just moved under the finger.
    if (this.#options.clock.nowMs() - selected.sinceMs < SETTLE_MS) return true
    this.#options.onAnswer(selected.id, answer)
    return true
  }

  #ticked(): Message {
    const nowMs = this.#options.clock.nowMs()
    const isOnView = this.#model.focus === 'connections' || this.#places.some(({ pane }) => pane === 'connections')
    return { kind: 'tick', nowMs, ...(isOnView && { channels: this.#options.channels() }) }
  }

  #hear(message: Message): void {
    if (this.#closed) return
    this.#model = update({ ...this.#model, nowMs: this.#options.clock.nowMs() }, message)
    if (message.kind === 'smudged') this.#screen.forget()
    this.#frame ??= setTimeout(() => this.#draw(), MIN_FRAME_MS)
  }

  /** After a key; a key that is held down does not draw more often than calls do. */
  #drawSoon(): void {
    if (this.#isSoon) return
    this.#isSoon = true
    clearTimeout(this.#frame)
    const waitMs = this.#drawnAtMs + MIN_FRAME_MS - this.#options.clock.nowMs()
    this.#frame = setTimeout(() => this.#draw(), Math.min(MIN_FRAME_MS, Math.max(KEY_FRAME_MS, waitMs)))
  }

  #draw(): void {
    clearTimeout(this.#frame)
    this.#frame = undefined
    this.#isSoon = false
    if (this.#closed || this.#options.terminal.unsentBytes > MAX_UNSENT_BYTES) return
    this.#drawnAtMs = this.#options.clock.nowMs()
    const { lines, places } = view(this.#model)
    this.#places = places
    const output = this.#screen.draw(lines)
    if (output !== '') this.#options.terminal.write(output)
  }
}
