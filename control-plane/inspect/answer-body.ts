import { isUtf8 } from 'node:buffer'

import { isRecord } from '../kernel/record.ts'
import { rpcErrorBody, type RpcError } from '../mcp/refusal.ts'
import type { RequestId } from '../mcp/message.ts'
import { SseReader, withData, type SseEvent } from '../mcp/sse.ts'
import { parseLosslessJson } from '../mcp/strict-json.ts'
import type { MemoryAccount } from './memory-budget.ts'
import type { MessageRule } from './message-rule.ts'

/** What reads an answer piece by piece and says what may go on to the client. */
export interface AnswerBody {
  push(chunk: Buffer): readonly Buffer[]
  /** The upstream has ended. */
  end(): readonly Buffer[]
  /** True once the answer was ended by us: nothing that follows passes. */
  readonly isEnded: boolean
  /** Gives up what is held. Harmless when repeated. */
  close(): void
  /** Whether the request was answered by an error, or a tool's result that says so; undefined before it was answered. */
  readonly isError: boolean | undefined
}

export interface AnswerOptions {
  readonly rule: MessageRule
  /** For what is no JSON-RPC message: plain text, and events of another type. */
  readonly onText: (text: string) => string
  /** The request that is answered; undefined for streams that answer none. */
  readonly rpcId: RequestId | undefined
  readonly requestId: string
  /** Of the whole answer; of each event where the stream answers no request. */
  readonly maxBytes: number
  /** Of what is held until it can be judged, beside all other answers. */
  readonly memory: MemoryAccount
}

/** Where nobody set a limit. An answer is held in memory while it is read. */
export const DEFAULT_MAX_ANSWER_BYTES = 16 * 1024 * 1024

const refusal = (code: string, message: string): RpcError => ({ code: INTERNAL, message, data: { code } })
const INTERNAL = -32603
const UNREADABLE = refusal('answer_unreadable', 'The server’s answer cannot be read in exactly one way')
const NO_ROOM = refusal('answer_no_room', 'Too much is being read right now, try again later')
const TOO_LARGE = refusal('answer_too_large', 'The server’s answer is larger than this route allows')

