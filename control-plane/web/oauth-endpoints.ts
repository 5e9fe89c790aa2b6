import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

import type { Log } from '../kernel/log.ts'
import type { OAuthEndpoints } from '../oauth/consent.ts'
import { answerRaw } from './raw-answer.ts'

const MAX_BODY_BYTES = 64 * 1024

/** Registrations from one address; agents of one company share an address, so this is generous. */
const REGISTRATION_RATE = { max: 60, timeWindow: '1 minute' }

/** Mounts the authorization server. It gets the raw request; no parser of ours reads a token request. */
export async function oauthEndpoints(app: FastifyInstance, endpoints: OAuthEndpoints, log: Log): Promise<void> {
  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: MAX_BODY_BYTES }, (_request, body, done) =>
      done(null, body),
    )
    const pass = async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
      reply.hijack()
      for (const [name, value] of Object.entries(corsOf(request))) reply.raw.setHeader(name, value)
      const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
      await answerRaw(reply, log, () => endpoints.handle(request.raw, reply.raw, body))
    }
    scope.options('/oauth/*', preflight)
    for (const method of ['get', 'post', 'put', 'delete'] as const) scope[method]('/oauth/*', pass)
    scope.post('/oauth/register', { config: { rateLimit: REGISTRATION_RATE } }, pass)
    for (const path of ['/.well-known/oauth-authorization-server', '/.well-known/openid-configuration']) {
      scope.options(path, preflight)
      scope.get(path, pass)
    }
  })
}

/** Clients that run in a page read these from anywhere; no cookie counts there, so any origin may. */
export const preflight = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> =>
  reply
    .code(204)
    .headers({
      ...corsOf(request),
      'access-control-allow-methods': 'GET, POST, PUT, DELETE, OPTIONS',
      'access-control-allow-headers': 'authorization, content-type, accept, mcp-protocol-version',
      'access-control-max-age': '600',
    })
    .send()

/** Not on the authorization endpoint: that one is for a person's own navigation. */
export const corsOf = (request: FastifyRequest): Readonly<Record<string, string>> =>
  request.url.startsWith('/oauth/authorize')
    ? {}
    : { 'access-control-allow-origin': '*', 'access-control-expose-headers': 'WWW-Authenticate' }
