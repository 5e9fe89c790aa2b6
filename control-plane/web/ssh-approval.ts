import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

import type { OpenQuestion, SignInDesk } from '../identity/sign-in-desk.ts'
import type { SshKeys } from '../identity/ssh-keys.ts'
import type { User } from '../identity/user.ts'
import { clientAddressOf, show, type Browser } from './browser.ts'
import { field, type Fields } from './fields.ts'
import { message } from './pages/layout.ts'
import { sshApprovalPage } from './pages/ssh-approval.ts'
import { sameComputer } from './same-computer.ts'

/** The link that a terminal shows, and the answer to it. */
export function sshApprovalRoutes(
  app: FastifyInstance,
  ports: { desk: SignInDesk; sshKeys: SshKeys; browser: Browser },
): void {
  const { desk, sshKeys, browser } = ports
  const gone = (reply: FastifyReply): FastifyReply =>
    show(
      reply,
      message('This link has ended', 'It was used, has expired, or its terminal has gone. Run ssh again.'),
      410,
    )
  const ask = (
    reply: FastifyReply,
    facts: { request: FastifyRequest; userCode: string; question: OpenQuestion; user: User; problem?: string },
  ): FastifyReply => {
    const { request, ...rest } = facts
    const mustType = !sameComputer(clientAddressOf(request), facts.question.visitor.address)
    const page = sshApprovalPage({
      ...rest,
      mustType,
      csrf: reply.generateCsrf(),
      browserAddress: clientAddressOf(request),
    })
    return show(reply, page, facts.problem === undefined ? 200 : 400)
  }

  app.get<{ Querystring: Fields }>('/sign-in', async (request, reply) => {
    const userCode = field(request.query, 'user_code')
    const user = await browser.findUser(request)
    if (userCode === '' && user !== undefined) return reply.redirect('/', 303)
    if (user === undefined) {
      const next =
        userCode === '' ? field(request.query, 'next') || '/' : `/sign-in?user_code=${encodeURIComponent(userCode)}`
      const mode = field(request.query, 'mode')
      return reply.redirect(`/sign-in/form?mode=${encodeURIComponent(mode)}&next=${encodeURIComponent(next)}`, 303)
    }
    const question = desk.find(userCode)
    return question === undefined ? gone(reply) : ask(reply, { request, userCode, question, user })
  })

  app.post<{ Body: Fields }>('/sign-in/ssh', { preHandler: app.csrfProtection }, async (request, reply) => {
    const { body } = request
    const userCode = field(body, 'user_code')
    const session = await browser.findSession(request)
    if (session === undefined) return reply.redirect(`/sign-in?user_code=${encodeURIComponent(userCode)}`, 303)
    const { user } = session
    const question = desk.find(userCode)
    if (question === undefined) return gone(reply)
    if (field(body, 'decision') !== 'authorize') {
      desk.deny(userCode)
      return show(reply, message('Denied', 'The terminal was told. Nothing was opened.'))
    }
    const { key, address } = question.visitor
    // Somebody may have sent this link: only who sees the terminal knows its code.
    if (
      !sameComputer(clientAddressOf(request), address) &&
      !desk.matchesShortCode(userCode, field(body, 'short_code'))
    ) {
      const still = desk.find(userCode)
      return still === undefined
        ? gone(reply)
        : ask(reply, { request, userCode, question: still, user, problem: 'That is not the code.' })
    }
    const remembers = key !== undefined && field(body, 'remember') === 'yes'
    if (remembers && (await sshKeys.bind(key, user.id)) === 'taken') {
      desk.deny(userCode)
      return show(
        reply,
        message('This key belongs to somebody else', 'It is bound to another account, which has to revoke it first.'),
        409,
      )
    }
    // A bound key has let in every connection that waited with it, this one too.
    if (desk.authorize(userCode, { user, sessionId: session.id }) === undefined && !remembers) return gone(reply)
    return show(reply, message('Authorized', 'Go back to your terminal: it shows your address now.'))
  })
}
