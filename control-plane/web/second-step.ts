import type { FastifyInstance, FastifyRequest } from 'fastify'

import type { Passkeys } from '../identity/passkeys.ts'
import type { PasswordReset } from '../identity/password-reset.ts'
import type { WebSignIn } from '../identity/web-sign-in.ts'
import { Secret } from '../kernel/secret.ts'
import { localPath, show, type Browser } from './browser.ts'
import { concludeSignIn } from './conclude-sign-in.ts'
import { field, type Fields } from './fields.ts'
import { message } from './pages/layout.ts'
import { forgotPage } from './pages/mail-links.ts'
import { secondFactorPage } from './pages/second-factor.ts'
import { SIGN_IN_RATE } from './sign-in.ts'

/** After the password: a passkey or a recovery code. And the recovery code alone, for who has no password. */
export function secondStepRoutes(
  app: FastifyInstance,
  ports: { signIn: WebSignIn; passkeys: Passkeys; reset: PasswordReset; browser: Browser },
): void {
  const { signIn, passkeys, browser } = ports
  const rateLimit = { ...SIGN_IN_RATE, keyGenerator: (request: FastifyRequest) => browser.rateKeyOf(request) }
  const options = { preHandler: app.csrfProtection, config: { rateLimit } }

  app.post<{ Body: Fields }>('/sign-in/second-factor', options, async (request, reply) => {
    const { body } = request
    const ticket = field(body, 'ticket')
    const next = localPath(body['next'])
    const code = field(body, 'code')
    const proof = code === '' ? { passkey: field(body, 'credential') } : { code: new Secret(code) }
    const outcome = await signIn.secondFactor(ticket, proof, browser.signInFrom(request, next))
    const refuse = async (problem: string | undefined, status: number): Promise<unknown> => {
      const holder = await signIn.holderOf(ticket)
      if (holder === undefined) return show(reply, message('That took too long', 'Go back and sign in again.'), 410)
      const page = secondFactorPage({
        ticket,
        next,
        options: await passkeys.secondFactorOptions(holder.id),
        csrf: reply.generateCsrf(),
        problem: problem ?? 'That did not work. Try again.',
      })
      return show(reply, page, status)
    }
    return concludeSignIn(reply, outcome, { browser, passkeys, next, refuse })
  })

  app.post<{ Body: Fields }>('/sign-in/recovery', options, async (request, reply) => {
    const code = new Secret(field(request.body, 'code'))
    const outcome = await signIn.withRecoveryCode(
      field(request.body, 'email'),
      code,
      browser.signInFrom(request, '/account'),
    )
    const refuse = (problem: string | undefined, status: number): unknown =>
      show(
        reply,
        forgotPage({
          csrf: reply.generateCsrf(),
          mayReset: ports.reset.isPossible,
          problem: problem ?? 'Email or recovery code is wrong, or the account has a password: begin with that.',
        }),
        status,
      )
    return concludeSignIn(reply, outcome, { browser, passkeys, next: '/account', refuse })
  })
}
