import { isRecord } from '../kernel/record.ts'
import { subjectOf, type Message } from './message.ts'

/**
 * legacy: revisions up to 2025-11-25 (initialize, Mcp-Session-Id). modern: 2026-07-28 (stateless, everything in the
 * request). A server may speak both, so both the body and the headers must lead to the same reading.
 */
export type Era = 'legacy' | 'modern'

const FIRST_MODERN_VERSION = '2026-07-28'
const VERSION_KEY = 'io.modelcontextprotocol/protocolVersion'

/** Headers as received, joined by ", " where a client sent one several times. */
export interface RoutingHeaders {
  readonly protocolVersion: string | undefined
  readonly method: string | undefined
  readonly name: string | undefined
}

export function eraOf(message: Message | undefined, protocolVersionHeader: string | undefined): Era {
  const versions = [protocolVersionHeader, message === undefined ? undefined : bodyVersionOf(message)]
  return versions.some((version) => version !== undefined && isModern(version)) ? 'modern' : 'legacy'
}

/**
 * Whether a modern request's headers contradict its body (SEP-2243). Absent headers contradict nothing: the server
 * refuses those itself. A name where the body has none does: a server that trusts headers would act on it.
 */
export function headersContradict(message: Message, headers: RoutingHeaders): boolean {
  if (message.kind === 'response') return headers.method !== undefined || headers.name !== undefined
  const bodyVersion = bodyVersionOf(message)
  if (headers.protocolVersion !== undefined && bodyVersion !== undefined && headers.protocolVersion !== bodyVersion) {
    return true
  }
  if (headers.method !== undefined && headers.method !== message.method) return true
  return headers.name !== undefined && decodeHeaderValue(headers.name) !== subjectOf(message)
}

function bodyVersionOf(message: Message): string | undefined {
  if (message.kind === 'response') return undefined
  const meta = message.params['_meta']
  const version = isRecord(meta) ? meta[VERSION_KEY] : undefined
  return typeof version === 'string' ? version : undefined
}

/** Revisions are dates, so they order as text; anything that is no date is left to the server, as legacy. */
const isModern = (version: string): boolean => /^\d{4}-\d\d-\d\d$/.test(version) && version >= FIRST_MODERN_VERSION

/** Non-ASCII values travel as `=?base64?…?=` (SEP-2243). */
function decodeHeaderValue(value: string): string {
  const encoded = /^=\?base64\?([A-Za-z0-9+/]*={0,2})\?=$/.exec(value)?.[1]
  return encoded === undefined ? value : Buffer.from(encoded, 'base64').toString('utf8')
}
