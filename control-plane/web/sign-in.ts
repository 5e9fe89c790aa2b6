import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

import type { SignUpProblem } from '../identity/accounts.ts'
import { Budget } from '../identity/budget.ts'
import type { Enrolment } from '../identity/enrolment.ts'
import type { Passkeys } from '../identity/passkeys.ts'
import { MAX_PASSWORD_CHARS, MIN_PASSWORD_CHARS } from '../identity/password.ts'
import type { SignUpRule } from '../identity/sign-up.ts'
import type { WebSignIn } from '../identity/web-sign-in.ts'
import type { Clock } from '../kernel/clock.ts'
import { Secret } from '../kernel/secret.ts'
import { localPath, show, type Browser } from './browser.ts'
import { concludeSignIn } from './conclude-sign-in.ts'
import { field, type Fields } from './fields.ts'
import { mailSentPage } from './pages/mail-links.ts'
import { signInPage, type SignInForm } from './pages/sign-in.ts'
import type { ProviderButton } from './pages/upstream-sign-in.ts'

export const SIGN_UP_PROBLEM: Readonly<Record<SignUpProblem, string>> = {
  email_invalid: 'That is not an email address.',
  email_taken: 'There is an account with this address already. Sign in instead.',
  password_too_short: `The password needs at least ${MIN_PASSWORD_CHARS} characters.`,
  password_too_long: `The password may have at most ${MAX_PASSWORD_CHARS} characters.`,
}

/** Bounds the work of argon2id that one network can ask for; guessing is bounded by `SignInAttempts`. */
export const SIGN_IN_RATE = { max: 20, timeWindow: '1 minute' }
/** The same for new accounts, whatever accounts the browser has: each would be another one to be counted under. */
const SIGN_UPS = { limit: SIGN_IN_RATE.max, windowMs: 60_000 }

export function signInRoutes(
  app: FastifyInstance,
  ports: {
    enrolment: Enrolment
    signIn: WebSignIn
    passkeys: Passkeys
    passkeysPossible: boolean
    browser: Browser
    signUp: SignUpRule
    providers: readonly ProviderButton[]
    passwords: boolean
    clock: Clock
  },
): void {
  const { enrolment, signIn, passkeys, browser, signUp, clock } = ports
  const signUps = new Budget(SIGN_UPS)
  const rateLimit = { ...SIGN_IN_RATE, keyGenerator: (request: FastifyRequest) => browser.rateKeyOf(request) }
  const showForm = async (
    reply: FastifyReply,
    mode: SignInForm['mode'],
    rest: { next: string; email?: string; problem?: string; choose?: boolean },
    status = 200,
  ): Promise<FastifyReply> => {
    const form = {
      ...rest,
      csrf: reply.generateCsrf(),
      mode: signUp.isPossible ? mode : 'sign-in',
      mayChange: signUp.isPossible,
      needsSetUpCode: signUp.needsSetUpCode,
      passkeyOptions: ports.passkeysPossible ? await passkeys.signInOptions() : undefined,
      providers: ports.providers,
      passwords: ports.passwords,
    } as const
    return show(reply, signInPage(form), status)
  }

  app.get<{ Querystring: Fields }>('/sign-in/form', async (request, reply) => {
    const asked = field(request.query, 'mode') || (signUp.isFirst ? 'sign-up' : 'sign-in')
    const mode = asked === 'sign-up' || signUp.needsSetUpCode ? 'sign-up' : 'sign-in'
    const next = localPath(request.query['next'])
    const choose = field(request.query, 'choose') !== ''
    const [only, ...others] = ports.providers
    // Nothing to choose from; but who has just signed out must not be signed in again without a word.
    if (!ports.passwords && !choose && only !== undefined && others.length === 0) {
      return reply.redirect(`/sign-in/with/${only.id}?next=${encodeURIComponent(next)}`, 303)
    }
    return showForm(reply, mode, { next, choose })
  })

  app.post<{ Body: Fields }>(
    '/sign-in',
    { preHandler: app.csrfProtection, config: { rateLimit } },
    async (request, reply) => {
      const { body } = request
      const email = field(body, 'email')
      const password = new Secret(field(body, 'password'))
      const next = localPath(body['next'])
      const from = browser.signInFrom(request, next)
      const refuse = (mode: SignInForm['mode'], problem: string, status = 400): Promise<FastifyReply> =>
        showForm(reply, mode, { next, email, problem }, status)
      if (field(body, 'mode') === 'sign-up') {
        if (!signUp.admits(field(body, 'set_up_code')))
          return refuse('sign-up', 'Accounts need the set-up code from the server’s log.')
        if (!signUps.take(from.network, clock.nowMs()))
          return refuse('sign-up', 'Too many accounts were made from your network. Wait a minute.', 429)
        const made = await enrolment.signUp(email, password, from)
        if (!made.ok) return refuse('sign-up', SIGN_UP_PROBLEM[made.error])
        if (made.value.kind === 'mailed')
          return show(reply, mailSentPage({ ...made.value, csrf: reply.generateCsrf() }))
        await browser.signIn(made.value.user, reply)
        return reply.redirect(next, 303)
      }
      return concludeSignIn(reply, await signIn.withPassword(email, password, from), {
        browser,
        passkeys,
        next,
        refuse: (problem, status) => refuse('sign-in', problem ?? 'Email or password is wrong.', status),
      })
    },
  )

  app.post<{ Body: Fields }>(
    '/sign-in/passkey',
    { preHandler: app.csrfProtection, config: { rateLimit } },
    async (request, reply) => {
      const next = localPath(request.body['next'])
      const from = browser.signInFrom(request, next)
      return concludeSignIn(reply, await signIn.withPasskey(field(request.body, 'credential'), from), {
        browser,
        passkeys,
        next,
        refuse: (_problem, status) =>
          showForm(reply, 'sign-in', { next, problem: 'That passkey does not work here. Try again.' }, status),
      })
    },
  )

  app.post<{ Body: Fields }>('/sign-out', { preHandler: app.csrfProtection }, async (request, reply) => {
    await browser.signOut(request, reply)
    const next = localPath(request.body['next'])
    // A provider still knows the person: it has to ask who it is this time.
    const form = `/sign-in/form?choose=1&next=${encodeURIComponent(next)}`
    return reply.redirect(ports.providers.length === 0 ? next : form, 303)
  })
}
