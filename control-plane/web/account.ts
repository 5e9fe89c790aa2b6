import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

import type { Accounts } from '../identity/accounts.ts'
import type { Enrolment } from '../identity/enrolment.ts'
import type { OwnAccount } from '../identity/own-account.ts'
import type { Passkeys } from '../identity/passkeys.ts'
import type { RecoveryCodes } from '../identity/recovery-codes.ts'
import type { WebSession, WebSessions } from '../identity/web-sessions.ts'
import type { Clock } from '../kernel/clock.ts'
import { Secret } from '../kernel/secret.ts'
import { networkOf, show, type Browser } from './browser.ts'
import { TOO_MANY } from './conclude-sign-in.ts'
import { field, type Fields } from './fields.ts'
import { forFreshOwner, forOwner } from './own-session.ts'
import { accountPage, recoveryCodesPage, sessionsPage } from './pages/account.ts'
import { message } from './pages/layout.ts'
import { SIGN_UP_PROBLEM } from './sign-in.ts'

export interface AccountPorts {
  readonly accounts: Accounts
  readonly own: OwnAccount
  readonly enrolment: Enrolment
  readonly passkeys: Passkeys
  readonly passkeysPossible: boolean
  readonly recovery: RecoveryCodes
  readonly sessions: WebSessions
  readonly mayVerify: boolean
  readonly browser: Browser
  readonly clock: Clock
}

/** How a person signs in, and from where they are signed in. */
export function accountRoutes(app: FastifyInstance, ports: AccountPorts): void {
  const { own, browser, sessions, passkeys, recovery, clock } = ports
  const options = { preHandler: app.csrfProtection }
  const body = (request: FastifyRequest): Fields => request.body as Fields

  const showAccount = async (
    reply: FastifyReply,
    session: WebSession,
    problem?: string,
    status = 200,
  ): Promise<FastifyReply> => {
    const account = await ports.accounts.find(session.user.id)
    if (account === undefined) return reply.redirect('/sign-in/form', 303)
    const view = {
      account,
      passkeys: await passkeys.ofUser(account.id),
      creationOptions: ports.passkeysPossible ? await passkeys.creationOptions(account, session.id) : undefined,
      recoveryCodes: await recovery.count(account.id),
      mayVerify: ports.mayVerify,
      csrf: reply.generateCsrf(),
      ...(problem !== undefined && { problem }),
    }
    return show(reply, accountPage(view), status)
  }
  const showCodes = (reply: FastifyReply, codes: Secret<readonly string[]>): FastifyReply =>
    show(reply, recoveryCodesPage({ codes: codes.reveal(), csrf: reply.generateCsrf() }))
  const back = async (reply: FastifyReply, done: boolean, session: WebSession, problem: string) =>
    done ? reply.redirect('/account', 303) : showAccount(reply, session, problem, 400)
  const fresh = (handle: Parameters<typeof forFreshOwner>[2]) => forFreshOwner(browser, clock, handle)

  app.get(
    '/account',
    forOwner(browser, (_request, reply, session) => showAccount(reply, session)),
  )

  app.post(
    '/account/verification',
    options,
    forOwner(browser, async (request, reply, { user }) => {
      if (ports.mayVerify)
        await ports.enrolment.sendVerification(user, { network: networkOf(request), next: '/account' })
      return show(reply, message('Look into your mail', `If we could, we have sent a link to ${user.email}.`))
    }),
  )

  app.post(
    '/account/password',
    options,
    fresh(async (request, reply, session) => {
      const current = new Secret(field(body(request), 'current'))
      const password = new Secret(field(body(request), 'password'))
      const { network, deviceFor } = browser.signInFrom(request, '/account')
      const from = { network, device: deviceFor(session.user.email) }
      const outcome = await own.changePassword(session.user, { current, password, from })
      if (outcome === 'wrong_password') return showAccount(reply, session, 'That is not your password now.', 400)
      if (outcome === 'wait') return showAccount(reply, session, TOO_MANY, 429)
      if (outcome !== 'changed') return showAccount(reply, session, SIGN_UP_PROBLEM[outcome], 400)
      await browser.signIn(session.user, reply)
      return reply.redirect('/account', 303)
    }),
  )

  app.post(
    '/account/password/remove',
    options,
    fresh(async (_request, reply, session) => {
      if (!(await own.removePassword(session.user)))
        return showAccount(reply, session, 'Add a passkey first, so that you can still sign in.', 400)
      await browser.signIn(session.user, reply)
      return reply.redirect('/account', 303)
    }),
  )

  app.post(
    '/account/second-factor',
    options,
    fresh(async (request, reply, session) => {
      const done = await own.setSecondFactor(session.user, field(body(request), 'on') === 'yes')
      return back(reply, done, session, 'Add a passkey first.')
    }),
  )

  app.post(
    '/account/recovery-codes',
    options,
    fresh(async (_request, reply, session) => {
      const codes = await own.newRecoveryCodes(session.user)
      return codes === undefined ? showAccount(reply, session, 'Add a passkey first.', 400) : showCodes(reply, codes)
    }),
  )

  app.post(
    '/account/passkeys/add',
    options,
    fresh(async (request, reply, session) => {
      const fields = { answer: field(body(request), 'credential'), name: field(body(request), 'name') }
      const added = await own.addPasskey(session.user, { ...fields, sessionId: session.id })
      if (added.kind === 'added') return added.codes ? showCodes(reply, added.codes) : reply.redirect('/account', 303)
      const problem =
        added.kind === 'full' ? 'You have as many passkeys as an account may have.' : 'That did not work. Try again.'
      return showAccount(reply, session, problem, 400)
    }),
  )

  app.post(
    '/account/passkeys/rename',
    options,
    forOwner(browser, async (request, reply, session) => {
      const fields = body(request)
      const done = await passkeys.rename(field(fields, 'id'), session.user.id, field(fields, 'name'))
      return back(reply, done, session, 'There is no such passkey.')
    }),
  )

  app.post(
    '/account/passkeys/remove',
    options,
    fresh(async (request, reply, session) => {
      const outcome = await own.removePasskey(session.user, field(body(request), 'id'))
      const problem =
        outcome === 'needed' ? 'Set a password first: this is your only way in.' : 'There is no such passkey.'
      return back(reply, outcome === 'removed', session, problem)
    }),
  )

  app.get(
    '/account/sessions',
    forOwner(browser, async (_request, reply, { id: currentId, user }) => {
      const view = { sessions: await sessions.ofUser(user.id), currentId, csrf: reply.generateCsrf() }
      return show(reply, sessionsPage(view))
    }),
  )

  app.post(
    '/account/sessions/end',
    options,
    forOwner(browser, async (request, reply, { user }) => {
      await sessions.revoke(field(body(request), 'id'), user.id)
      return reply.redirect('/account/sessions', 303)
    }),
  )

  app.post(
    '/account/sessions/end-all',
    options,
    forOwner(browser, async (_request, reply, { user }) => {
      await sessions.revokeAll(user.id)
      return reply.redirect('/sign-in/form', 303)
    }),
  )
}
