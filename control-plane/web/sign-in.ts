import type { FastifyInstance } from 'fastify'

import type { Accounts, SignUpProblem } from '../identity/accounts.ts'
import { MAX_PASSWORD_CHARS, MIN_PASSWORD_CHARS } from '../identity/password.ts'
import type { SignUpRule } from '../identity/sign-up.ts'
import { Secret } from '../kernel/secret.ts'
import { localPath, show, type Browser } from './browser.ts'
import { field, type Fields } from './fields.ts'
import { message } from './pages/layout.ts'
import { signInPage, type SignInForm } from './pages/sign-in.ts'
import type { ProviderButton } from './pages/upstream-sign-in.ts'

const PROBLEM: Readonly<Record<SignUpProblem, string>> = {
  email_invalid: 'That is not an email address.',
  email_taken: 'There is an account with this address already. Sign in instead.',
  password_too_short: `The password needs at least ${MIN_PASSWORD_CHARS} characters.`,
  password_too_long: `The password may have at most ${MAX_PASSWORD_CHARS} characters.`,
}

/** Guessing passwords costs the guesser: per address, on top of argon2id. */
const RATE = { max: 20, timeWindow: '1 minute' }

export function signInRoutes(
  app: FastifyInstance,
  ports: {
    accounts: Accounts
    browser: Browser
    signUp: SignUpRule
    providers: readonly ProviderButton[]
    passwords: boolean
  },
): void {
  const { accounts, browser, signUp } = ports
  const form = (
    mode: SignInForm['mode'],
    csrf: string,
    rest: { next: string; email?: string; problem?: string; choose?: boolean },
  ): SignInForm => ({
    ...rest,
    csrf,
    mode: signUp.isPossible ? mode : 'sign-in',
    mayChange: signUp.isPossible,
    needsSetUpCode: signUp.needsSetUpCode,
    providers: ports.providers,
    passwords: ports.passwords,
  })

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
    return show(reply, signInPage(form(mode, reply.generateCsrf(), { next, choose })))
  })

  app.post<{ Body: Fields }>(
    '/sign-in',
    { preHandler: app.csrfProtection, config: { rateLimit: RATE } },
    async (request, reply) => {
      const { body } = request
      if (!ports.passwords) return show(reply, message('Not done', 'Passwords are turned off here.'), 403)
      const email = field(body, 'email')
      const password = new Secret(field(body, 'password'))
      const next = localPath(body['next'])
      const refuse = (mode: SignInForm['mode'], problem: string): unknown =>
        show(reply, signInPage(form(mode, reply.generateCsrf(), { next, email, problem })), 400)
      if (field(body, 'mode') === 'sign-up') {
        if (!signUp.admits(field(body, 'set_up_code')))
          return refuse('sign-up', 'Accounts need the set-up code from the server’s log.')
        const made = await accounts.signUp(email, password)
        if (!made.ok) return refuse('sign-up', PROBLEM[made.error])
        await browser.signIn(made.value, reply)
        return reply.redirect(next, 303)
      }
      const user = await accounts.signIn(email, password)
      if (user === undefined) return refuse('sign-in', 'Email or password is wrong.')
      await browser.signIn(user, reply)
      return reply.redirect(next, 303)
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
