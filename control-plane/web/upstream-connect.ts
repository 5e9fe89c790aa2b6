import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

import type { User } from '../identity/user.ts'
import type { Log } from '../kernel/log.ts'
import type { UpstreamConnections } from '../upstream-connections/connections.ts'
import type { ConnectProblem, ConnectRequest, UpstreamServer } from '../upstream-connections/upstream-server.ts'
import { show, type Browser } from './browser.ts'
import { field, type Fields } from './fields.ts'
import { message } from './pages/layout.ts'
import { connectServerPage, connectProblemPage } from './pages/upstream-connect.ts'
import type { BrowserAttempt, UpstreamAttempts } from './upstream-attempt.ts'

/** Each costs the server a few requests, so nobody makes us ask too often. */
const RATE = { max: 60, timeWindow: '1 minute' }

const STATUS: Readonly<Record<ConnectProblem['kind'], number>> = {
  unreachable: 503,
  declined: 403,
  misconfigured: 502,
  untrusted: 502,
}

interface Ports {
  /** By route. */
  readonly servers: ReadonlyMap<string, UpstreamServer>
  readonly connections: UpstreamConnections
  readonly attempts: UpstreamAttempts
  readonly browser: Browser
  readonly publicOrigin: string
  /** Whether the route could be of any use to this user. */
  readonly mayUse: (userId: string, route: string) => boolean
  readonly log: Log
}

interface Place {
  readonly route: string
  readonly server: UpstreamServer
  readonly user: User
}

/** A person's own accounts at servers that demand OAuth of their own. */
export function upstreamConnectRoutes(app: FastifyInstance, ports: Ports): void {
  const { connections, attempts, browser } = ports

  app.get<{ Querystring: Fields }>('/upstream/connect', { config: { rateLimit: RATE } }, async (request, reply) => {
    const user = await browser.findUser(request)
    if (user === undefined) return reply.redirect(`/sign-in/form?next=${encodeURIComponent(request.url)}`, 303)
    const place = placeOf(user, field(request.query, 'route'), ports)
    if (place === undefined) return unknown(reply)
    const found = await place.server.find()
    if (!found.ok) return refuse(found.error, place, { ports, reply })
    const connection = connections.find({ userId: user.id, route: place.route })
    const view = { ...place, ...found.value, connection, csrf: reply.generateCsrf() }
    return show(reply, connectServerPage({ ...view, url: place.server.url }))
  })

  // By a form with a token: a link that somebody sends must not begin anything.
  app.post<{ Body: Fields }>(
    '/upstream/connect',
    { preHandler: app.csrfProtection, config: { rateLimit: RATE } },
    async (request, reply) => {
      const user = await browser.findUser(request)
      if (user === undefined) return reply.redirect('/sign-in/form', 303)
      const place = placeOf(user, field(request.body, 'route'), ports)
      return place === undefined ? unknown(reply) : begin(place, { ports, reply })
    },
  )

  app.get<{ Params: { route: string }; Querystring: Fields }>(
    '/upstream/callback/:route',
    { config: { rateLimit: RATE } },
    async (request, reply) => {
      const { route } = request.params
      const attempt = attempts.take(request, reply, { providerId: route, state: field(request.query, 'state') })
      if (attempt === undefined) {
        const text = 'It was finished already, took longer than ten minutes, or began in another browser. Start again.'
        return show(reply, message('This sign-in has ended', text), 410)
      }
      const user = await browser.findUser(request)
      const place = user && placeOf(user, route, ports)
      if (place === undefined || place.user.id !== attempt.connectTo) {
        const text = 'Another account has signed in here since you began. Sign in to yours and start again.'
        return show(reply, message('Not connected', text), 409)
      }
      return finish(place, attempt, { ports, request, reply })
    },
  )

  app.post<{ Body: Fields }>('/upstream/disconnect', { preHandler: app.csrfProtection }, async (request, reply) => {
    const user = await browser.findUser(request)
    // Only one's own: the key has one's own id in it.
    if (user !== undefined) await connections.disconnect({ userId: user.id, route: field(request.body, 'route') })
    return reply.redirect('/apps', 303)
  })
}

/** Undefined for what is not there and for what is not theirs alike. */
function placeOf(user: User, route: string, { servers, mayUse }: Ports): Place | undefined {
  const server = servers.get(route)
  return server === undefined || !mayUse(user.id, route) ? undefined : { route, server, user }
}

async function begin(place: Place, to: { readonly ports: Ports; readonly reply: FastifyReply }): Promise<FastifyReply> {
  const { ports, reply } = to
  const { route, server, user } = place
  const wanted = ports.connections.find({ userId: user.id, route })?.askedScope
  const prepared = await server.prepare(wanted)
  if (!prepared.ok) return refuse(prepared.error, place, to)
  const attempt = ports.attempts.begin(reply, {
    providerId: route,
    next: '/apps',
    connectTo: user.id,
    redirectUri: `${ports.publicOrigin}/upstream/callback/${route}`,
    about: { ...prepared.value },
  })
  const url = await server.signInUrl(prepared.value, attempt)
  if (!url.ok) return refuse(url.error, place, to)
  // Our pages send no referrer; neither does this redirect, whose address is full of secrets.
  return reply.header('referrer-policy', 'no-referrer').redirect(url.value.href, 303)
}

async function finish(
  place: Place,
  attempt: BrowserAttempt,
  exchange: { readonly ports: Ports; readonly request: FastifyRequest; readonly reply: FastifyReply },
): Promise<FastifyReply> {
  const { ports, request, reply } = exchange
  const { route, server, user } = place
  const asked = requestOf(attempt)
  const callback = new URL(request.url, ports.publicOrigin)
  const tokens = await server.finish(callback, { request: asked, secrets: attempt })
  if (!tokens.ok) return refuse(tokens.error, place, exchange)
  await ports.connections.connect({ userId: user.id, route }, asked, tokens.value)
  return reply.redirect(`/upstream/connect?route=${encodeURIComponent(route)}`, 303)
}

/** As it was sealed. */
function requestOf({ about = {} }: BrowserAttempt): ConnectRequest {
  const { issuer = '', leadsTo = '', resource = '', clientId = '', scope = '' } = about
  return { issuer, leadsTo, resource, clientId, scope }
}

function refuse(
  problem: ConnectProblem,
  { route, server, user }: Place,
  { ports, reply }: { readonly ports: Ports; readonly reply: FastifyReply },
): FastifyReply {
  ports.log.warn('upstream.connect_failed', { route, user: user.id, kind: problem.kind, reason: problem.detail })
  return show(reply, connectProblemPage(problem.kind, { route, url: server.url }), STATUS[problem.kind])
}

const unknown = (reply: FastifyReply): FastifyReply =>
  show(reply, message('Not found', 'There is no server to sign in at under this name.'), 404)
