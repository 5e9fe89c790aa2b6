import { Fault } from '../kernel/fault.ts'
import { isLoopbackHostname } from '../kernel/loopback.ts'
import { serverMetadataPlaces } from '../kernel/well-known.ts'
import type { OutboundFetch } from '../outbound/outbound.ts'
import { readJson, textIn, textsIn, type Json } from './read-json.ts'

/** An authorization server as far as we use it (RFC 8414 §2). */
export interface ServerMetadata {
  readonly issuer: string
  readonly authorizationEndpoint: string
  readonly tokenEndpoint: string
  readonly registrationEndpoint: string | undefined
  readonly revocationEndpoint: string | undefined
  readonly answersWithIssuer: boolean
  readonly takesClientDocuments: boolean
  readonly authenticationMethods: readonly string[]
  readonly scopes: readonly string[]
}

export async function findServerMetadata(issuer: string, fetch: OutboundFetch): Promise<ServerMetadata> {
  if (!URL.canParse(issuer)) throw unusable(issuer, 'is no URL')
  for (const place of serverMetadataPlaces(issuer)) {
    const metadata = await readJson(fetch, place)
    if (metadata !== undefined) return judged(issuer, metadata)
  }
  throw unusable(issuer, 'has no metadata')
}

function judged(issuer: string, metadata: Json): ServerMetadata {
  // RFC 8414 §3.3: exactly the same, or an answer of one server could be taken for another's.
  if (metadata['issuer'] !== issuer) throw new Fault('upstream.untrusted', `${issuer} calls itself something else`)
  // MCP 2025-11-25: a server that does not say that it checks PKCE is not used.
  if (textsIn(metadata, 'code_challenge_methods_supported')?.includes('S256') !== true) {
    throw unusable(issuer, 'does not offer PKCE with S256')
  }
  const endpoint = (name: string): string | undefined => {
    const url = textIn(metadata, name)
    if (url !== undefined && !isUsable(url, issuer)) throw unusable(issuer, `has a "${name}" that is not https`)
    return url
  }
  const authorizationEndpoint = endpoint('authorization_endpoint')
  const tokenEndpoint = endpoint('token_endpoint')
  if (authorizationEndpoint === undefined || tokenEndpoint === undefined) throw unusable(issuer, 'lacks an endpoint')
  return {
    issuer,
    authorizationEndpoint,
    tokenEndpoint,
    registrationEndpoint: endpoint('registration_endpoint'),
    revocationEndpoint: endpoint('revocation_endpoint'),
    answersWithIssuer: metadata['authorization_response_iss_parameter_supported'] === true,
    takesClientDocuments: metadata['client_id_metadata_document_supported'] === true,
    authenticationMethods: textsIn(metadata, 'token_endpoint_auth_methods_supported') ?? ['client_secret_basic'],
    scopes: textsIn(metadata, 'scopes_supported') ?? [],
  }
}

/** A browser follows the one for people: it leads to https, or from a plain server of this computer to its neighbour. */
function isUsable(address: string, issuer: string): boolean {
  if (!URL.canParse(address)) return false
  const [url, from] = [new URL(address), new URL(issuer)]
  if (url.protocol === 'https:') return url.username === '' && url.password === ''
  return url.protocol === 'http:' && from.protocol === 'http:' && isLoopbackHostname(url.hostname)
}

const unusable = (issuer: string, what: string): Fault => new Fault('upstream.misconfigured', `${issuer} ${what}`)
