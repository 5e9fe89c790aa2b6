import type { FastifyReply } from 'fastify'

import type { Passkeys } from '../identity/passkeys.ts'
import type { SignInOutcome } from '../identity/web-sign-in.ts'
import { show, type Browser } from './browser.ts'
import { mailSentPage } from './pages/mail-links.ts'
import { secondFactorPage } from './pages/second-factor.ts'

export const TOO_MANY = 'Too many tries. Wait a quarter of an hour, or choose a new password by mail.'

/** What a browser gets to see of a sign-in, however it was tried. */
export async function concludeSignIn(
  reply: FastifyReply,
  outcome: SignInOutcome,
  to: {
    readonly browser: Browser
    readonly passkeys: Passkeys
    readonly next: string
    readonly refuse: (problem: string | undefined, status: number) => unknown
  },
): Promise<unknown> {
  switch (outcome.kind) {
    case 'signed_in':
      await to.browser.signIn(outcome.user, reply)
      return reply.redirect(to.next, 303)
    case 'second_factor': {
      const options = await to.passkeys.secondFactorOptions(outcome.user.id)
      const { ticket } = outcome
      return show(reply, secondFactorPage({ ticket, options, next: to.next, csrf: reply.generateCsrf() }))
    }
    case 'unverified':
      return show(reply, mailSentPage({ ...outcome, csrf: reply.generateCsrf() }))
    case 'refused':
      return to.refuse(undefined, 400)
    case 'wait':
      return to.refuse(TOO_MANY, 429)
  }
}
