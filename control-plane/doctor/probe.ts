import { messageOf, systemCodeOf } from '../kernel/fault.ts'

/** An answer as far as the examination reads it. */
export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly json: unknown
}

/** Why there was none, in words. */
export class Unreachable extends Error {
  override readonly name = 'Unreachable'
}

/** Sends one request as a client would: no redirects followed, no cookies. */
export type Probe = (url: string, init?: RequestInit) => Promise<Answer>

/** Undefined where nothing answers. */
export const ask = (probe: Probe, url: string, init?: RequestInit): Promise<Answer | undefined> =>
  probe(url, init).catch((cause: unknown) => {
    if (cause instanceof Unreachable) return undefined
    throw cause
  })

const TIMEOUT_MS = 10_000
const MAX_BYTES = 256 * 1024

export const httpProbe: Probe = async (url, init = {}) => {
  try {
    const response = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(TIMEOUT_MS), ...init })
    const { status, headers } = response
    if (headers.get('content-type')?.includes('json') !== true) {
      await response.body?.cancel()
      return { status, headers, json: undefined }
    }
    return { status, headers, json: parse(await textOf(response)) }
  } catch (cause) {
    throw new Unreachable(reasonOf(url, cause), { cause })
  }
}

async function textOf(response: Response): Promise<string> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of response.body ?? []) {
    length += chunk.length
    if (length > MAX_BYTES) break
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function reasonOf(url: string, thrown: unknown): string {
  const { host } = new URL(url)
  const cause = thrown instanceof Error && thrown.cause !== undefined ? thrown.cause : thrown
  switch (systemCodeOf(cause) ?? '') {
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `the name "${host}" is not known`
    case 'ECONNREFUSED':
      return `nothing listens at ${host}`
    case 'ECONNRESET':
    case 'UND_ERR_SOCKET':
      return `${host} closed the connection`
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
      return `the certificate of ${host} is signed by nobody who is trusted here`
    case 'CERT_HAS_EXPIRED':
      return `the certificate of ${host} has expired`
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return `the certificate of ${host} is for another name`
  }
  if (cause instanceof Error && cause.name === 'TimeoutError')
    return `${host} did not answer within ${TIMEOUT_MS / 1000} s`
  return messageOf(cause)
}
