/** Server-sent events (WHATWG HTML §9.2), cut from a stream of bytes wherever it is cut. */

const LF = 0x0a
const CR = 0x0d

/** One event as it was sent, and what it says. */
export interface SseEvent {
  /** Exactly the bytes received, with the blank line that ends them. */
  readonly raw: Buffer
  /** `message` where the event does not say. */
  readonly type: string
  /** Lines joined; undefined for an event without any (a comment, a priming event's id). */
  readonly data: string | undefined
  /** Everything but the data, line by line. */
  readonly otherLines: readonly string[]
}

export type SseProblem = 'event_too_long' | 'invalid_utf8'

const decoder = new TextDecoder('utf-8', { fatal: true })

/** Holds back what does not end yet; at most `maxEventBytes` of it. */
export class SseReader {
  readonly #maxEventBytes: number
  #held: Buffer[] = []
  #heldBytes = 0
  #lineBytes = 0
  #afterCr = false

  constructor(options: { readonly maxEventBytes: number }) {
    this.#maxEventBytes = options.maxEventBytes
  }

  /** The events that are complete with this chunk. A problem ends the reading: nothing can be told about what follows. */
  push(chunk: Buffer): readonly (SseEvent | SseProblem)[] {
    const events: (SseEvent | SseProblem)[] = []
    let start = 0
    for (let at = 0; at < chunk.length; at += 1) {
      const byte = chunk[at]
      if (byte === LF && this.#afterCr) {
        this.#afterCr = false
        // The second half of a line end that came with the chunk before: CR alone was one already.
        if (this.#heldBytes === 0 && start === at) start += 1
        continue
      }
      this.#afterCr = byte === CR
      if (byte !== LF && byte !== CR) {
        this.#lineBytes += 1
        continue
      }
      const isBlank = this.#lineBytes === 0
      this.#lineBytes = 0
      if (!isBlank) continue
      if (byte === CR && chunk[at + 1] === LF) {
        at += 1
        this.#afterCr = false
      }
      events.push(this.#complete(chunk.subarray(start, at + 1)))
      start = at + 1
    }
    this.#hold(chunk.subarray(start))
    return this.#heldBytes > this.#maxEventBytes ? [...events, 'event_too_long'] : events
  }

  /** What is left at the end of the stream: an event without its blank line is none, and clients do not dispatch it. */
  get unfinishedBytes(): number {
    return this.#heldBytes
  }

  #hold(bytes: Buffer): void {
    if (bytes.length === 0) return
    this.#held.push(bytes)
    this.#heldBytes += bytes.length
  }

  #complete(last: Buffer): SseEvent | SseProblem {
    this.#hold(last)
    const raw = Buffer.concat(this.#held)
    this.#held = []
    this.#heldBytes = 0
    return raw.length > this.#maxEventBytes ? 'event_too_long' : parseEvent(raw)
  }
}

function parseEvent(raw: Buffer): SseEvent | 'invalid_utf8' {
  let text: string
  try {
    text = decoder.decode(raw)
  } catch {
    return 'invalid_utf8'
  }
  let type = 'message'
  const data: string[] = []
  const otherLines: string[] = []
  for (const line of text.split(/\r\n|\r|\n/)) {
    if (line === '') continue
    const colon = line.indexOf(':')
    const name = colon < 0 ? line : line.slice(0, colon)
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '')
    if (name === 'data') data.push(value)
    else otherLines.push(line)
    if (name === 'event') type = value === '' ? 'message' : value
  }
  return { raw, type, data: data.length === 0 ? undefined : data.join('\n'), otherLines }
}

/** The event with other data. */
export const withData = (event: Pick<SseEvent, 'otherLines'>, data: string): Buffer =>
  Buffer.from(`${[...event.otherLines, ...data.split('\n').map((line) => `data: ${line}`)].join('\n')}\n\n`)
