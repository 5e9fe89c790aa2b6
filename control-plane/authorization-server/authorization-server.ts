import type { IncomingMessage, ServerResponse } from 'node:http'

import { errors } from 'oidc-provider'
import type Provider from 'oidc-provider'

import type { Log } from '../kernel/log.ts'
import { isRecord } from '../kernel/record.ts'
import { readClientRequest } from './client-request.ts'
import { RefreshRace } from './refresh-race.ts'

type Context = Parameters<Parameters<Provider['use']>[0]>[0]

/** The OAuth endpoints, behind the compat rules. The provider is rebuilt when keys rotate; requests see one or the other. */
export class AuthorizationServer {
  readonly #issuer: URL
  readonly #build: () => Provider
  readonly #log: Log
  readonly #race = new RefreshRace()
  readonly #parameters = new WeakMap<IncomingMessage, URLSearchParams>()
  #provider: Provider
  #answer: ReturnType<Provider['callback']>

  constructor(options: { issuer: URL; build: () => Provider; log: Log }) {
    this.#issuer = options.issuer
    this.#build = options.build
    this.#log = options.log
    this.#provider = this.#open()
    this.#answer = this.#provider.callback()
  }

  get provider(): Provider {
    return this.#provider
  }

  /** Call after the signing keys have changed. */
  rebuild(): void {
    this.#provider = this.#open()
    this.#answer = this.#provider.callback()
  }

  /** Answers a request to `/oauth/*` or to one of the metadata documents. */
  async handle(received: IncomingMessage, response: ServerResponse, body: Buffer): Promise<void> {
    let request: ReturnType<typeof readClientRequest>
    try {
      request = readClientRequest(received, body, this.#issuer)
    } catch (cause) {
      if (!(cause instanceof errors.OIDCProviderError)) throw cause
      response.writeHead(cause.statusCode, { 'content-type': 'application/json', 'cache-control': 'no-store' })
      response.end(JSON.stringify({ error: cause.error, error_description: cause.error_description }))
      return
    }
    this.#parameters.set(request.message, request.parameters)
    await this.#answer(request.message, response)
  }

  #open(): Provider {
    const provider = this.#build()
    provider.use(async (ctx, next) => this.#refreshOnce(ctx, next))
    provider.use(nameOurScopes)
    provider.on('server_error', (_ctx, cause) =>
      this.#log.error('oauth.server_error', { message: cause.message, stack: cause.stack }),
    )
    const refused = (_ctx: unknown, cause: errors.OIDCProviderError): void =>
      this.#log.warn('oauth.refused', {
        error: cause.error,
        description: cause.error_description,
        detail: cause.error_detail,
      })
    provider.on('authorization.error', refused)
    provider.on('grant.error', refused)
    provider.on('registration_create.error', refused)
    return provider
  }

  async #refreshOnce(ctx: Context, next: () => Promise<void>): Promise<void> {
    const parameters = this.#parameters.get(ctx.req)
    if (ctx.path !== '/oauth/token' || ctx.method !== 'POST' || parameters === undefined) return next()
    const credentials = ctx.get('authorization')
    const answer = await this.#race.answer({ parameters, credentials }, async () => {
      await next()
      return { status: ctx.status, body: ctx.body }
    })
    ctx.status = answer.status
    ctx.body = answer.body
    ctx.set('cache-control', 'no-store')
  }
}

/**
 * The library lists only OpenID Connect's scopes, not those of resources. Some clients (Gemini CLI) ask for every scope
 * that is listed, so the list is exactly what a tunnel knows.
 */
async function nameOurScopes(ctx: Context, next: () => Promise<void>): Promise<void> {
  await next()
  const body: unknown = ctx.body
  if (ctx.path.startsWith('/.well-known/') && isRecord(body) && 'issuer' in body) {
    ctx.body = { ...body, scopes_supported: ['mcp'] }
  }
}
