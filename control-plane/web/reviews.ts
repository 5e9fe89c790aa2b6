import type { FastifyInstance } from 'fastify'

import type { Reviews } from '../approvals/review.ts'
import { show, type Browser } from './browser.ts'
import { field, type Fields } from './fields.ts'
import { reviewsPage } from './pages/reviews.ts'

/** While nothing waits, the page looks again by itself; somebody who reads is left in peace. */
const LOOK_AGAIN_S = 5
const HOUR_MS = 60 * 60_000

/** Held calls and changed tools that wait for the person who is signed in. */
export function reviewRoutes(app: FastifyInstance, ports: { browser: Browser; reviews: Reviews }): void {
  const { browser, reviews } = ports

  app.get('/reviews', async (request, reply) => {
    const user = await browser.findUser(request)
    if (user === undefined) return reply.redirect('/sign-in?next=/reviews', 303)
    const open = reviews.open(user.id)
    if (open.length === 0) void reply.header('refresh', String(LOOK_AGAIN_S))
    return show(reply, reviewsPage({ reviews: open, csrf: reply.generateCsrf() }))
  })

  app.post<{ Body: Fields }>('/reviews/answer', { preHandler: app.csrfProtection }, async (request, reply) => {
    const user = await browser.findUser(request)
    const answer = field(request.body, 'answer')
    if (user !== undefined && ['once', 'hour', 'deny'].includes(answer)) {
      const forMs = answer === 'hour' ? HOUR_MS : 0
      reviews.answer(field(request.body, 'id'), { userId: user.id, allow: answer !== 'deny', forMs })
    }
    return reply.redirect('/reviews', 303)
  })
}
