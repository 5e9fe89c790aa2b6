import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

import type { Attempts } from '../attempts/attempts.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Log } from '../kernel/log.ts'
import type { OAuthEndpoints } from '../oauth/consent.ts'
import type { RegistrationBudget } from '../oauth/registration-budget.ts'
import { networkOf } from './browser.ts'
import { answerRaw } from './raw-answer.ts'

const MAX_BODY_BYTES = 64 * 1024

/**
 * The library reads paths without regard to case and to a slash at their end, our rules and limits do not. So nothing
 * reaches it but these, exactly as written: another spelling would be a way around them.
 */
const ENDPOINTS = [
  ['GET', '/oauth/authorize'],
  ['GET', '/oauth/authorize/:uid([\\w-]+)'],
  ['POST', '/oauth/token'],
  // Where clients of the 2025-03-26 revision, and the Python SDK after a restart, take it to be.
  ['POST', '/token'],
  ['POST', '/oauth/revoke'],
  ['POST', '/oauth/introspect'],
  ['POST', '/oauth/par'],
  ['POST', '/oauth/device-authorization'],
  ['GET', '/oauth/jwks'],
  // Where a browser in which another account has answered is sent once, to forget the one before.
  ['POST', '/oauth/end-session/confirm'],
  ['GET', '/oauth/register/:clientId([\\w-]+)'],
  ['PUT', '/oauth/register/:clientId([\\w-]+)'],
  ['DELETE', '/oauth/register/:clientId([\\w-]+)'],
  ['GET', '/.well-known/oauth-authorization-server'],
  ['GET', '/.well-known/openid-configuration'],
] as const

/** Each of these leaves something in the store until it expires; many people may share a network. */
const BEGINNINGS: ReadonlySet<string> = new Set(['/oauth/authorize', '/oauth/par', '/oauth/device-authorization'])
const BEGINNING_RATE = { max: 300, timeWindow: '1 minute' }

/** Mounts the authorization server. It gets the raw request; no parser of ours reads a token request. */
export async function oauthEndpoints(
  app: FastifyInstance,
  ports: { endpoints: OAuthEndpoints; registrations: RegistrationBudget; attempts: Attempts; clock: Clock; log: Log },
): Promise<void> {
  const { endpoints, registrations, clock, log } = ports
  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: MAX_BODY_BYTES }, (_request, body, done) =>
      done(null, body),
    )
    // What a client says of its body may be no media type at all: that is for the rules behind this to judge.
    scope.addHook('onRequest', async (request) => {
      if (request.headers['content-type'] !== undefined)
        request.headers = { 'content-type': 'application/octet-stream' }
    })
    scope.setErrorHandler((cause: Error & { statusCode?: number }, request, reply) => {
      // A person reads it: they get a page.
      if (request.url.startsWith('/oauth/authorize')) throw cause
      const status = cause.statusCode ?? 500
      if (status >= 500) log.error('oauth.request_failed', { message: cause.message, stack: cause.stack })
      return reply
        .code(status)
        .headers({ ...corsOf(request), 'cache-control': 'no-store' })
        .send(errorOf(status))
    })
    const pass = async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
      if (request.url.startsWith('/.well-known/')) {
        const network = networkOf(request)
        ports.attempts.note({ step: 'server_metadata', outcome: 'done', atMs: clock.nowMs(), network })
      }
      reply.hijack()
      for (const [name, value] of Object.entries(corsOf(request))) reply.raw.setHeader(name, value)
      const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
      await answerRaw(reply, log, () => endpoints.handle(request.raw, reply.raw, body))
    }
    for (const path of ['/oauth/*', ...ENDPOINTS.map(([, path]) => path).filter((path) => path.startsWith('/.'))]) {
      scope.options(path, preflight)
    }
    for (const [method, url] of ENDPOINTS) {
      scope.route({ method, url, handler: pass, config: BEGINNINGS.has(url) ? { rateLimit: BEGINNING_RATE } : {} })
    }
    scope.post('/oauth/register', async (request, reply) => {
      const tooMany = registrations.take(networkOf(request), clock.nowMs())
      if (tooMany === undefined) return pass(request, reply)
      const seconds = Math.ceil(tooMany.retryAfterMs / 1000)
      return reply
        .code(429)
        .headers({ ...corsOf(request), 'retry-after': String(seconds), 'cache-control': 'no-store' })
        .send({
          error: 'temporarily_unavailable',
          error_description: `Too many clients have registered from your network: try again in ${seconds} s`,
        })
    })
  })
}

/** RFC 6749 section 5.2; for what it has no code of, the one of section 4.1.2.1. */
function errorOf(status: number): { readonly error: string; readonly error_description: string } {
  if (status >= 500) return { error: 'server_error', error_description: 'Something went wrong in the gateway' }
  if (status === 429)
    return { error: 'temporarily_unavailable', error_description: 'Too many requests from your network: wait a minute' }
  if (status === 413)
    return { error: 'invalid_request', error_description: `The body is longer than ${MAX_BODY_BYTES / 1024} KB` }
  return { error: 'invalid_request', error_description: 'The request cannot be read' }
}

/** Clients that run in a page read these from anywhere; no cookie counts there, so any origin may. */
export const preflight = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> =>
  reply
    .code(204)
    .headers({
      ...corsOf(request),
      'access-control-allow-methods': 'GET, POST, PUT, DELETE, OPTIONS',
      'access-control-allow-headers': 'authorization, content-type, accept, dpop, mcp-protocol-version',
      'access-control-max-age': '600',
    })
    .send()

/** Not on the authorization endpoint: that one is for a person's own navigation. */
export const corsOf = (request: FastifyRequest): Readonly<Record<string, string>> =>
  request.url.startsWith('/oauth/authorize')
    ? {}
    : { 'access-control-allow-origin': '*', 'access-control-expose-headers': 'WWW-Authenticate, DPoP-Nonce' }
