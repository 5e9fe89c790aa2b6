import type { FastifyInstance } from 'fastify'

import { show } from './browser.ts'
import { message } from './pages/layout.ts'

/** Every way to get a password, or in with one. */
const PASSWORD_FORMS = new Set([
  '/sign-in',
  '/sign-in/forgot',
  '/sign-in/invited',
  '/sign-in/resend',
  '/sign-in/reset',
  '/sign-in/verify',
  '/account/password',
])

/** Where identity providers are the only way in, the forms of the built-in accounts take nothing. */
export function turnPasswordsOff(app: FastifyInstance): void {
  app.addHook('onRequest', async (request, reply) => {
    const path = request.url.split('?', 1)[0] ?? ''
    if (request.method === 'POST' && PASSWORD_FORMS.has(path))
      return show(reply, message('Not done', 'Passwords are turned off here.'), 403)
  })
}
