import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

import type { Enrolment, LinkOutcome } from '../identity/enrolment.ts'
import type { PasswordReset } from '../identity/password-reset.ts'
import type { Log } from '../kernel/log.ts'
import { messageOf } from '../kernel/fault.ts'
import { Secret } from '../kernel/secret.ts'
import { localPath, networkOf, show, type Browser } from './browser.ts'
import { TOO_MANY } from './conclude-sign-in.ts'
import { field, type Fields } from './fields.ts'
import { message } from './pages/layout.ts'
import { forgotPage, mailSentPage, newPasswordPage, verifyPage } from './pages/mail-links.ts'
import { SIGN_IN_RATE, SIGN_UP_PROBLEM } from './sign-in.ts'

/** The links in our mails. Opening one takes nothing, because mail scanners open them all; its button does. */
export function verificationRoutes(
  app: FastifyInstance,
  ports: { enrolment: Enrolment; reset: PasswordReset; browser: Browser; log: Log },
): void {
  const { enrolment, reset, browser } = ports
  const rateLimit = { ...SIGN_IN_RATE, keyGenerator: (request: FastifyRequest) => browser.rateKeyOf(request) }
  const options = { preHandler: app.csrfProtection, config: { rateLimit } }
  const gone = (reply: FastifyReply): FastifyReply =>
    show(reply, message('This link has ended', 'It was used or has expired. Ask for a new one.'), 410)
  const enter = async (reply: FastifyReply, outcome: LinkOutcome & { ok: true }): Promise<FastifyReply> => {
    await browser.signIn(outcome.value.user, reply)
    return reply.redirect(localPath(outcome.value.next), 303)
  }

  app.post<{ Body: Fields }>('/sign-in/resend', options, async (request, reply) => {
    const { body } = request
    await enrolment.resend(field(body, 'link'), networkOf(request))
    const sent = { email: field(body, 'email'), linkId: field(body, 'link'), csrf: reply.generateCsrf(), again: true }
    return show(reply, mailSentPage(sent))
  })

  const showVerify = async (
    request: FastifyRequest,
    reply: FastifyReply,
    token: string,
    problem?: string,
    status = 200,
  ) => {
    const link = await enrolment.find('verify', token)
    if (link === undefined) return gone(reply)
    const user = await browser.findUser(request)
    const needsPassword = link.userId === undefined || user?.id !== link.userId
    const ask = { email: link.email, token, csrf: reply.generateCsrf(), needsPassword }
    return show(reply, verifyPage({ ...ask, ...(problem !== undefined && { problem }) }), status)
  }

  app.get<{ Querystring: Fields }>('/sign-in/verify', (request, reply) =>
    showVerify(request, reply, field(request.query, 'token')),
  )

  app.post<{ Body: Fields }>('/sign-in/verify', options, async (request, reply) => {
    const token = field(request.body, 'token')
    const link = await enrolment.find('verify', token)
    const signedIn = await browser.findUser(request)
    const { network, deviceFor } = browser.signInFrom(request, '/')
    const from = { network, device: link && deviceFor(link.email) }
    const password = new Secret(field(request.body, 'password'))
    const outcome = await enrolment.verify(token, { password, signedIn, from })
    if (outcome.ok) return enter(reply, outcome)
    if (outcome.error === 'wrong_password')
      return showVerify(request, reply, token, 'That is not the password of this account.', 400)
    return outcome.error === 'wait' ? showVerify(request, reply, token, TOO_MANY, 429) : gone(reply)
  })

  app.get<{ Querystring: Fields }>('/sign-in/invited', async (request, reply) => {
    const token = field(request.query, 'token')
    const link = await enrolment.find('invite', token)
    if (link === undefined) return gone(reply)
    return show(reply, newPasswordPage({ kind: 'invited', email: link.email, token, csrf: reply.generateCsrf() }))
  })

  app.post<{ Body: Fields }>('/sign-in/invited', options, async (request, reply) => {
    const token = field(request.body, 'token')
    const link = await enrolment.find('invite', token)
    const outcome = await enrolment.accept(token, new Secret(field(request.body, 'password')))
    if (outcome.ok) return enter(reply, outcome)
    if (link === undefined || (outcome.error !== 'password_too_short' && outcome.error !== 'password_too_long'))
      return gone(reply)
    const ask = { kind: 'invited', email: link.email, token, csrf: reply.generateCsrf() } as const
    return show(reply, newPasswordPage({ ...ask, problem: SIGN_UP_PROBLEM[outcome.error] }), 400)
  })

  app.get('/sign-in/forgot', async (_request, reply) =>
    show(reply, forgotPage({ csrf: reply.generateCsrf(), mayReset: reset.isPossible })),
  )

  app.post<{ Body: Fields }>('/sign-in/forgot', options, async (request, reply) => {
    // Not waited for: how long it takes would say whether there is such an account.
    reset.ask(field(request.body, 'email'), networkOf(request)).catch((cause: unknown) => {
      ports.log.error('mail.reset_failed', { reason: messageOf(cause) })
    })
    const text =
      'If there is an account with this address, a mail with a link is on its way. It is good for 30 minutes.'
    return show(reply, message('Look into your mail', text))
  })

  app.get<{ Querystring: Fields }>('/sign-in/reset', async (request, reply) => {
    const token = field(request.query, 'token')
    const link = await reset.find(token)
    if (link === undefined) return gone(reply)
    return show(reply, newPasswordPage({ kind: 'reset', email: link.email, token, csrf: reply.generateCsrf() }))
  })

  app.post<{ Body: Fields }>('/sign-in/reset', options, async (request, reply) => {
    const token = field(request.body, 'token')
    const link = await reset.find(token)
    const outcome = await reset.reset(token, new Secret(field(request.body, 'password')))
    if (outcome.ok) {
      browser.remember(outcome.value, reply)
      return reply.redirect('/sign-in/form', 303)
    }
    if (link === undefined || outcome.error === 'gone') return gone(reply)
    const ask = { kind: 'reset', email: link.email, token, csrf: reply.generateCsrf() } as const
    return show(reply, newPasswordPage({ ...ask, problem: SIGN_UP_PROBLEM[outcome.error] }), 400)
  })
}
