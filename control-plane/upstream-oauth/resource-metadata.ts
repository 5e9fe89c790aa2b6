import { Fault } from '../kernel/fault.ts'
import { resourceMetadataPlaces } from '../kernel/well-known.ts'
import type { OutboundFetch } from '../outbound/outbound.ts'
import { bearerChallengeOf, scopeNames } from '../upstream-connections/challenge.ts'
import { isWithin } from '../upstream-connections/resource.ts'
import { readJson, textIn, textsIn, TIMEOUT_MS, type Json } from './read-json.ts'

/** What a server says of itself as a protected resource (RFC 9728 §2). */
export interface ResourceMetadata {
  readonly resource: string
  readonly issuer: string
  /** Of the challenge, else what the metadata lists (MCP 2025-11-25, scope selection). */
  readonly scopes: readonly string[]
}

/** Looks where the server's own challenge points, then at the two well-known places (MCP 2025-11-25). */
export async function findResourceMetadata(url: string, fetch: OutboundFetch): Promise<ResourceMetadata> {
  const challenge = await challengeOf(url, fetch)
  const pointed = challenge?.get('resource_metadata')
  // A server that points somewhere means that place and no other.
  const places = pointed === undefined ? resourceMetadataPlaces(url) : [pointed]
  for (const place of new Set(places)) {
    const metadata = await readJson(fetch, place)
    if (metadata !== undefined) return judged(url, metadata, challenge?.get('scope'))
  }
  throw new Fault('upstream.misconfigured', `${new URL(url).origin} does not say which authorization server it trusts`)
}

function judged(url: string, metadata: Json, challenged: string | undefined): ResourceMetadata {
  const resource = textIn(metadata, 'resource')
  // RFC 9728 §3.3: metadata of another server would have us ask for tokens that are good there.
  if (resource === undefined || !isWithin(url, resource)) {
    throw new Fault('upstream.untrusted', `The metadata of ${url} is about another server`)
  }
  const [issuer] = textsIn(metadata, 'authorization_servers') ?? []
  if (issuer === undefined) {
    throw new Fault('upstream.misconfigured', `The metadata of ${url} names no authorization server`)
  }
  const scopes = scopeNames(challenged)
  const listed = scopeNames(textsIn(metadata, 'scopes_supported')?.join(' '))
  return { resource, issuer, scopes: scopes.length > 0 ? scopes : listed }
}

/** Asks without a token; undefined for a server that lets us in or does not answer in time, such as one that streams. */
async function challengeOf(url: string, fetch: OutboundFetch): Promise<ReadonlyMap<string, string> | undefined> {
  const request = {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
    body: '{"jsonrpc":"2.0","id":1,"method":"ping"}',
    timeoutMs: TIMEOUT_MS,
  } as const
  const answer = await fetch(url, request).catch(() => undefined)
  const header = answer?.status === 401 ? answer.headers.get('www-authenticate') : null
  return header == null ? undefined : bearerChallengeOf(header)
}
