import type { FastifyInstance } from 'fastify'

import { latest, targetOf, type Attempt } from '../attempts/attempt.ts'
import type { Attempts } from '../attempts/attempts.ts'
import type { User } from '../identity/user.ts'
import { networkOf, show, type Browser } from './browser.ts'
import { field, type Fields } from './fields.ts'
import { attemptPage, attemptsPage } from './pages/attempts.ts'
import { message } from './pages/layout.ts'

/** References are short: nobody gets to try many. */
const RATE = { max: 30, timeWindow: '1 minute' }

const isNobodys = (attempt: Attempt, network: string): boolean =>
  latest(attempt, 'userId') === undefined && attempt.seen.some((sighting) => sighting.network === network)

/** Why a client did not connect: a person's own attempts, and those at their own tunnel. */
export function attemptRoutes(
  app: FastifyInstance,
  ports: { attempts: Attempts; browser: Browser; ownerOf: (resource: string) => string | undefined },
): void {
  const { attempts, browser, ownerOf } = ports
  const isTheirs = (user: User, attempt: Attempt): boolean => {
    const resource = targetOf(attempt)
    return latest(attempt, 'userId') === user.id || (resource !== undefined && ownerOf(resource) === user.id)
  }

  app.get('/attempts', async (request, reply) => {
    const user = await browser.findUser(request)
    if (user === undefined) return reply.redirect('/sign-in?next=/attempts', 303)
    return show(
      reply,
      attemptsPage(
        attempts.list((attempt) => isTheirs(user, attempt)),
        reply.generateCsrf(),
      ),
    )
  })

  app.get<{ Params: Fields }>('/attempts/:reference', { config: { rateLimit: RATE } }, async (request, reply) => {
    const reference = field(request.params, 'reference')
    const user = await browser.findUser(request)
    if (user === undefined) return reply.redirect(`/sign-in?next=${encodeURIComponent(`/attempts/${reference}`)}`, 303)
    const attempt = attempts.find(reference)
    // Others' attempts do not exist. One in which nobody has signed in yet belongs to who was shown its reference.
    const network = networkOf(request)
    const isMine = attempt !== undefined && (isTheirs(user, attempt) || isNobodys(attempt, network))
    if (isMine) return show(reply, attemptPage(attempt, reply.generateCsrf()))
    const text =
      'It is not one of yours, or older than a day, or the server has restarted since. Connect again, then look here.'
    return show(reply, message('No attempt has this reference', text), 404)
  })
}
