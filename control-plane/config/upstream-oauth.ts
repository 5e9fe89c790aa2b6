import { z } from 'zod'

import { isLoopbackHostname } from '../kernel/loopback.ts'
import type { UpstreamOAuthTerms } from '../routes/upstream-side.ts'
import type { Finding } from './problem.ts'
import { readSecret, type Reading } from './secret.ts'

const url = z.string().refine((text) => URL.canParse(text), 'Expected a URL')

export const upstreamOAuthSchema = z.strictObject({
  url: url.optional(),
  scopes: z.array(z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]+$/, 'Expected a scope, without spaces')).optional(),
  issuer: url.optional(),
  client_id: z.string().min(1).optional(),
  client_secret_file: z.string().optional(),
  client_secret_env: z.string().optional(),
})

type Document = z.infer<typeof upstreamOAuthSchema>

/** `to` is the route's own, `path` that of the object. Undefined with a finding where it cannot work. */
export function upstreamOAuthOf(
  written: Document,
  to: URL | undefined,
  path: Finding['path'],
  at: Reading,
): UpstreamOAuthTerms | undefined {
  const before = at.findings.length
  const find = (key: string | undefined, message: string, hint?: string): void =>
    void at.findings.push({ path: key === undefined ? path : [...path, key], message, hint })
  if (to === undefined) {
    find(
      undefined,
      'Sallyport signs in only at servers that it reaches itself',
      'use "to" instead of "upstream_tunnel"',
    )
    return undefined
  }
  if (isInTheClear(to)) {
    find(undefined, 'Tokens would travel in the clear', 'write https in "to"')
  }
  const server = new URL(written.url ?? '/mcp', to)
  if (server.origin !== to.origin || server.search + server.hash + server.username !== '') {
    find('url', `"${written.url}" is not on the server that "to" names`, `it begins with ${to.origin}/`)
  }
  const secret = readSecret(
    { name: 'client_secret', file: written.client_secret_file, env: written.client_secret_env },
    path,
    at,
  )
  const { client_id: id, issuer } = written
  const hasSecret = written.client_secret_file !== undefined || written.client_secret_env !== undefined
  if (id === undefined && hasSecret) find(undefined, 'A client secret needs its "client_id"')
  if (issuer === undefined && hasSecret) {
    const hint = 'a secret is sent to no other server than the one that gave it'
    find(undefined, 'A client secret needs the "issuer" that gave it', hint)
  }
  if (issuer !== undefined && isInTheClear(new URL(issuer))) find('issuer', 'Expected an https URL')
  if (at.findings.length > before) return undefined
  return {
    url: server.href.replace(/\/+$/, ''),
    scopes: written.scopes,
    issuer,
    client: id === undefined ? undefined : { id, secret },
  }
}

const isInTheClear = ({ protocol, hostname }: URL): boolean => protocol !== 'https:' && !isLoopbackHostname(hostname)
