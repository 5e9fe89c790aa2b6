import type Provider from 'oidc-provider'

import { adapterFactory } from '../authorization-server/adapter.ts'
import { AuthorizationServer } from '../authorization-server/authorization-server.ts'
import { ConsentDesk } from '../authorization-server/consent.ts'
import { createProvider } from '../authorization-server/provider.ts'
import type { Settings } from '../config/settings.ts'
import { Accounts } from '../identity/accounts.ts'
import { SignInDesk } from '../identity/sign-in-desk.ts'
import { SignUpRule } from '../identity/sign-up.ts'
import { SshKeys } from '../identity/ssh-keys.ts'
import { StandingFeed } from '../identity/standing-feed.ts'
import { WebSessions } from '../identity/web-sessions.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Lifecycle } from '../kernel/lifecycle.ts'
import type { Log } from '../kernel/log.ts'
import type { Random } from '../kernel/random.ts'
import { deriveKey, SecretBox } from '../kernel/secret-box.ts'
import { Secret } from '../kernel/secret.ts'
import { Grants } from '../oauth/grants.ts'
import { SigningKeys } from '../oauth/signing-keys.ts'
import { locateResource } from '../routes/addressing.ts'
import { RouteTable, type Publication } from '../routes/publication.ts'
import { accountStore } from '../store/account-store.ts'
import { grantStore } from '../store/grant-store.ts'
import { oauthPayloadStore } from '../store/oauth-payload-store.ts'
import type { Store } from '../store/open.ts'
import { signingKeyStore } from '../store/signing-key-store.ts'
import { sshKeyStore } from '../store/ssh-key-store.ts'
import { webSessionStore } from '../store/web-session-store.ts'
import { message, renderPage } from '../web/pages/layout.ts'
import type { Topics } from './topics.ts'
import { openUpstream, type Upstream } from './upstream.ts'

/** What the brain knows and decides; web pages, the control socket and the docks are given parts of it. */
export interface Brain {
  readonly accounts: Accounts
  readonly signUp: SignUpRule
  readonly sessions: WebSessions
  readonly desk: SignInDesk
  readonly upstream: Upstream
  readonly sshKeys: SshKeys
  readonly grants: Grants
  readonly signingKeys: SigningKeys
  readonly standing: StandingFeed
  readonly routes: RouteTable
  readonly authorizationServer: AuthorizationServer
  readonly consent: ConsentDesk
  readonly listUsers: ReturnType<typeof accountStore>['all']
  /** Rotates the signing key; the authorization server signs with the new one from the next token on. */
  rotateSigningKey(): Promise<string>
}

export interface BrainPorts {
  readonly store: Store
  readonly secretKey: Secret<Buffer>
  readonly topics: Topics
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  readonly lifecycle: Lifecycle
}

const HOUSEKEEPING_MS = 10 * 60_000

/** Loads everything that is valid into Standing, so that every role that has subscribed knows it. */
export async function openBrain(settings: Settings, publication: Publication, ports: BrainPorts): Promise<Brain> {
  const { clock, random, log, topics, lifecycle } = ports
  const { db } = ports.store
  const box = new SecretBox(deriveKey(ports.secretKey, 'store'), random)
  const standing = lifecycle.own('standing', new StandingFeed(topics.standing, clock))
  const accountRows = accountStore(db)
  const keyRows = sshKeyStore(db)
  const grantRows = grantStore(db)
  for (const user of await accountRows.all()) standing.publish({ kind: 'user.put', user })
  for (const binding of await keyRows.all()) standing.publish({ kind: 'ssh_key.bound', binding })
  for (const { id, userId, clientId } of await grantRows.active()) {
    standing.publish({ kind: 'grant.put', grant: { id, userId, clientId } })
  }
  const signingKeys = new SigningKeys({
    store: signingKeyStore(db, box),
    standing,
    clock,
    maxTokenLifeMs: settings.accessTokenMs,
  })
  await signingKeys.load()

  const issuer = settings.addressing.publicUrl
  const grants = new Grants({ store: grantRows, standing, clock })
  const routes = new RouteTable(publication, (name) => standing.copy.findOwnerOf(name))
  const payloads = oauthPayloadStore(db, box)
  const adapter = adapterFactory({
    store: payloads,
    clock,
    onGrantRevoked: async (id) => void (await grants.revoke(id)),
  })
  const cookieKey = new Secret(deriveKey(ports.secretKey, 'cookies').reveal().toString('base64url'))
  const buildProvider = (): Provider =>
    createProvider(
      {
        issuer: issuer.origin,
        signingKeys: signingKeys.keys,
        cookieKeys: [cookieKey],
        accessTokenSeconds: settings.accessTokenMs / 1000,
        clientIdMetadataDocuments: settings.clientIdMetadataDocuments,
      },
      {
        adapter,
        standing: standing.copy,
        findResource: (resource) => {
          const location = locateResource(settings.addressing, resource)
          return location !== undefined && routes.find(location.route) !== undefined ? location.resource : undefined
        },
        renderError: ({ code, description }) =>
          renderPage(message('The client asked for something that cannot be', `${description ?? code} (${code})`), ''),
      },
    )
  const authorizationServer = new AuthorizationServer({ issuer, build: buildProvider, log })

  const sessionRows = webSessionStore(db)
  const housekeeping = setInterval(() => {
    Promise.all([payloads.removeExpired(clock.nowMs()), sessionRows.removeExpired(clock.nowMs())]).catch(
      (cause: unknown) => log.error('store.housekeeping_failed', { cause: String(cause) }),
    )
    signingKeys.prune().catch((cause: unknown) => log.error('keys.prune_failed', { cause: String(cause) }))
  }, HOUSEKEEPING_MS)
  lifecycle.own('housekeeping', { [Symbol.asyncDispose]: async () => clearInterval(housekeeping) })

  const accounts = new Accounts({ store: accountRows, standing, clock, random })
  const signUp = new SignUpRule({ mode: settings.signUp, hasUsers: () => standing.copy.hasUsers, random })
  const upstream = await openUpstream(settings.identityProviders, { ...ports, box, standing, signUp })
  return {
    accounts,
    signUp,
    upstream,
    sessions: new WebSessions({ store: sessionRows, standing: standing.copy, clock, random }),
    desk: new SignInDesk({ publicOrigin: issuer.origin, clock, random }),
    sshKeys: new SshKeys({ store: keyRows, standing, clock }),
    grants,
    signingKeys,
    standing,
    routes,
    authorizationServer,
    consent: new ConsentDesk({ provider: () => authorizationServer.provider, grants, payloads, random }),
    listUsers: accountRows.all,
    async rotateSigningKey() {
      const kid = await signingKeys.rotate()
      authorizationServer.rebuild()
      return kid
    },
  }
}
