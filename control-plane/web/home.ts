import type { FastifyInstance } from 'fastify'

import type { SshKeys } from '../identity/ssh-keys.ts'
import type { Grants } from '../oauth/grants.ts'
import { show, type Browser } from './browser.ts'
import { field, type Fields } from './fields.ts'
import { homePage } from './pages/home.ts'
import type { ProviderButton } from './pages/upstream-sign-in.ts'

/** A person's own page: address, clients, keys. */
export function homeRoutes(
  app: FastifyInstance,
  ports: {
    browser: Browser
    grants: Grants
    sshKeys: SshKeys
    sshCommand: string
    mcpUrlOf: (route: string) => string
    isOnline: (route: string) => boolean
    /** Providers that the person has not connected yet. */
    connectable: (userId: string) => Promise<readonly ProviderButton[]>
  },
): void {
  const { browser, grants, sshKeys } = ports

  app.get('/', async (request, reply) => {
    const user = await browser.findUser(request)
    if (user === undefined) return reply.redirect('/sign-in/form', 303)
    const all = await grants.active()
    return show(
      reply,
      homePage({
        user,
        url: ports.mcpUrlOf(user.tunnelName),
        sshCommand: ports.sshCommand,
        online: ports.isOnline(user.tunnelName),
        keys: await sshKeys.ofUser(user.id),
        grants: all.filter((grant) => grant.userId === user.id),
        csrf: reply.generateCsrf(),
        connectable: await ports.connectable(user.id),
      }),
    )
  })

  app.post<{ Body: Fields }>('/grants/revoke', { preHandler: app.csrfProtection }, async (request, reply) => {
    const user = await browser.findUser(request)
    const grantId = field(request.body, 'grant_id')
    // Only one's own: what belongs to others does not exist.
    const mine =
      user !== undefined && (await grants.active()).some((grant) => grant.id === grantId && grant.userId === user.id)
    if (mine) await grants.revoke(grantId)
    return reply.redirect('/', 303)
  })

  app.post<{ Body: Fields }>('/keys/revoke', { preHandler: app.csrfProtection }, async (request, reply) => {
    const user = await browser.findUser(request)
    if (user !== undefined) await sshKeys.revoke(field(request.body, 'fingerprint'), user.id)
    return reply.redirect('/', 303)
  })
}
