/** The caller's own trace, to which a record can be joined (W3C Trace Context, §3.2.2). */
export interface TraceParent {
  /** 32 hexadecimal digits. */
  readonly traceId: string
  /** Of the span that made the call: 16 hexadecimal digits. */
  readonly spanId: string
  readonly sampled: boolean
}

/** Longer than any version of the format has reason to be. */
const MAX_LENGTH = 256
const FORMAT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/

/** Undefined for whatever is not exactly the format: a trace of another's making is no reason to refuse a call. */
export function parseTraceParent(text: unknown): TraceParent | undefined {
  if (typeof text !== 'string' || text.length > MAX_LENGTH) return undefined
  const [, version, traceId = '', spanId = '', flags = '', more] = FORMAT.exec(text) ?? []
  // Later versions may add fields behind those of version 00 (§4).
  if (version === undefined || version === 'ff' || (version === '00' && more !== undefined)) return undefined
  if (/^0+$/.test(traceId) || /^0+$/.test(spanId)) return undefined
  return { traceId, spanId, sampled: (Number.parseInt(flags, 16) & 1) === 1 }
}