/** Clients look for these words anywhere in the header, so it is what they would take it for. */
export function answerBody(contentType: string | undefined, options: AnswerOptions): AnswerBody {
  const type = contentType?.toLowerCase() ?? ''
  const [isStream, isJson] = [type.includes('text/event-stream'), type.includes('json')]
  const charset = /charset\s*=\s*["']?([^"';,\s]+)/.exec(type)?.[1]
  const isReadable = !(isStream && isJson) && (charset === undefined || ASCII_SUPERSETS.has(charset))
  if (isStream && isReadable) return new EventStream(options)
  return new WholeAnswer(options, isReadable ? (isJson ? 'json' : 'text') : 'unreadable')
}

/** In others a list or a secret could be written so that it is not found here. */
const ASCII_SUPERSETS = new Set(['utf-8', 'utf8', 'us-ascii', 'ascii', 'iso-8859-1', 'latin1', 'windows-1252'])

/** What a client that does not look at a type or at an event's name would read as a message. */
const looksLikeJson = (text: string): boolean => /^[\s\uFEFF]*[[{]/.test(text)
const isUtf16 = (body: Buffer): boolean => body.length > 1 && ['feff', 'fffe'].includes(body.toString('hex', 0, 2))

/** Line ends to clients that split with Python's `splitlines`, though not to the standard: what follows one would be a line. */
// oxlint-disable-next-line no-control-regex -- those are meant
const OTHER_LINE_END = /[\v\f\u001c-\u001e\u0085\u2028\u2029]/
const escapeLineEnds = (json: string): string =>
  json.replaceAll(/[\u0085\u2028\u2029]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)

function errorText({ rpcId, requestId }: AnswerOptions, error: RpcError): string {
  return rpcErrorBody(rpcId, { ...error, data: { ...error.data, requestId } })
}

/** JSON and anything else that has to be seen as a whole. */
class WholeAnswer implements AnswerBody {
  readonly #options: AnswerOptions
  readonly #form: 'json' | 'text' | 'unreadable'
  #held: Buffer[] = []
  #bytes = 0
  isEnded = false
  isError: boolean | undefined

  constructor(options: AnswerOptions, form: 'json' | 'text' | 'unreadable') {
    this.#options = options
    this.#form = form
  }

  push(chunk: Buffer): readonly Buffer[] {
    if (this.isEnded) return []
    this.#held.push(chunk)
    this.#bytes += chunk.length
    if (this.#bytes > this.#options.maxBytes) return this.#refuse(TOO_LARGE)
    return this.#options.memory.hold(this.#bytes) ? [] : this.#refuse(NO_ROOM)
  }

  end(): readonly Buffer[] {
    if (this.isEnded || this.#bytes === 0) return []
    const body = Buffer.concat(this.#held)
    this.close()
    if (this.#form === 'unreadable' || (this.#form === 'text' && isUtf16(body))) return this.#refuse(UNREADABLE)
    if (this.#form === 'text' && !looksLikeJson(body.toString('latin1').replace(/^\u00ef\u00bb\u00bf/, '')))
      return [this.#text(body)]
    const message = parseLosslessJson(body)
    // A log line may begin with a bracket, too.
    if (this.#form === 'text' && !message.ok && message.error === 'invalid_json') return [this.#text(body)]
    if (!message.ok || !isRecord(message.value)) return this.#refuse(UNREADABLE)
    this.isError = isErrorIn(message.value, this.#options)
    const ruling = this.#options.rule(message.value)
    if (ruling.kind === 'drop') return []
    if (ruling.kind === 'refuse') return this.#refuse(ruling.error)
    return [ruling.message === message.value ? body : Buffer.from(JSON.stringify(ruling.message))]
  }

  close(): void {
    this.#held = []
    this.#options.memory.hold(0)
  }

  #text(body: Buffer): Buffer {
    const encoding = isUtf8(body) ? 'utf8' : 'latin1'
    const text = body.toString(encoding)
    const plain = this.#options.onText(text)
    return plain === text ? body : Buffer.from(plain, encoding)
  }

  #refuse(error: RpcError): readonly Buffer[] {
    this.isEnded = true
    this.isError = true
    this.close()
    return [Buffer.from(errorText(this.#options, error))]
  }
}

class EventStream implements AnswerBody {
  readonly #options: AnswerOptions
  readonly #reader: SseReader
  #bytes = 0
  isEnded = false
  isError: boolean | undefined

  constructor(options: AnswerOptions) {
    this.#options = options
    this.#reader = new SseReader({ maxEventBytes: options.maxBytes })
  }

  push(chunk: Buffer): readonly Buffer[] {
    if (this.isEnded) return []
    if (this.#options.rpcId !== undefined) this.#bytes += chunk.length
    if (this.#bytes > this.#options.maxBytes) return this.#refuse(TOO_LARGE)
    const out: Buffer[] = []
    for (const event of this.#reader.push(chunk)) {
      if (event === 'event_too_long') out.push(...this.#refuse(TOO_LARGE))
      else if (event === 'invalid_utf8') out.push(...this.#refuse(UNREADABLE))
      else out.push(...this.#event(event))
      if (this.isEnded) break
    }
    if (this.isEnded || this.#options.memory.hold(this.#reader.unfinishedBytes)) return out
    return [...out, ...this.#refuse(NO_ROOM)]
  }

  /** An event without its blank line is none, so what is left is left out. */
  end(): readonly Buffer[] {
    return []
  }

  close(): void {
    this.#options.memory.hold(0)
  }

  #event(received: SseEvent): readonly Buffer[] {
    const event = this.#withoutSecretLines(received)
    const { rule, onText } = this.#options
    const { data = '' } = event
    const isOdd = OTHER_LINE_END.test(data)
    if (event.otherLines.some((line) => OTHER_LINE_END.test(line))) return this.#refuse(UNREADABLE)
    if (data === '') return [event.raw]
    const message = event.type === 'message' || looksLikeJson(data) ? parseLosslessJson(Buffer.from(data)) : undefined
    // Events of other types say what they like, unless a client that does not look at types could read it.
    if (event.type !== 'message' && (message === undefined || (!message.ok && message.error === 'invalid_json'))) {
      const plain = onText(data)
      if (isOdd) return this.#refuse(UNREADABLE)
      return [plain === data ? event.raw : withData(event, plain)]
    }
    if (message?.ok !== true || !isRecord(message.value)) return this.#refuse(UNREADABLE)
    this.isError = isErrorIn(message.value, this.#options) ?? this.isError
    const ruling = rule(message.value)
    if (ruling.kind === 'drop') return []
    // A stream that answers no request goes on without the message.
    if (ruling.kind === 'refuse') return this.#options.rpcId === undefined ? [] : this.#refuse(ruling.error)
    if (ruling.message !== message.value) return [withData(event, escapeLineEnds(JSON.stringify(ruling.message)))]
    return [isOdd ? withData(event, escapeLineEnds(data)) : event.raw]
  }

  /** Comments, and fields that nobody knows, are for nobody: but they are sent. */
  #withoutSecretLines(event: SseEvent): SseEvent {
    const lines = event.otherLines.map((line) =>
      /^(?:id|event|retry)(?::|$)/.test(line) ? line : this.#options.onText(line),
    )
    if (lines.every((line, index) => line === event.otherLines[index])) return event
    const raw =
      event.data === undefined ? Buffer.from(`${lines.join('\n')}\n\n`) : withData({ otherLines: lines }, event.data)
    return { ...event, otherLines: lines, raw }
  }

  /** A stream that answers a request ends with the error; one that answers none has nobody to tell. */
  #refuse(error: RpcError): readonly Buffer[] {
    this.isEnded = true
    this.isError = true
    this.close()
    if (this.#options.rpcId === undefined) return []
    return [withData({ otherLines: ['event: message'] }, errorText(this.#options, error))]
  }
}

/** Undefined for a message that does not answer the request. */
function isErrorIn(message: Readonly<Record<string, unknown>>, { rpcId }: AnswerOptions): boolean | undefined {
  const { id, result, error } = message
  if (rpcId === undefined || id !== rpcId || (result === undefined && error === undefined)) return undefined
  return error !== undefined || (isRecord(result) && result['isError'] === true)
}
