import type { FastifyInstance } from 'fastify'

import type { SshKeys } from '../identity/ssh-keys.ts'
import { show, type Browser } from './browser.ts'
import { field, type Fields } from './fields.ts'
import { sshKeysPage } from './pages/ssh-keys.ts'

/** The SSH keys that act as a person. */
export function sshKeysRoutes(app: FastifyInstance, ports: { browser: Browser; sshKeys: SshKeys }): void {
  const { browser, sshKeys } = ports

  app.get('/keys', async (request, reply) => {
    const user = await browser.findUser(request)
    if (user === undefined) return reply.redirect('/sign-in/form?next=/keys', 303)
    return show(reply, sshKeysPage({ keys: await sshKeys.ofUser(user.id), csrf: reply.generateCsrf() }))
  })

  app.post<{ Body: Fields }>('/keys/revoke', { preHandler: app.csrfProtection }, async (request, reply) => {
    const user = await browser.findUser(request)
    if (user !== undefined) await sshKeys.revoke(field(request.body, 'fingerprint'), user.id)
    return reply.redirect('/keys', 303)
  })
}
