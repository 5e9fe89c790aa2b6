import { IncomingMessage } from 'node:http'

import { isRecord } from '../kernel/record.ts'
import { applyParameterRules, applyRegistrationRules } from './compat/rules.ts'

/** A request to an OAuth endpoint after the compat rules, ready for the library. */
export interface ClientRequest {
  readonly message: IncomingMessage
  readonly parameters: URLSearchParams
}

const FORM = 'application/x-www-form-urlencoded'

/**
 * Reads what a client sent, applies the compat rules, and writes it down again as a new request, so that the library
 * sees an ordinary one. `issuer` replaces the Host header: links are built from configuration only.
 */
export function readClientRequest(received: IncomingMessage, body: Buffer, issuer: URL): ClientRequest {
  const url = new URL(received.url ?? '/', issuer)
  const endpoint = url.pathname.replace(/^\/oauth\//, '')
  const isForm = received.headers['content-type']?.startsWith(FORM) === true
  const parameters = isForm ? new URLSearchParams(body.toString('utf8')) : url.searchParams
  applyParameterRules(endpoint, parameters)
  const query = url.searchParams.size > 0 ? `?${url.searchParams.toString()}` : ''
  const sent = isForm ? Buffer.from(parameters.toString()) : rewriteRegistration(endpoint, received.method, body)
  return { message: replay(received, { url: `${url.pathname}${query}`, body: sent, issuer }), parameters }
}

function rewriteRegistration(endpoint: string, method: string | undefined, body: Buffer): Buffer {
  if (!/^register(?:\/|$)/.test(endpoint) || (method !== 'POST' && method !== 'PUT')) return body
  let metadata: unknown
  try {
    metadata = JSON.parse(body.toString('utf8'))
  } catch {
    // The library answers with the standard's error.
    return body
  }
  return isRecord(metadata) ? Buffer.from(JSON.stringify(applyRegistrationRules(metadata))) : body
}

function replay(
  received: IncomingMessage,
  sent: { readonly url: string; readonly body: Buffer; readonly issuer: URL },
): IncomingMessage {
  const message = new IncomingMessage(received.socket)
  message.method = received.method ?? 'GET'
  message.url = sent.url
  message.httpVersion = received.httpVersion
  message.headers = {
    ...received.headers,
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
