import { ASSERTION_LIFE_S } from '../assertion/assertions.ts'
import { Attempts } from '../attempts/attempts.ts'
import { sightingOfCall } from '../attempts/calls.ts'
import type { Settings } from '../config/settings.ts'
import { ToolPins } from '../catalogue/tool-pins.ts'
import { Accounts } from '../identity/accounts.ts'
import { EnterprisePeople } from '../identity/enterprise-people.ts'
import { Letters } from '../identity/letters.ts'
import { SignInDesk } from '../identity/sign-in-desk.ts'
import { SignUpRule } from '../identity/sign-up.ts'
import { SshKeys } from '../identity/ssh-keys.ts'
import { StandingFeed } from '../identity/standing-feed.ts'
import { WebSessions } from '../identity/web-sessions.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Current } from '../kernel/current.ts'
import type { Lifecycle } from '../kernel/lifecycle.ts'
import type { Log } from '../kernel/log.ts'
import type { Random } from '../kernel/random.ts'
import { deriveKey, SecretBox } from '../kernel/secret-box.ts'
import type { Secret } from '../kernel/secret.ts'
import { AccessTokens } from '../oauth/access-tokens.ts'
import { actsForItself, machineGrantId, type ConfiguredClient } from '../oauth/configured-client.ts'
import { GrantUse } from '../oauth/grant-use.ts'
import { Grants } from '../oauth/grants.ts'
import { SigningKeys } from '../oauth/signing-keys.ts'
import { openOutbound } from '../outbound/outbound.ts'
import { currentRoutes, type Publication, type Routes } from '../routes/publication.ts'
import type { OwnedTask } from '../tasks/task-owners.ts'
import { accountStore } from '../store/account-store.ts'
import { grantStore } from '../store/grant-store.ts'
import { oauthPayloadStore } from '../store/oauth-payload-store.ts'
import type { Store } from '../store/open.ts'
import { revokedTokenStore } from '../store/revoked-token-store.ts'
import { signingKeyStore } from '../store/signing-key-store.ts'
import { sshKeyStore } from '../store/ssh-key-store.ts'
import { taskStore } from '../store/task-store.ts'
import { toolStore } from '../store/tool-store.ts'
import { webSessionStore } from '../store/web-session-store.ts'
import { openAuthorization, type Authorization } from './authorization.ts'
import { openMailer, openPeople, type People } from './people.ts'
import type { Topics } from './topics.ts'
import { openUpstreamConnections, type UpstreamSignIns } from './upstream-connections.ts'
import { openUpstream, type Upstream } from './upstream.ts'

