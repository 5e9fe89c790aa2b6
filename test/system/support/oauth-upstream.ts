import { randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

import { createLocalJWKSet, exportJWK, generateKeyPair, jwtVerify, type JWTPayload } from 'jose'
import { Provider, type KoaContextWithOIDC } from 'oidc-provider'

/** A call that the MCP server has let in. */
export interface LetIn {
  readonly token: string
  readonly claims: JWTPayload
}

/** An MCP server that demands OAuth, with an authorization server of its own (oidc-provider). */
export interface OAuthUpstream extends AsyncDisposable {
  /** The MCP server. */
  readonly port: number
  readonly url: string
  readonly issuer: string
  readonly letIn: LetIn[]
  /** Parameters of each authorization request. */
  readonly asked: URLSearchParams[]
  /** Bodies of each token request. */
  readonly tokenRequests: URLSearchParams[]
  /** Every request to the authorization server, as `METHOD /path`. */
  readonly visits: string[]
  /** Whoever signs in now is this one. */
  current: string
  /** What the answer to the question is. */
  denies: boolean
  /** Of the access tokens that are issued from now on. */
  tokenLifeS: number
  /** Tokens that the MCP server does not take, or all. */
  refused: Set<string> | 'all'
  /** Over what the MCP server says of itself. */
  resourceMetadata: Readonly<Record<string, unknown>>
  /** Over what the authorization server says of itself. */
  serverMetadata: Readonly<Record<string, unknown>>
  /** In the place of `iss` in its redirect; empty leaves it out. */
  answersAs: string | undefined
  /** Ends every grant: refresh tokens are worth nothing from then on. */
  revokeGrants(): Promise<void>
}

/** Each tool wants the scope of its name, but for `read`. */
const SCOPES = 'notes write'

export async function startOAuthUpstream(): Promise<OAuthUpstream> {
  const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true })
  const keys = createLocalJWKSet({ keys: [{ ...(await exportJWK(publicKey)), kid: 'k', alg: 'ES256' }] })
  const grants: string[] = []
  let provider: Provider | undefined
  const server = await listen(async (request, response) => {
    if (provider === undefined) throw new Error('Not yet')
    const { pathname, searchParams } = new URL(request.url ?? '/', server.origin)
    state.visits.push(`${request.method} ${pathname}`)
    if (pathname === '/auth') state.asked.push(searchParams)
    if (pathname === '/token') state.tokenRequests.push(new URLSearchParams(await bodyOf(request)))
    if (pathname.startsWith('/interaction/')) return answerInteraction(provider, request, response)
    await provider.callback()(request, response)
  })
  const mcp = await listen(async (request, response) => answerMcp(request, response))
  const url = `${mcp.origin}/mcp`

  const answerInteraction = async (at: Provider, request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (state.denies) {
      await at.interactionFinished(request, response, { error: 'access_denied' })
      return
    }
    const { params } = await at.interactionDetails(request, response)
    const grant = new at.Grant({ accountId: state.current, clientId: textOf(params['client_id']) })
    grant.addOIDCScope('openid offline_access')
    grant.addResourceScope(textOf(params['resource']), textOf(params['scope']))
    const grantId = await grant.save()
    grants.push(grantId)
    const result = { login: { accountId: state.current }, consent: { grantId } }
    await at.interactionFinished(request, response, result, { mergeWithLastSubmission: false })
  }

  const answerMcp = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const json = (status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): void => {
      response.writeHead(status, { 'content-type': 'application/json', ...headers })
      response.end(JSON.stringify(body))
    }
    const { pathname } = new URL(request.url ?? '/', mcp.origin)
    if (pathname === '/.well-known/oauth-protected-resource/mcp') {
      return json(200, { resource: url, authorization_servers: [server.origin], ...state.resourceMetadata })
    }
    const body = await bodyOf(request)
    const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? ''
    const verified = await jwtVerify(token, keys, { issuer: server.origin, audience: url }).catch(() => undefined)
    if (verified === undefined || state.refused === 'all' || state.refused.has(token)) {
      const metadata = `${mcp.origin}/.well-known/oauth-protected-resource/mcp`
      return json(401, {}, { 'www-authenticate': `Bearer resource_metadata="${metadata}", scope="notes"` })
    }
    const message = JSON.parse(body) as { id: unknown; params?: { name?: string } }
    const needed = message.params?.name ?? 'read'
    const { payload: claims } = verified
    if (needed !== 'read' && !String(claims['scope']).split(' ').includes(needed)) {
      return json(403, {}, { 'www-authenticate': `Bearer error="insufficient_scope", scope="${needed}"` })
    }
    state.letIn.push({ token, claims })
    json(200, { jsonrpc: '2.0', id: message.id, result: { who: claims.sub } })
  }

  const state: OAuthUpstream = {
    port: mcp.port,
    url,
    issuer: server.origin,
    letIn: [],
    asked: [],
    tokenRequests: [],
    visits: [],
    current: '',
    denies: false,
    tokenLifeS: 600,
    refused: new Set(),
    resourceMetadata: {},
    serverMetadata: {},
    answersAs: undefined,
    async revokeGrants() {
      for (const id of grants.splice(0)) {
        await provider?.RefreshToken.revokeByGrantId(id)
        await (await provider?.Grant.find(id))?.destroy()
      }
    },
    async [Symbol.asyncDispose]() {
      await mcp[Symbol.asyncDispose]()
      await server[Symbol.asyncDispose]()
    },
  }
  provider = new Provider(server.origin, {
    jwks: { keys: [{ ...(await exportJWK(privateKey)), kid: 'k', alg: 'ES256', use: 'sig' }] },
    scopes: ['openid', 'offline_access'],
    cookies: { keys: [randomBytes(16).toString('hex')] },
    ttl: { Grant: 86_400, Interaction: 600, RefreshToken: 86_400, Session: 3600 },
    clientDefaults: { id_token_signed_response_alg: 'ES256' },
    enabledJWA: { idTokenSigningAlgValues: ['ES256'] },
    features: {
      devInteractions: { enabled: false },
      registration: { enabled: true },
      revocation: { enabled: true },
      resourceIndicators: {
        enabled: true,
        useGrantedResource: () => true,
        getResourceServerInfo: (_ctx, resource) => ({
          scope: SCOPES,
          audience: resource,
          accessTokenFormat: 'jwt',
          accessTokenTTL: state.tokenLifeS,
          jwt: { sign: { alg: 'ES256' } },
        }),
      },
    },
    issueRefreshToken: async () => true,
    interactions: { url: (_ctx, { uid }) => `/interaction/${uid}` },
    findAccount: (_ctx, sub) => ({ accountId: sub, claims: () => ({ sub }) }),
  })
  provider.use(async (ctx: KoaContextWithOIDC, next) => {
    await next()
    if (ctx.path.startsWith('/.well-known/')) ctx.body = { ...(ctx.body as object), ...state.serverMetadata }
    const location = textOf(ctx.response.get('location'))
    if (state.answersAs === undefined || !location.includes('code=')) return
    const back = new URL(location)
    if (state.answersAs === '') back.searchParams.delete('iss')
    else back.searchParams.set('iss', state.answersAs)
    ctx.set('location', back.href)
  })
  return state
}

async function listen(
  answer: (request: IncomingMessage, response: ServerResponse) => void | Promise<void>,
): Promise<AsyncDisposable & { readonly origin: string; readonly port: number }> {
  const server = createServer((request, response) => {
    Promise.resolve(answer(request, response)).catch((cause: unknown) => {
      response.statusCode = 500
      response.end(String(cause))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    origin: `http://127.0.0.1:${port}`,
    port,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

const textOf = (parameter: unknown): string => (typeof parameter === 'string' ? parameter : '')

/** Read once, and left on the request where the provider looks for it. */
async function bodyOf(request: IncomingMessage & { body?: string }): Promise<string> {
  let text = ''
  for await (const chunk of request) text += String(chunk)
  request.body = text
  return text
}
