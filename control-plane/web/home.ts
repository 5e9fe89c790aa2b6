import type { FastifyInstance } from 'fastify'

import type { SshKeys } from '../identity/ssh-keys.ts'
import type { Grants } from '../oauth/grants.ts'
import { show, type Browser } from './browser.ts'
import { homePage } from './pages/home.ts'
import type { ProviderButton } from './pages/upstream-sign-in.ts'

/** A person's first page: the address, and how to open it. */
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
    return show(
      reply,
      homePage({
        user,
        url: ports.mcpUrlOf(user.tunnelName),
        sshCommand: ports.sshCommand,
        online: ports.isOnline(user.tunnelName),
        keys: (await sshKeys.ofUser(user.id)).length,
        grants: (await grants.ofUser(user.id)).length,
        csrf: reply.generateCsrf(),
        connectable: await ports.connectable(user.id),
      }),
    )
  })
}
