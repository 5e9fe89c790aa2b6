import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

import type { Attempts } from '../attempts/attempts.ts'
import { interactionBond } from '../attempts/bonds.ts'
import type { User } from '../identity/user.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Log } from '../kernel/log.ts'
import type { Consent, ConsentQuestion } from '../oauth/consent.ts'
import { localPath, networkOf, show, type Browser } from './browser.ts'
import { field, type Fields } from './fields.ts'
import { consentPage } from './pages/consent.ts'
import { message } from './pages/layout.ts'
import { answerRaw } from './raw-answer.ts'

/** The page on which a person lets a client in, once for each authorization. */
export function consentRoutes(
  app: FastifyInstance,
  ports: {
    consent: Consent
    browser: Browser
    attempts: Attempts
    mayEverUse: (userId: string, resource: string) => boolean
    clock: Clock
    log: Log
  },
): void {
  const { consent, browser } = ports
  const gone = (reply: FastifyReply): FastifyReply =>
    show(
      reply,
      message(
        'This question has ended',
        'It was answered, has expired, or began in another browser. Start again in your MCP client.',
      ),
      410,
    )

  /** The library goes by the cookie alone: what it finds must be what the address names. */
  const find = async (
    request: FastifyRequest<{ Params: { uid: string } }>,
    reply: FastifyReply,
  ): Promise<ConsentQuestion | undefined> => {
    const question = await consent.find(request.raw, reply.raw)
    return question?.uid === request.params.uid ? question : undefined
  }

  /** Where a person is asked, for the page that says how far their client came. */
  const noteWaiting = (request: FastifyRequest, question: ConsentQuestion, user: User | undefined): void => {
    const common = {
      atMs: ports.clock.nowMs(),
      network: networkOf(request),
      clientId: question.clientId,
      clientName: question.clientName,
      resource: question.resource,
      bonds: [interactionBond(question.uid)],
    }
    if (user === undefined) ports.attempts.note({ ...common, step: 'sign_in', outcome: 'waiting' })
    else {
      ports.attempts.note({ ...common, step: 'sign_in', outcome: 'done', userId: user.id })
      ports.attempts.note({ ...common, step: 'consent', outcome: 'waiting', userId: user.id })
    }
  }

  app.get<{ Params: { uid: string } }>('/interaction/:uid', async (request, reply) => {
    const question = await find(request, reply)
    if (question === undefined) return gone(reply)
    const user = await browser.findUser(request)
    noteWaiting(request, question, user)
    if (user === undefined)
      return reply.redirect(`/sign-in?next=${encodeURIComponent(localPath(`/interaction/${question.uid}`))}`, 303)
    const hopeless = !ports.mayEverUse(user.id, question.resource)
    return show(reply, consentPage({ question, user, csrf: reply.generateCsrf(), hopeless }))
  })

  app.post<{ Params: { uid: string }; Body: Fields }>(
    '/interaction/:uid',
    { preHandler: app.csrfProtection },
    async (request, reply) => {
      const user = await browser.findUser(request)
      const question = await find(request, reply)
      if (question === undefined || user === undefined) return gone(reply)
      // Somebody else has signed in since the page was shown: they are asked themselves.
      if (field(request.body, 'user') !== user.id) return reply.redirect(`/interaction/${question.uid}`, 303)
      // The CSRF cookie was set on our reply, which the library does not see.
      reply.hijack()
      await answerRaw(reply, ports.log, () =>
        field(request.body, 'decision') === 'allow'
          ? consent.allow(request.raw, reply.raw, { question, user })
          : consent.deny(request.raw, reply.raw),
      )
      return reply
    },
  )
}
