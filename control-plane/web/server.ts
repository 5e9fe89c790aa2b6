import { chmod, rm } from 'node:fs/promises'

import cookie from '@fastify/cookie'
import csrf from '@fastify/csrf-protection'
import formbody from '@fastify/formbody'
import rateLimit from '@fastify/rate-limit'
import Fastify, { type FastifyInstance, type FastifyRequest } from 'fastify'

import type { Log } from '../kernel/log.ts'
import { neighbourhoodOf } from '../kernel/neighbourhood.ts'
import type { Secret } from '../kernel/secret.ts'
import { clientAddressOf, show } from './browser.ts'
import { message } from './pages/layout.ts'

/** Path prefixes and paths of our own host that are ours; no tunnel can be called like one of their first segments. */
export const WEB_PREFIXES = [
  '/.well-known/',
  '/oauth/',
  '/interaction/',
  '/sign-in/',
  '/device/',
  '/attempts/',
  '/grants/',
  '/keys/',
  '/reviews/',
  '/account/',
  '/upstream/',
] as const
export const WEB_PATHS = [
  '/',
  '/sign-in',
  '/sign-out',
  '/device',
  '/attempts',
  '/account',
  '/apps',
  '/keys',
  '/reviews',
  '/token',
  '/favicon.ico',
  '/robots.txt',
] as const

export interface WebServer extends AsyncDisposable {
  readonly app: FastifyInstance
}

/** Connections that may wait to be accepted: a thousand clients may all renew their tokens at once after an outage. */
const BACKLOG = 4096

/** The web role on a unix socket: reached through Envoy only. `mount` adds the routes. */
export async function openWebServer(
  options: { socketPath: string; secure: boolean; cookieKey: Secret<string>; log: Log },
  mount: (app: FastifyInstance) => Promise<void>,
): Promise<WebServer> {
  const app = Fastify({ bodyLimit: 64 * 1024, forceCloseConnections: true })
  await app.register(cookie, { secret: options.cookieKey.reveal() })
  await app.register(csrf, {
    cookieKey: options.secure ? '__Host-sallyport_csrf' : 'sallyport_csrf',
    cookieOpts: { signed: true, httpOnly: true, sameSite: 'lax', path: '/', secure: options.secure },
  })
  await app.register(rateLimit, { global: false, keyGenerator: (request) => neighbourhoodOf(clientAddressOf(request)) })
  await app.register(formbody)
  app.addHook('onRequest', async (request, reply) => {
    if (isForeignForm(request)) return show(reply, message('Not done', 'This form belongs to another site.'), 403)
  })
  app.setErrorHandler((cause: Error & { statusCode?: number }, request, reply) => {
    const status = cause.statusCode ?? 500
    if (status >= 500)
      options.log.error('web.request_failed', {
        url: request.routeOptions.url,
        message: cause.message,
        stack: cause.stack,
      })
    const text =
      status === 429
        ? 'Too many tries. Wait a minute.'
        : status === 403
          ? 'The form has expired. Go back, reload, and try again.'
          : 'That did not work.'
    return show(reply, message(status >= 500 ? 'Something went wrong here' : 'Not done', text), status)
  })
  app.setNotFoundHandler((_request, reply) =>
    show(reply, message('Not found', 'There is nothing at this address.'), 404),
  )
  app.get('/robots.txt', async (_request, reply) => reply.type('text/plain').send('User-agent: *\nDisallow: /\n'))
  app.get('/favicon.ico', async (_request, reply) => reply.code(204).send())
  await mount(app)
  // Left behind by a gateway that was killed; a running one was found before.
  await rm(options.socketPath, { force: true })
  await app.listen({ path: options.socketPath, backlog: BACKLOG })
  await chmod(options.socketPath, 0o600)
  return { app, [Symbol.asyncDispose]: async () => app.close() }
}

/**
 * Cookies know no ports: another server on this computer, or a host beside ours, could plant a pair of CSRF cookie and
 * token that it got for itself. What the browser says of a form's origin cannot be planted.
 */
const isForeignForm = ({ method, url, headers }: FastifyRequest): boolean => {
  const site = headers['sec-fetch-site']
  return (
    method === 'POST' && !url.startsWith('/oauth/') && site !== undefined && site !== 'same-origin' && site !== 'none'
  )
}
