import type { IncomingMessage, ServerResponse } from 'node:http'

import { errors } from 'oidc-provider'
import type Provider from 'oidc-provider'

import type { Log } from '../kernel/log.ts'
import { isRecord } from '../kernel/record.ts'
import type { Support } from '../oauth/support.ts'
import type { AttemptNotes } from './attempt-notes.ts'
import { readClientRequest, type ClientRequest } from './client-request.ts'
import { describe } from './metadata.ts'
import type { RefreshRace } from './refresh-race.ts'
import type { Registrations } from './registration.ts'
import { answerStructuredToken, type AccessTokenDesk } from './structured-tokens.ts'

type Context = Parameters<Parameters<Provider['use']>[0]>[0]

export interface AuthorizationServerParts {
  readonly issuer: URL
  readonly support: () => Support
  /** `newClientId` gives the id for the request that is being answered. */
  readonly build: (newClientId: (request: object) => string) => Provider
  readonly refreshRace: RefreshRace
  readonly registrations: Registrations
  readonly accessTokens: AccessTokenDesk
  readonly guessResource: (address: string) => string | undefined
  readonly addressOf: (headers: NodeJS.Dict<string | string[]>) => string
  readonly notes: AttemptNotes
  readonly log: Log
}

/** The OAuth endpoints, behind the compat rules. The provider is rebuilt when keys rotate; requests see one or the other. */
export class AuthorizationServer {
  readonly #parts: AuthorizationServerParts
  readonly #requests = new WeakMap<object, ClientRequest>()
  readonly #clientIds = new WeakMap<object, string>()
  #provider: Provider
  #answer: ReturnType<Provider['callback']>

  constructor(parts: AuthorizationServerParts) {
    this.#parts = parts
    this.#provider = this.#open()
    this.#answer = this.#provider.callback()
  }

  get provider(): Provider {
    return this.#provider
  }

  /** Call after the signing keys, or what is supported, have changed. */
  rebuild(): void {
    this.#provider = this.#open()
    this.#answer = this.#provider.callback()
  }

  /** Answers a request to `/oauth/*` or to one of the metadata documents. */
  async handle(received: IncomingMessage, response: ServerResponse, body: Buffer): Promise<void> {
    const { issuer, support, guessResource, addressOf } = this.#parts
    let request: ClientRequest
    try {
      request = readClientRequest(received, body, {
        issuer,
        support: support(),
        guessResource: () => guessResource(addressOf(received.headers)),
      })
    } catch (cause) {
      if (!(cause instanceof errors.OIDCProviderError)) throw cause
      response.writeHead(cause.statusCode, { 'content-type': 'application/json', 'cache-control': 'no-store' })
      response.end(JSON.stringify({ error: cause.error, error_description: cause.error_description }))
      return
    }
    this.#requests.set(request.message, request)
    await this.#answer(request.message, response)
  }

