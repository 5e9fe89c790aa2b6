/** An MCP server that demands OAuth, its authorization server, and everything else outside, as a table. */
import { silentLog } from '../../control-plane/kernel/log.ts'
import type { OutboundRequest } from '../../control-plane/outbound/outbound.ts'
import type { UpstreamOAuthTerms } from '../../control-plane/routes/upstream-side.ts'
import type { ConnectRequest } from '../../control-plane/upstream-connections/upstream-server.ts'
import type { RegisteredClient } from '../../control-plane/upstream-oauth/client-store.ts'
import { UpstreamOAuth } from '../../control-plane/upstream-oauth/upstream-oauth.ts'

export const URL_THERE = 'https://mcp.example/mcp'
export const ISSUER = 'https://as.example'
export const CALLBACK = 'https://gateway.example/upstream/callback/notes'
export const DOCUMENT = 'https://gateway.example/oauth/client-metadata/upstream/notes'
export const PRM = 'https://mcp.example/.well-known/oauth-protected-resource'
export const METADATA = 'https://as.example/.well-known/oauth-authorization-server'
export const SECRETS = { state: 'state-1', verifier: 'v'.repeat(43) }

export interface Reply {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
}

export const resource = { resource: URL_THERE, authorization_servers: [ISSUER], scopes_supported: ['a', 'b'] }
export const metadata = {
  issuer: ISSUER,
  authorization_endpoint: `${ISSUER}/authorize`,
  token_endpoint: `${ISSUER}/token`,
  registration_endpoint: `${ISSUER}/register`,
  revocation_endpoint: `${ISSUER}/revoke`,
  code_challenge_methods_supported: ['S256'],
}

/** The world outside as a table; what is not in it does not answer. */
export class World {
  readonly sent: { readonly url: string; readonly request: OutboundRequest }[] = []
  readonly registered = new Map<string, RegisteredClient>()
  nowMs = 0
  readonly pages: Record<string, Reply | (() => Reply)> = {
    [URL_THERE]: { status: 401, headers: { 'www-authenticate': 'Bearer' } },
    [`${PRM}/mcp`]: { body: resource },
    [METADATA]: { body: metadata },
    [`${ISSUER}/register`]: { status: 201, body: { client_id: 'us-1', client_secret: 'hush' } },
    [`${ISSUER}/token`]: { body: { access_token: 'token-1', token_type: 'Bearer', expires_in: 60 } },
    [`${ISSUER}/revoke`]: { body: {} },
  }

  open(terms: Partial<UpstreamOAuthTerms> = {}, clientDocument?: string): UpstreamOAuth {
    const all = { url: URL_THERE, scopes: undefined, issuer: undefined, client: undefined, ...terms }
    return new UpstreamOAuth(
      all,
      { route: 'notes', redirectUri: CALLBACK, clientDocument },
      {
        fetch: async (url, request = {}) => {
          this.sent.push({ url, request })
          const page = this.pages[url]
          if (page === undefined) throw new Error('no route to host')
          const { status = 200, headers = {}, body } = typeof page === 'function' ? page() : page
          const text = body === undefined ? '' : JSON.stringify(body)
          return { status, headers: new Headers({ 'content-type': 'application/json', ...headers }), body: text }
        },
        clients: {
          find: async ({ issuer }) => this.registered.get(issuer),
          put: async ({ issuer }, client) => void this.registered.set(issuer, client),
          remove: async ({ issuer }) => void this.registered.delete(issuer),
        },
        clock: { nowMs: () => this.nowMs },
        log: silentLog,
      },
    )
  }

  urls(): readonly string[] {
    return this.sent.map(({ url }) => url)
  }

  lastTo(url: string): OutboundRequest {
    const sent = this.sent.findLast((each) => each.url === url)
    if (sent === undefined) throw new Error(`Nothing was sent to ${url}`)
    return sent.request
  }
}

export async function prepared(oauth: UpstreamOAuth, wanted?: string): Promise<ConnectRequest> {
  const request = await oauth.prepare(wanted)
  if (!request.ok) throw new Error(request.error.detail)
  return request.value
}

export const answered = (over: Readonly<Record<string, string>> = {}): URL => {
  const url = new URL(CALLBACK)
  url.search = new URLSearchParams({ code: 'code-1', state: SECRETS.state, ...over }).toString()
  return url
}
