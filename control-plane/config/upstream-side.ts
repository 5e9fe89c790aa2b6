import { z } from 'zod'

import { Secret } from '../kernel/secret.ts'
import type { UpstreamHeader, UpstreamSide } from '../routes/upstream-side.ts'
import { headerValue, readHeaderValue } from './header-value.ts'
import type { Finding } from './problem.ts'
import type { Reading } from './secret.ts'
import { upstreamOAuthOf, upstreamOAuthSchema } from './upstream-oauth.ts'

/** Keys of a route that say what its upstream gets. */
export const upstreamSideShape = {
  pass_identity_headers: z.boolean().optional(),
  set_request_headers: z.record(z.string(), headerValue).optional(),
  jwt_claims_headers: z.unknown().optional(),
  upstream_oauth: upstreamOAuthSchema.optional(),
}

const document = z.object(upstreamSideShape)
type Document = z.infer<typeof document>
type Path = Finding['path']

const NAME = /^[a-z0-9!#$%&'*+.^`|~-]{1,100}$/

/** What clients may not say, and what belongs to one connection or to the message itself (RFC 9110 §7.6.1, §8). */
const OURS = ['x-sallyport-', 'x-pomerium-', 'x-forwarded-', 'x-envoy-', 'mcp-', 'proxy-']
const RESERVED = new Set([
  'accept',
  'connection',
  'content-encoding',
  'content-length',
  'content-type',
  'dpop',
  'expect',
  'forwarded',
  'host',
  'keep-alive',
  'last-event-id',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'x-http-method',
  'x-http-method-override',
  'x-method-override',
  'x-original-url',
  'x-real-ip',
  'x-request-id',
  'x-rewrite-url',
])

/** `to` is undefined for a route that is served over SSH. */
export function upstreamSideOf(written: Document, to: URL | undefined, path: Path, at: Reading): UpstreamSide {
  if (written.jwt_claims_headers !== undefined) {
    at.findings.push({
      path: [...path, 'jwt_claims_headers'],
      message: 'Claims in headers of their own are not signed, so they are not sent',
      hint: 'use "pass_identity_headers: true": the signed assertion has the claims',
    })
  }
  const headers = headersOf(written.set_request_headers ?? {}, [...path, 'set_request_headers'], at)
  const oauth = written.upstream_oauth && upstreamOAuthOf(written.upstream_oauth, to, [...path, 'upstream_oauth'], at)
  if (oauth !== undefined && headers.some(({ name }) => name === 'authorization')) {
    const hint = 'remove "Authorization" from set_request_headers, or upstream_oauth'
    at.findings.push({ path: [...path, 'upstream_oauth'], message: 'The upstream would get two credentials', hint })
  }
  return { passIdentity: written.pass_identity_headers ?? false, headers, oauth }
}

function headersOf(
  written: NonNullable<Document['set_request_headers']>,
  path: Path,
  at: Reading,
): readonly UpstreamHeader[] {
  const headers: UpstreamHeader[] = []
  for (const [spelled, source] of Object.entries(written)) {
    const place = [...path, spelled]
    const name = spelled.toLowerCase()
    const problem = headers.some((other) => other.name === name) ? 'is set twice' : problemOf(name)
    const value = readHeaderValue(source, place, at)
    if (problem !== undefined) at.findings.push({ path: place, message: `The header "${spelled}" ${problem}` })
    else if (value !== undefined) headers.push({ name, value: new Secret(value) })
  }
  return headers
}

function problemOf(name: string): string | undefined {
  // Some servers read `_` and `-` as one.
  const read = name.replaceAll('_', '-')
  if (RESERVED.has(read) || OURS.some((prefix) => read.startsWith(prefix))) return 'is set by the gateway or the client'
  return NAME.test(name) ? undefined : 'has characters that no header name has'
}
