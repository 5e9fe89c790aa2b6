import { lookup as resolveName, type LookupAddress } from 'node:dns'
import { request as requestPlain } from 'node:http'
import { request, type RequestOptions } from 'node:https'
import { isIP, type LookupFunction } from 'node:net'

import { isSpecialAddress } from './special-addresses.ts'

export interface OutboundSettings {
  /** Host names that the operator trusts to be inside: they may resolve to private addresses. Lower case. */
  readonly privateHosts: readonly string[]
  /** PEM of certificate authorities that are good for those hosts, beside the usual ones. */
  readonly privateCaPem: string | undefined
}

export interface OutboundRequest {
  readonly method?: 'GET' | 'POST'
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  /** Bytes of the answer's body; more is an error. Default 64 KiB. */
  readonly maxBytes?: number
  /** From the look-up of the name to the last byte. Default 5 s. */
  readonly timeoutMs?: number
}

export interface OutboundAnswer {
  readonly status: number
  readonly headers: Headers
  readonly body: string
}

export type OutboundFetch = (url: string, request?: OutboundRequest) => Promise<OutboundAnswer>

const MAX_BYTES = 64 * 1024
const TIMEOUT_MS = 5000

/** Why a URL was not fetched; the message names the host, never an address behind it. */
export class OutboundError extends Error {
  override readonly name = 'OutboundError'
}

/**
 * Fetches URLs that strangers name. HTTPS only; no redirects; the name is resolved once, every address that it has must
 * be public, and the connection goes to the address that was checked, so that a second answer of the name server has
 * no say. `resolve` is for tests.
 */
export const openOutbound =
  (settings: OutboundSettings, resolve: typeof resolveName = resolveName): OutboundFetch =>
  async (address, options = {}) => {
    const url = URL.canParse(address) ? new URL(address) : undefined
    if (url === undefined || url.protocol !== 'https:' || url.username !== '' || url.password !== '') {
      throw new OutboundError('only https URLs without credentials are fetched')
    }
    const host = url.hostname.replace(/^\[|\]$/g, '').toLowerCase()
    const isPrivate = settings.privateHosts.includes(host)
    // A literal address is not looked up, so it is judged here.
    if (!isPrivate && isIP(host) !== 0 && isSpecialAddress(host)) throw notPublic(host)
    return send(url, options, {
      lookup: isPrivate ? plainLookup(resolve) : guardedLookup(resolve),
      ...(isPrivate && settings.privateCaPem !== undefined ? { ca: settings.privateCaPem } : {}),
    })
  }

const notPublic = (host: string): OutboundError => new OutboundError(`"${host}" is not a public address`)

const plainLookup =
  (resolve: typeof resolveName): LookupFunction =>
  (host, options, done) =>
    resolve(host, options, done)

function guardedLookup(resolve: typeof resolveName): LookupFunction {
  return (host, options, done) => {
    resolve(host, { ...options, all: true }, (error, addresses) => {
      if (error !== null) return done(error, [])
      const found: readonly LookupAddress[] = addresses
      if (found.length === 0 || found.some(({ address }) => isSpecialAddress(address))) return done(notPublic(host), [])
      if (options.all === true) return done(null, [...found])
      const [first] = found
      return done(null, first?.address ?? '', first?.family)
    })
  }
}

/** One request, to wherever `connect` leads: who calls this has judged the URL. */
export function send(url: URL, options: OutboundRequest, connect: RequestOptions): Promise<OutboundAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<OutboundAnswer>()
  const maxBytes = options.maxBytes ?? MAX_BYTES
  const timeoutMs = options.timeoutMs ?? TIMEOUT_MS
  const sent = (url.protocol === 'http:' ? requestPlain : request)(url, {
    ...connect,
    // A connection of its own: a pooled one was checked for somebody else's request.
    agent: false,
    method: options.method ?? 'GET',
    headers: { accept: 'application/json', 'accept-encoding': 'identity', ...options.headers },
  })
  const deadline = setTimeout(
    () => sent.destroy(new OutboundError(`"${url.hostname}" did not answer within ${timeoutMs} ms`)),
    timeoutMs,
  )
  sent.on('response', (response) => {
    const chunks: Buffer[] = []
    let received = 0
    response.on('data', (chunk: Buffer) => {
      received += chunk.length
      chunks.push(chunk)
      if (received <= maxBytes) return
      // The rest may have arrived already, and would end the answer as if nothing had happened.
      reject(new OutboundError(`"${url.hostname}" answered with more than ${maxBytes} bytes`))
      sent.destroy()
    })
    response.on('end', () => {
      const headers = new Headers()
      for (const [name, values] of Object.entries(response.headersDistinct)) {
        for (const value of values ?? []) headers.append(name, value)
      }
      resolve({ status: response.statusCode ?? 0, headers, body: Buffer.concat(chunks).toString('utf8') })
    })
    response.on('error', reject)
  })
  sent.on('error', reject)
  sent.end(options.body)
  return promise.finally(() => clearTimeout(deadline))
}
