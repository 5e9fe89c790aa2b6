import type { AnswerFacts } from '../authz/answer-facts.ts'
import { decodeAnswerFacts } from '../authz/answer-facts.ts'
import { decodeHeaders } from '../authz/gateway-request.ts'
import { enumOf } from '../../proto/codec.ts'
import type { envoy } from '../../proto/envoy.d.ts'
import { jsonOf, type JsonObject } from '../../proto/struct.ts'
import { rpcErrorBody } from '../mcp/refusal.ts'
import { INSPECT_ANSWER, INSPECT_KEY } from '../xds/names.ts'
import type { AnswerBody } from './answer-body.ts'

type ProcessingRequest = envoy.service.ext_proc.v3.ProcessingRequest
type ProcessingResponse = envoy.service.ext_proc.v3.ProcessingResponse
type HeaderMutation = envoy.service.ext_proc.v3.HeaderMutation

const EXT_AUTHZ = 'envoy.filters.http.ext_authz'
const { BadGateway } = enumOf('envoy.type.v3.StatusCode')
/** Small enough for the flow control between us and Envoy to work in between. */
const CHUNK_BYTES = 64 * 1024

/** What the response side is made of, per answer. */
export interface InspectionPorts {
  /** Session ids in the answer's headers, as the verdict said. */
  readonly seal: (headers: AnswerHeaders, verdict: JsonObject) => HeaderMutation['set_headers']
  readonly bodyOf: (facts: AnswerFacts, headers: AnswerHeaders) => AnswerBody
  /** The answer has ended, or its client has gone. Called once; the error is known where the answer was read to its end. */
  readonly ended: (facts: AnswerFacts, isError: boolean | undefined) => void
}

export type AnswerHeaders = ReadonlyMap<string, string>

/** One ext_proc stream: the answer to one request, from its headers to its end. */
export class Inspection {
  readonly #ports: InspectionPorts
  #facts: AnswerFacts | undefined
  #body: AnswerBody | undefined
  #isEndSent = false

  constructor(ports: InspectionPorts) {
    this.#ports = ports
  }

  /** Answers in the order of the messages. Throws where it cannot judge: Envoy then fails the answer. */
  receive(request: ProcessingRequest): readonly ProcessingResponse[] {
    if (request.response_headers !== undefined) return [this.#headers(request)]
    if (request.response_body !== undefined) {
      const { body, end_of_stream: isLast } = request.response_body
      return this.#chunk(Buffer.from(body ?? []), isLast === true)
    }
    return [...this.#chunk(Buffer.alloc(0), true).map(withoutEnd), { response_trailers: {} }]
  }

  /** Envoy closes the stream when the answer is through, and when its client has gone. */
  close(): void {
    const facts = this.#facts
    this.#facts = undefined
    this.#body?.close()
    if (facts !== undefined) this.#ports.ended(facts, this.#body?.isError)
  }

  #headers(request: ProcessingRequest): ProcessingResponse {
    const verdict = jsonOf(request.metadata_context?.filter_metadata?.[EXT_AUTHZ])
    const headers = decodeHeaders(request.response_headers?.headers?.headers ?? [])
    const setHeaders = this.#ports.seal(headers, verdict) ?? []
    const mutation = { set_headers: setHeaders }
    if (verdict[INSPECT_KEY] !== INSPECT_ANSWER) {
      return { response_headers: { response: { header_mutation: mutation } } }
    }
    const facts = decodeAnswerFacts(verdict)
    this.#facts = facts
    // Not asked for, and nothing could be found in it.
    if (headers.has('content-encoding')) return compressed(facts)
    this.#body = this.#ports.bodyOf(facts, headers)
    const removed = { ...mutation, remove_headers: ['content-length', 'etag', 'content-md5', 'digest', 'repr-digest'] }
    if (request.response_headers?.end_of_stream === true) this.close()
    return { response_headers: { response: { header_mutation: removed } } }
  }

  #chunk(bytes: Buffer, isLast: boolean): readonly ProcessingResponse[] {
    const body = this.#body
    if (body === undefined) throw new Error('A body before its headers')
    if (this.#isEndSent) return []
    const out = Buffer.concat([...(bytes.length === 0 ? [] : body.push(bytes)), ...(isLast ? body.end() : [])])
    const isEnd = isLast || body.isEnded
    this.#isEndSent = isEnd
    if (isEnd) this.close()
    return chunksOf(out, isEnd)
  }
}

/** Trailers tell the end where there are some. */
const withoutEnd = (response: ProcessingResponse): ProcessingResponse => {
  const body = response.response_body?.response?.body_mutation?.streamed_response?.body ?? new Uint8Array()
  const streamed = { body, end_of_stream: false }
  return { response_body: { response: { body_mutation: { streamed_response: streamed } } } }
}

/** At least one message where the end has to be told. */
function chunksOf(bytes: Buffer, isEnd: boolean): readonly ProcessingResponse[] {
  const count = Math.max(Math.ceil(bytes.length / CHUNK_BYTES), isEnd ? 1 : 0)
  return Array.from({ length: count }, (_, index) => {
    const body = bytes.subarray(index * CHUNK_BYTES, (index + 1) * CHUNK_BYTES)
    const streamed = { body, end_of_stream: isEnd && index === count - 1 }
    return { response_body: { response: { body_mutation: { streamed_response: streamed } } } }
  })
}

const compressed = (facts: AnswerFacts): ProcessingResponse => ({
  immediate_response: {
    status: { code: BadGateway },
    headers: { set_headers: [{ header: { key: 'content-type', raw_value: Buffer.from('application/json') } }] },
    body: Buffer.from(
      rpcErrorBody(facts.rpcId, {
        code: -32603,
        message: 'The server compressed an answer that must be read here',
        data: { code: 'answer_compressed', requestId: facts.requestId },
      }),
    ),
  },
})
