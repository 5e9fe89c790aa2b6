/** An event stream read one event at a time, as its bytes arrive. */
export class EventStream implements AsyncDisposable {
  readonly #reader: ReadableStreamDefaultReader<string>
  #text = ''

  constructor(response: Response) {
    if (response.body === null) throw new Error(`No body to read events from (${response.status})`)
    this.#reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
  }

  /** The next JSON-RPC message; throws when the stream ends before it. */
  async next(): Promise<StreamedMessage> {
    for (;;) {
      const end = this.#text.indexOf('\n\n')
      if (end >= 0) {
        const event = this.#text.slice(0, end)
        this.#text = this.#text.slice(end + 2)
        const data = /^data: (.+)$/m.exec(event)?.[1]
        if (data !== undefined) return JSON.parse(data) as StreamedMessage
        continue
      }
      const { value, done } = await this.#reader.read()
      if (done) throw new Error('The event stream has ended')
      this.#text += value
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#reader.cancel()
  }
}

export interface StreamedMessage {
  readonly id?: number
  readonly method?: string
  readonly params?: Readonly<Record<string, unknown>>
  readonly result?: Readonly<Record<string, unknown>>
}
