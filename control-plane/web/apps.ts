import type { FastifyInstance } from 'fastify'

import type { Grants } from '../oauth/grants.ts'
import type { UpstreamConnections } from '../upstream-connections/connections.ts'
import type { UpstreamServer } from '../upstream-connections/upstream-server.ts'
import { show, type Browser } from './browser.ts'
import { field, type Fields } from './fields.ts'
import { appsPage } from './pages/apps.ts'

/** What a person allowed clients to do. */
export function appsRoutes(
  app: FastifyInstance,
  ports: {
    browser: Browser
    grants: Grants
    servers: ReadonlyMap<string, UpstreamServer>
    connections: UpstreamConnections
  },
): void {
  const { browser, grants, servers, connections } = ports

  app.get('/apps', async (request, reply) => {
    const user = await browser.findUser(request)
    if (user === undefined) return reply.redirect('/sign-in/form?next=/apps', 303)
    const upstream = connections.ofUser(user.id).flatMap((connection) => {
      const server = servers.get(connection.route)
      return server === undefined ? [] : [{ route: connection.route, url: server.url, connection }]
    })
    const csrf = reply.generateCsrf()
    return show(reply, appsPage({ grants: await grants.ofUser(user.id), upstream, csrf }))
  })

  app.post<{ Body: Fields }>('/grants/revoke', { preHandler: app.csrfProtection }, async (request, reply) => {
    const user = await browser.findUser(request)
    const grantId = field(request.body, 'grant_id')
    // Only one's own: what belongs to others does not exist.
    const mine = user !== undefined && (await grants.ofUser(user.id)).some((grant) => grant.id === grantId)
    if (mine) await grants.revoke(grantId)
    return reply.redirect('/apps', 303)
  })
}
