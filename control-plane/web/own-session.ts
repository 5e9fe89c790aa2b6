import type { FastifyReply, FastifyRequest } from 'fastify'

import type { WebSession } from '../identity/web-sessions.ts'
import type { Clock } from '../kernel/clock.ts'
import { show, type Browser } from './browser.ts'
import { signInAgainPage } from './pages/sign-in-again.ts'

/** How long after signing in a person may change how they sign in: a session that was left open must not take over. */
const FRESH_MS = 30 * 60_000

type Handler = (request: FastifyRequest, reply: FastifyReply, session: WebSession) => Promise<unknown>
type Route = (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>

/** Pages for signed-in people only. */
export const forOwner =
  (browser: Browser, handle: Handler): Route =>
  async (request, reply) => {
    const session = await browser.findSession(request)
    return session === undefined ? reply.redirect('/sign-in/form?next=/account', 303) : handle(request, reply, session)
  }

/** Whether the person has just shown who they are. */
export const isFresh = ({ createdAtMs }: WebSession, clock: Clock): boolean => clock.nowMs() - createdAtMs <= FRESH_MS

/** What only somebody may do who has just shown who they are. */
export const forFreshOwner = (browser: Browser, clock: Clock, handle: Handler): Route =>
  forOwner(browser, async (request, reply, session) => {
    if (isFresh(session, clock)) return handle(request, reply, session)
    return show(reply, signInAgainPage, 403)
  })
