import type { FastifyInstance } from 'fastify'

import type { Shares } from '../sharing/shares.ts'
import { show, type Browser } from './browser.ts'
import { field, type Fields } from './fields.ts'
import { sharesPage } from './pages/shares.ts'

/** What a person shares, and its end. Shares are made in the terminal, where the tunnel is. */
export function shareRoutes(
  app: FastifyInstance,
  ports: { readonly browser: Browser; readonly shares: Pick<Shares, 'ofUser' | 'revoke'> },
): void {
  const { browser, shares } = ports

  app.get('/account/shares', async (request, reply) => {
    const user = await browser.findUser(request)
    if (user === undefined) return reply.redirect('/sign-in/form?next=/account/shares', 303)
    return show(reply, sharesPage({ shares: shares.ofUser(user.id), csrf: reply.generateCsrf() }))
  })

  app.post<{ Body: Fields }>('/account/shares/revoke', { preHandler: app.csrfProtection }, async (request, reply) => {
    const user = await browser.findUser(request)
    if (user !== undefined) await shares.revoke(user, field(request.body, 'share'))
    return reply.redirect('/account/shares', 303)
  })
}
