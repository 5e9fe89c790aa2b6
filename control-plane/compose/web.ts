import type { Reviews } from '../approvals/review.ts'
import { interactionBond } from '../attempts/bonds.ts'
import type { Problem } from '../attempts/sighting.ts'
import type { Settings } from '../config/settings.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Lifecycle } from '../kernel/lifecycle.ts'
import type { Log } from '../kernel/log.ts'
import type { Random } from '../kernel/random.ts'
import { deriveKey, SecretBox } from '../kernel/secret-box.ts'
import { Secret } from '../kernel/secret.ts'
import { RegistrationBudget } from '../oauth/registration-budget.ts'
import { decide } from '../policy/decide.ts'
import type { Shares } from '../sharing/shares.ts'
import { callerWithoutClient, NOTHING_NAMED } from '../policy/input.ts'
import { locate, locateResource, mcpUrlOf } from '../routes/addressing.ts'
import { tunnelNameIn } from '../routes/publication.ts'
import type { Presence } from '../tunnels/presence.ts'
import { assertionKeyRoutes } from '../web/assertion-keys.ts'
import { clientMetadata } from '../upstream-oauth/registration.ts'
import { accountRoutes } from '../web/account.ts'
import { appsRoutes } from '../web/apps.ts'
import { attemptRoutes } from '../web/attempts.ts'
import { Browser } from '../web/browser.ts'
import { clientDocumentRoutes } from '../web/client-document.ts'
import { consentRoutes } from '../web/consent.ts'
import { deviceRoutes } from '../web/device.ts'
import { homeRoutes } from '../web/home.ts'
import { KnownDevices } from '../web/known-devices.ts'
import { oauthEndpoints } from '../web/oauth-endpoints.ts'
import { turnPasswordsOff } from '../web/passwords-off.ts'
import { protectedResourceRoutes } from '../web/protected-resource.ts'
import { reviewRoutes } from '../web/reviews.ts'
import { secondStepRoutes } from '../web/second-step.ts'
import { openWebServer } from '../web/server.ts'
import { signInRoutes } from '../web/sign-in.ts'
import { sshApprovalRoutes } from '../web/ssh-approval.ts'
import { shareRoutes } from '../web/shares.ts'
import { sshKeysRoutes } from '../web/ssh-keys.ts'
import { UpstreamAttempts } from '../web/upstream-attempt.ts'
import { upstreamConnectRoutes } from '../web/upstream-connect.ts'
import { upstreamSignInRoutes } from '../web/upstream-sign-in.ts'
import { verificationRoutes } from '../web/verification.ts'
import type { Brain } from './brain.ts'
import { SOCKETS } from './topics.ts'

