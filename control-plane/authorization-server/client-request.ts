import { IncomingMessage, type IncomingHttpHeaders } from 'node:http'

import { isRecord } from '../kernel/record.ts'
import { endpointAtTheRoot } from './compat/endpoint-at-the-root.ts'
import type { ClientMetadata, RequestContext } from './compat/rule.ts'
import { applyHeaderRules, applyParameterRules, applyRegistrationRules } from './compat/rules.ts'

/** A request to an OAuth endpoint after the compat rules, ready for the library. */
export interface ClientRequest {
  readonly message: IncomingMessage
  readonly parameters: URLSearchParams
  /** What a registration or its update asks for, after the rules. */
  readonly metadata: ClientMetadata | undefined
}

const FORM = 'application/x-www-form-urlencoded'

/**
 * Reads what a client sent, applies the compat rules, and writes it down again as a new request, so that the library
 * sees an ordinary one. `issuer` replaces the Host header: links are built from configuration only.
 */
export function readClientRequest(
  received: IncomingMessage,
  body: Buffer,
  context: RequestContext & { readonly issuer: URL },
): ClientRequest {
  const { issuer } = context
  const url = new URL(received.url ?? '/', issuer)
  const path = endpointAtTheRoot(url.pathname)
  const endpoint = path.replace(/^\/oauth\//, '')
  const headers = applyHeaderRules(endpoint, received.headers)
  // RFC 9110 §8.3.1: in any case. What the library takes for a form must be one here, or no rule would look at it.
  const isForm = headers['content-type']?.toLowerCase().startsWith(FORM) === true
  const parameters = isForm ? new URLSearchParams(body.toString('utf8')) : url.searchParams
  applyParameterRules(endpoint, parameters, context)
  const query = url.searchParams.size > 0 ? `?${url.searchParams.toString()}` : ''
  const metadata = isForm ? undefined : readMetadata(endpoint, received.method, { body, context })
  const sent = isForm ? parameters.toString() : metadata === undefined ? body : JSON.stringify(metadata)
  const message = replay(received, { url: `${path}${query}`, headers, body: Buffer.from(sent), issuer })
  return { message, parameters, metadata }
}

function readMetadata(
  endpoint: string,
  method: string | undefined,
  from: { readonly body: Buffer; readonly context: RequestContext },
): ClientMetadata | undefined {
  if (!/^register(?:\/|$)/.test(endpoint) || (method !== 'POST' && method !== 'PUT')) return undefined
  let metadata: unknown
  try {
    metadata = JSON.parse(from.body.toString('utf8'))
  } catch {
    // The library answers with the standard's error.
    return undefined
  }
  return isRecord(metadata) ? applyRegistrationRules(metadata, from.context.support) : undefined
}

function replay(
  received: IncomingMessage,
  sent: {
    readonly url: string
    readonly headers: IncomingHttpHeaders
    readonly body: Buffer
    readonly issuer: URL
  },
): IncomingMessage {
  const message = new IncomingMessage(received.socket)
  message.method = received.method ?? 'GET'
  message.url = sent.url
  message.httpVersion = received.httpVersion
  message.headers = {
    ...sent.headers,
    host: sent.issuer.host,
    'x-forwarded-proto': sent.issuer.protocol.slice(0, -1),
  }
  delete message.headers['x-forwarded-host']
  delete message.headers['transfer-encoding']
  if (sent.body.length > 0) message.headers['content-length'] = String(sent.body.length)
  else delete message.headers['content-length']
  message.push(sent.body)
  message.push(null)
  message.complete = true
  return message
}