  #open(): Provider {
    const { build, log, notes, support } = this.#parts
    const provider = build((request) => {
      const id = this.#clientIds.get(request)
      if (id === undefined) throw new Error('A registration that did not come through here')
      return id
    })
    // In the order in which a request meets them.
    provider.use(async (ctx, next) => {
      await next()
      this.#addReference(ctx)
    })
    provider.use(async (ctx, next) => {
      await next()
      if (ctx.path.startsWith('/.well-known/') && isRecord(ctx.body)) ctx.body = describe(ctx.body, support())
    })
    provider.use((ctx, next) => this.#register(ctx, next))
    provider.use((ctx, next) => this.#refreshOnce(ctx, next))
    provider.use((ctx, next) => this.#answerForOurTokens(ctx, next))
    notes.watch(provider)
    provider.on('server_error', (_ctx, cause) =>
      log.error('oauth.server_error', { message: cause.message, stack: cause.stack }),
    )
    const refused = (_ctx: unknown, cause: errors.OIDCProviderError): void =>
      log.warn('oauth.refused', {
        error: cause.error,
        description: cause.error_description,
        detail: cause.error_detail,
      })
    provider.on('authorization.error', refused)
    provider.on('device_authorization.error', refused)
    provider.on('grant.error', refused)
    provider.on('introspection.error', refused)
    provider.on('pushed_authorization_request.error', refused)
    provider.on('registration_create.error', refused)
    provider.on('registration_update.error', refused)
    provider.on('revocation.error', refused)
    return provider
  }

  /** So that a person can look up, by what their client shows, where it stopped. */
  #addReference(ctx: Context): void {
    const reference = this.#parts.notes.referenceOf(ctx.req)
    if (reference === undefined || ctx.status < 400 || !isRecord(ctx.body) || !('error' in ctx.body)) return
    const said = ctx.body['error_description']
    const words = typeof said === 'string' ? `${said} (reference ${reference})` : `reference ${reference}`
    ctx.body = { ...ctx.body, error_description: words }
  }

  async #register(ctx: Context, next: () => Promise<void>): Promise<void> {
    const { registrations } = this.#parts
    const metadata = this.#requests.get(ctx.req)?.metadata
    if (ctx.path === '/oauth/register') {
      if (metadata !== undefined) this.#clientIds.set(ctx.req, await registrations.idFor(metadata))
      return next()
    }
    if (!/^\/oauth\/register\//i.test(ctx.path) || ctx.method === 'GET') return next()
    const clientId = /^\/oauth\/register\/([\w-]+)$/.exec(ctx.path)?.[1]
    // Another spelling than ours (the library decodes it) is nobody's client; ctx stays at 404.
    if (clientId === undefined) return
    if (!(await registrations.mayManage(clientId))) {
      ctx.status = 403
      ctx.body = {
        error: 'access_denied',
        error_description: 'Others have registered the same client: register another one instead of changing it',
      }
      return
    }
    await next()
    if (ctx.status === 200) await registrations.changed(clientId)
    if (ctx.status === 204) await registrations.deleted(clientId)
  }

  /** The client has proven itself before its repetition is answered: the library does that, then finds the token spent. */
  async #refreshOnce(ctx: Context, next: () => Promise<void>): Promise<void> {
    const parameters = this.#requests.get(ctx.req)?.parameters
    const token = parameters?.get('refresh_token')
    if (ctx.path !== '/oauth/token' || parameters?.get('grant_type') !== 'refresh_token' || !token) return next()
    const { refreshRace } = this.#parts
    await refreshRace.turn(token, async () => {
      await next()
      const client = authenticatedClientOf(ctx)
      if (client === undefined) return
      if (ctx.status === 200 && isRecord(ctx.body)) {
        await refreshRace.keep(token, { clientId: client.clientId, body: ctx.body })
      } else if (isRecord(ctx.body) && ctx.body['error'] === 'invalid_grant') {
        const kept = await refreshRace.find(token)
        if (kept?.clientId !== client.clientId) return
        // What has been revoked since is not handed out again.
        if (this.#parts.accessTokens.find(String(kept.body['access_token'])) === undefined) return
        ctx.status = 200
        ctx.body = kept.body
      }
    })
  }

  async #answerForOurTokens(ctx: Context, next: () => Promise<void>): Promise<void> {
    await next()
    const endpoint = ENDPOINTS_FOR_TOKENS[ctx.path]
    const isOurs = isRecord(ctx.body) && ctx.body['error'] === 'unsupported_token_type'
    const client = authenticatedClientOf(ctx)
    const token = this.#requests.get(ctx.req)?.parameters.get('token')
    if (endpoint === undefined || !isOurs || client === undefined || !token) return
    const desk = this.#parts.accessTokens
    const answer = await answerStructuredToken(endpoint, { token, clientId: client.clientId, desk })
    // That of the refusal, which an empty answer would keep.
    ctx.remove('content-type')
    ctx.status = answer.status
    ctx.body = answer.body
  }
}

/** Set by the library once the client has authenticated. */
const authenticatedClientOf = (ctx: Context): { readonly clientId: string } | undefined =>
  'oidc' in ctx ? (ctx['oidc'] as { client?: { clientId: string } }).client : undefined

const ENDPOINTS_FOR_TOKENS: Readonly<Record<string, 'revoke' | 'introspect'>> = {
  '/oauth/revoke': 'revoke',
  '/oauth/introspect': 'introspect',
}