/** What the brain knows and decides; web pages, the control socket and the docks are given parts of it. */
export interface Brain {
  readonly accounts: Accounts
  readonly people: People
  readonly signUp: SignUpRule
  readonly sessions: WebSessions
  readonly desk: SignInDesk
  readonly upstream: Upstream
  readonly upstreamSignIns: UpstreamSignIns
  readonly sshKeys: SshKeys
  readonly grants: Grants
  readonly signingKeys: SigningKeys
  readonly assertionKeys: SigningKeys
  readonly standing: StandingFeed
  readonly routes: Routes
  readonly authorization: Authorization
  readonly attempts: Attempts
  readonly toolPins: ToolPins
  /** Told to the authorizers before it returns, and kept. */
  ownTask(task: OwnedTask): void
  readonly listUsers: ReturnType<typeof accountStore>['summaries']
  /** Rotates the keys that sign access tokens and assertions; the new ones sign from now on. Says that of the tokens. */
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
export async function openBrain(
  settings: Settings,
  publication: Current<Publication>,
  ports: BrainPorts,
): Promise<Brain> {
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
    maxTokenLifeMs: settings.oauth.accessTokenMs,
  })
  await signingKeys.load()
  const assertionKeys = new SigningKeys({
    store: signingKeyStore(db, box, 'assertion'),
    standing: undefined,
    clock,
    maxTokenLifeMs: ASSERTION_LIFE_S * 1000,
  })
  await assertionKeys.load()

  for (const client of settings.oauth.clients) publishMachine(client, standing)
  const grants = new Grants({ store: grantRows, standing, clock })
  const routes = currentRoutes(publication, (name) => standing.copy.findOwnerOf(name), standing.copy)
  const payloads = oauthPayloadStore(db, box)
  const attempts = new Attempts(random)
  topics.events.subscribe((event) => {
    const sighting = sightingOfCall(event, attempts)
    if (sighting !== undefined) attempts.note(sighting)
  })
  const accessTokens = new AccessTokens({ store: revokedTokenStore(payloads), standing, clock })
  await accessTokens.load()

  const toolPins = new ToolPins({
    store: toolStore(db),
    clock,
    tell: (tool) => topics.tools.publish(tool),
    changed: (change) => topics.events.publish(change),
    onStoreFailure: (cause) => log.error('store.tool_not_kept', { cause: String(cause) }),
  })
  await toolPins.load()
  const taskRows = taskStore(db)
  for (const task of await taskRows.all(clock.nowMs())) topics.tasks.publish(task)

  const sessions = new WebSessions({
    store: webSessionStore(db),
    standing: standing.copy,
    clock,
    random,
    box: new SecretBox(deriveKey(ports.secretKey, 'web sessions'), random),
    onCopied: ({ id, userId, browser, network }) => log.warn('session.copied', { id, userId, browser, network }),
    onRevoked: (revoked) => topics.revokedSessions.publish(revoked),
  })
  const letters = new Letters(settings.addressing.publicUrl.origin)
  const mailer = openMailer(settings, { log, lifecycle })
  const accounts = new Accounts({ store: accountRows, standing, clock, random })
  const sshKeys = new SshKeys({
    store: keyRows,
    standing,
    clock,
    tellOwner: (userId, fingerprint) => {
      const user = standing.copy.findUser(userId)
      const what = `The SSH key ${fingerprint} opens tunnels as you from now on`
      if (user !== undefined) mailer.send(letters.changed(user.email, what))
    },
  })
  const { secretKey } = ports
  const people = openPeople(settings, {
    db,
    secretKey,
    mailer,
    letters,
    accounts,
    sessions,
    sshKeys,
    grants,
    clock,
    random,
    log,
  })
  const grantUse = new GrantUse({
    clock,
    write: (id) =>
      void grants.used(id).catch((cause: unknown) => log.error('store.use_not_kept', { cause: String(cause) })),
  })
  topics.events.subscribe((event) => {
    if (event.kind !== 'call.decided' || event.verdict !== 'allow') return
    if (event.caller?.grantId !== undefined) grantUse.saw(event.caller.grantId)
  })
  const housekeeping = setInterval(() => {
    Promise.all([
      payloads.removeExpired(clock.nowMs()),
      sessions.removeExpired(),
      people.removeExpired(),
      taskRows.removeExpired(clock.nowMs()),
    ]).catch((cause: unknown) => log.error('store.housekeeping_failed', { cause: String(cause) }))
    grants.prune().catch((cause: unknown) => log.error('grants.prune_failed', { cause: String(cause) }))
    for (const keys of [signingKeys, assertionKeys]) {
      keys.prune().catch((cause: unknown) => log.error('keys.prune_failed', { cause: String(cause) }))
    }
  }, HOUSEKEEPING_MS)
  lifecycle.own('housekeeping', { [Symbol.asyncDispose]: async () => clearInterval(housekeeping) })

  const signUp = new SignUpRule({ mode: settings.signUp, hasUsers: () => standing.copy.hasUsers, random })
  const upstream = await openUpstream(settings.identityProviders, { ...ports, box, standing, signUp })
  const upstreamSignIns = await openUpstreamConnections(settings, publication.value, { ...ports, standing })
  const enterprise = new EnterprisePeople({
    accounts,
    identities: upstream.identities,
    standing: standing.copy,
    domainsOf: (name) => settings.oauth.enterpriseIssuers.find(({ issuer }) => issuer === name)?.domains ?? [],
  })
  const authorization = openAuthorization(settings, publication, {
    payloads,
    secretKey: ports.secretKey,
    standing,
    signingKeys,
    grants,
    accessTokens,
    routes,
    outbound: openOutbound(settings.outbound),
    findPerson: (assertion) => enterprise.find(assertion),
    attempts,
    clock,
    random,
    log,
    lifecycle,
  })
  return {
    accounts,
    people,
    upstreamSignIns,
    signUp,
    upstream,
    sessions,
    desk: new SignInDesk({ publicOrigin: settings.addressing.publicUrl.origin, clock, random }),
    sshKeys,
    grants,
    signingKeys,
    assertionKeys,
    standing,
    routes,
    authorization,
    attempts,
    toolPins,
    ownTask(task) {
      topics.tasks.publish(task)
      taskRows.put(task).catch((cause: unknown) => log.error('store.task_not_kept', { cause: String(cause) }))
    },
    listUsers: accountRows.summaries,
    async rotateSigningKey() {
      const kid = await signingKeys.rotate()
      await assertionKeys.rotate()
      authorization.server.rebuild()
      return kid
    },
  }
}

/** A client that acts for itself is a user of its own, and its grant stands as long as the configuration names it. */
function publishMachine(client: ConfiguredClient, standing: StandingFeed): void {
  if (!actsForItself(client)) return
  const user = { id: client.id, email: '', emailVerified: false, tunnelName: '', disabled: false, claims: {} }
  standing.publish({ kind: 'machine.put', user })
  const grant = { id: machineGrantId(client.id), userId: client.id, clientId: client.id }
  standing.publish({ kind: 'grant.put', grant })
}
