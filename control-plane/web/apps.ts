import type { FastifyInstance } from 'fastify'

import type { Grants } from '../oauth/grants.ts'
import { show, type Browser } from './browser.ts'
import { field, type Fields } from './fields.ts'
import { appsPage } from './pages/apps.ts'

/** What a person allowed clients to do. */
export function appsRoutes(app: FastifyInstance, ports: { browser: Browser; grants: Grants }): void {
  const { browser, grants } = ports

  app.get('/apps', async (request, reply) => {
    const user = await browser.findUser(request)
    if (user === undefined) return reply.redirect('/sign-in/form?next=/apps', 303)
    return show(reply, appsPage({ grants: await grants.ofUser(user.id), csrf: reply.generateCsrf() }))
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
