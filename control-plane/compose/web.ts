import type { Settings } from '../config/settings.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Lifecycle } from '../kernel/lifecycle.ts'
import type { Log } from '../kernel/log.ts'
import type { Random } from '../kernel/random.ts'
import { deriveKey, SecretBox } from '../kernel/secret-box.ts'
import { Secret } from '../kernel/secret.ts'
import { decide } from '../policy/decide.ts'
import { locate, locateResource, mcpUrlOf } from '../routes/addressing.ts'
import type { Presence } from '../tunnels/presence.ts'
import { Browser } from '../web/browser.ts'
import { consentRoutes } from '../web/consent.ts'
import { homeRoutes } from '../web/home.ts'
import { oauthEndpoints } from '../web/oauth-endpoints.ts'
import { protectedResourceRoutes } from '../web/protected-resource.ts'
import { openWebServer } from '../web/server.ts'
import { signInRoutes } from '../web/sign-in.ts'
import { sshApprovalRoutes } from '../web/ssh-approval.ts'
import { UpstreamAttempts } from '../web/upstream-attempt.ts'
import { upstreamSignInRoutes } from '../web/upstream-sign-in.ts'
import type { Brain } from './brain.ts'
import { SOCKETS } from './topics.ts'

/** The pages and the OAuth endpoints, on their socket. */
export async function openWeb(
  settings: Settings,
  ports: {
    brain: Brain
    presence: Presence
    secretKey: Secret<Buffer>
    clock: Clock
    random: Random
    log: Log
    lifecycle: Lifecycle
  },
): Promise<void> {
  const { brain, presence } = ports
  const { addressing } = settings
  const secure = addressing.publicUrl.protocol === 'https:'
  const browser = new Browser({ sessions: brain.sessions, secure })
  const cookieKey = new Secret(deriveKey(ports.secretKey, 'web cookies').reveal().toString('base64url'))
  const server = await openWebServer({ socketPath: SOCKETS.web, secure, cookieKey, log: ports.log }, async (app) => {
    const { passwords, identityProviders: providers } = settings
    signInRoutes(app, { accounts: brain.accounts, browser, signUp: brain.signUp, providers, passwords })
    upstreamSignInRoutes(app, {
      ...brain.upstream,
      attempts: upstreamAttempts(ports, secure),
      browser,
      publicOrigin: addressing.publicUrl.origin,
      passwords,
      log: ports.log,
    })
    sshApprovalRoutes(app, { desk: brain.desk, sshKeys: brain.sshKeys, browser })
    consentRoutes(app, {
      consent: brain.consent,
      browser,
      log: ports.log,
      mayEverUse: (userId, resource) => mayEverUse(brain, settings, { userId, resource }),
    })
    homeRoutes(app, {
      browser,
      grants: brain.grants,
      sshKeys: brain.sshKeys,
      sshCommand: sshCommandOf(settings),
      mcpUrlOf: (route) => mcpUrlOf(addressing, route),
      connectable: async (userId) => {
        const connected = await brain.upstream.identities.ofUser(userId)
        return providers.filter(({ id }) => connected.every(({ providerId }) => providerId !== id))
      },
      isOnline: (route) => presence.serving(route).length > 0,
    })
    protectedResourceRoutes(app, {
      issuer: addressing.publicUrl.origin,
      findResourceUrl: (host, path) => {
        const location = locate(addressing, host, path)
        return location !== undefined && brain.routes.find(location.route) !== undefined ? location.resource : undefined
      },
    })
    await oauthEndpoints(app, brain.authorizationServer, ports.log)
  })
  ports.lifecycle.own('web', server)
}

const upstreamAttempts = (
  { secretKey, clock, random }: { secretKey: Secret<Buffer>; clock: Clock; random: Random },
  secure: boolean,
): UpstreamAttempts =>
  new UpstreamAttempts({ box: new SecretBox(deriveKey(secretKey, 'upstream sign-in'), random), clock, random, secure })

/** What a person types to open a tunnel. */
export const sshCommandOf = ({ ssh }: Settings): string =>
  ssh.publicPort === 22 ? `ssh -R 0 ${ssh.publicHost}` : `ssh -R 0 -p ${ssh.publicPort} ${ssh.publicHost}`

/** Whether any allow rule of the resource's route could match this user. */
function mayEverUse(brain: Brain, settings: Settings, who: { userId: string; resource: string }): boolean {
  const location = locateResource(settings.addressing, who.resource)
  const route = location === undefined ? undefined : brain.routes.find(location.route)
  const user = brain.standing.copy.findUser(who.userId)
  if (route === undefined || user === undefined) return false
  const caller = { userId: user.id, email: user.email, clientId: '', scopes: [], claims: user.claims }
  return decide(route.policy, { caller, mcp: { method: undefined, tool: undefined } }).allowed
}