/** The pages and the OAuth endpoints, on their socket. */
export async function openWeb(
  settings: Settings,
  ports: {
    brain: Brain
    reviews: Reviews
    shares: Shares
    presence: Presence
    secretKey: Secret<Buffer>
    clock: Clock
    random: Random
    log: Log
    lifecycle: Lifecycle
  },
): Promise<void> {
  const { brain, presence, log } = ports
  const { people } = brain
  const { addressing } = settings
  const secure = addressing.publicUrl.protocol === 'https:'
  const devices = new KnownDevices({
    box: new SecretBox(deriveKey(ports.secretKey, 'known devices'), ports.random),
    random: ports.random,
    secure,
  })
  const browser = new Browser({ sessions: brain.sessions, devices, secure })
  const cookieKey = new Secret(deriveKey(ports.secretKey, 'web cookies').reveal().toString('base64url'))
  const server = await openWebServer({ socketPath: SOCKETS.web, secure, cookieKey, log: ports.log }, async (app) => {
    const { passwords, identityProviders: providers } = settings
    browser.install(app)
    if (!passwords) turnPasswordsOff(app)
    signInRoutes(app, { ...people, browser, signUp: brain.signUp, providers, passwords, clock: ports.clock })
    upstreamSignInRoutes(app, {
      ...brain.upstream,
      attempts: upstreamAttempts(ports, secure),
      browser,
      publicOrigin: addressing.publicUrl.origin,
      passwords,
      clock: ports.clock,
      noteFailure: (next, network, problem) => noteSignInFailure(brain, ports.clock, { next, network, problem }),
      log,
    })
    secondStepRoutes(app, { ...people, browser })
    verificationRoutes(app, { ...people, browser, log })
    accountRoutes(app, {
      ...people,
      accounts: brain.accounts,
      sessions: brain.sessions,
      mayVerify: people.mailer.reaches !== 'nobody',
      browser,
      clock: ports.clock,
    })
    appsRoutes(app, { browser, grants: brain.grants, ...brain.upstreamSignIns })
    upstreamConnectRoutes(app, {
      ...brain.upstreamSignIns,
      attempts: new UpstreamAttempts({
        box: new SecretBox(deriveKey(ports.secretKey, 'upstream connects'), ports.random),
        clock: ports.clock,
        random: ports.random,
        secure,
        purpose: 'upstream',
      }),
      browser,
      publicOrigin: addressing.publicUrl.origin,
      mayUse: (userId, route) => mayEverUseRoute(brain, { userId, route, nowMs: ports.clock.nowMs() }),
      log,
    })
    clientDocumentRoutes(app, {
      publicOrigin: addressing.publicUrl.origin,
      routes: new Set(brain.upstreamSignIns.servers.keys()),
      metadataOf: clientMetadata,
    })
    reviewRoutes(app, { browser, reviews: ports.reviews })
    shareRoutes(app, { browser, shares: ports.shares })
    sshKeysRoutes(app, { browser, sshKeys: brain.sshKeys })
    sshApprovalRoutes(app, { desk: brain.desk, sshKeys: brain.sshKeys, browser })
    consentRoutes(app, {
      consent: brain.authorization.consent,
      browser,
      attempts: brain.attempts,
      clock: ports.clock,
      log: ports.log,
      mayEverUse: (userId, resource) => mayEverUse(brain, settings, { userId, resource, nowMs: ports.clock.nowMs() }),
    })
    deviceRoutes(app, { devices: brain.authorization.devices, browser })
    attemptRoutes(app, {
      attempts: brain.attempts,
      browser,
      ownerOf: (resource) => {
        const location = locateResource(addressing, resource)
        const name = location && tunnelNameIn(location.route)
        return name && brain.standing.copy.findOwnerOf(name)
      },
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
      support: () => brain.authorization.support(),
      attempts: brain.attempts,
      clock: ports.clock,
      findResourceUrl: (host, path) => {
        const location = locate(addressing, host, path)
        return location !== undefined && brain.routes.find(location.route) !== undefined ? location.resource : undefined
      },
    })
    assertionKeyRoutes(app, { keys: brain.assertionKeys })
    await oauthEndpoints(app, {
      endpoints: brain.authorization.server,
      registrations: new RegistrationBudget(),
      attempts: brain.attempts,
      clock: ports.clock,
      log: ports.log,
    })
  })
  ports.lifecycle.own('web', server)
}

/** Only what belongs to a client's way in: others sign in as well. */
function noteSignInFailure(
  { attempts }: Brain,
  clock: Clock,
  failure: { readonly next: string; readonly network: string; readonly problem: Problem },
): void {
  const uid = /^\/interaction\/([\w-]+)$/.exec(failure.next)?.[1]
  if (uid === undefined) return
  const { network, problem } = failure
  attempts.note({
    step: 'sign_in',
    outcome: 'failed',
    atMs: clock.nowMs(),
    network,
    bonds: [interactionBond(uid)],
    problem,
  })
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
function mayEverUse(
  brain: Brain,
  settings: Settings,
  who: { userId: string; resource: string; nowMs: number },
): boolean {
  const location = locateResource(settings.addressing, who.resource)
  return location !== undefined && mayEverUseRoute(brain, { ...who, route: location.route })
}

function mayEverUseRoute(brain: Brain, who: { userId: string; route: string; nowMs: number }): boolean {
  const route = brain.routes.find(who.route)
  const user = brain.standing.copy.findUser(who.userId)
  if (route === undefined || user === undefined) return false
  const caller = callerWithoutClient(user)
  return decide(route.policy, { caller, http: undefined, mcp: NOTHING_NAMED, atMs: who.nowMs }).allowed
}
