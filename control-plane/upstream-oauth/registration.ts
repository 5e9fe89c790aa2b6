import { Fault } from '../kernel/fault.ts'
import { isLoopbackHostname } from '../kernel/loopback.ts'
import { isRecord } from '../kernel/record.ts'
import { Secret } from '../kernel/secret.ts'
import type { OutboundFetch } from '../outbound/outbound.ts'
import type { RegisteredClient, UpstreamClient } from './client-store.ts'
import { TIMEOUT_MS } from './read-json.ts'
import type { ServerMetadata } from './server-metadata.ts'

/** Best first: a secret that only we know keeps a stolen refresh token from being used elsewhere. */
const METHODS: readonly UpstreamClient['method'][] = ['client_secret_basic', 'client_secret_post', 'none']

/** What we are, in the words of RFC 7591 §2. The client document says the same. */
export const clientMetadata = (redirectUri: string): Readonly<Record<string, unknown>> => ({
  client_name: 'Sallyport',
  redirect_uris: [redirectUri],
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
  // OpenID Connect Registration §2: a web client answers on https alone.
  application_type: isLoopbackHostname(new URL(redirectUri).hostname) ? 'native' : 'web',
})

/** Registers us (RFC 7591 §3). */
export async function register(
  server: ServerMetadata,
  redirectUri: string,
  fetch: OutboundFetch,
): Promise<RegisteredClient> {
  const method = METHODS.find((each) => server.authenticationMethods.includes(each))
  if (server.registrationEndpoint === undefined || method === undefined) {
    throw new Fault('upstream.misconfigured', `${server.issuer} takes no client that it does not know already`, {
      hint: 'register this gateway there and set "upstream_oauth.client_id"',
    })
  }
  const { status, body } = await fetch(server.registrationEndpoint, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...clientMetadata(redirectUri), token_endpoint_auth_method: method }),
    timeoutMs: TIMEOUT_MS,
  })
  const answer = parse(body)
  const id = answer?.['client_id']
  if (status !== 201 && status !== 200) throw refused(server, `answered ${status} to our registration`)
  if (typeof id !== 'string' || id === '') throw refused(server, 'registered nobody')
  const { client_secret: secret, client_secret_expires_at: expiresAt, token_endpoint_auth_method: given } = answer ?? {}
  const agreed = METHODS.find((each) => each === given) ?? method
  if (agreed !== 'none' && typeof secret !== 'string') throw refused(server, 'registered us without a secret')
  return {
    id,
    secret: agreed === 'none' ? undefined : new Secret(String(secret)),
    method: agreed,
    redirectUri,
    expiresAtMs: typeof expiresAt === 'number' && expiresAt > 0 ? expiresAt * 1000 : undefined,
  }
}

function parse(body: string): Record<string, unknown> | undefined {
  try {
    const json: unknown = JSON.parse(body)
    return isRecord(json) ? json : undefined
  } catch {
    return undefined
  }
}

const refused = ({ issuer }: ServerMetadata, what: string): Fault =>
  new Fault('upstream.misconfigured', `${issuer} ${what}`)
