import type { AuditEvent } from '../audit/event.ts'
import type { Configuration } from '../config/load.ts'
import type { PublicHostKey } from '../identity/public-host-key.ts'
import { systemClock } from '../kernel/clock.ts'
import { currentOf } from '../kernel/current.ts'
import { Lifecycle } from '../kernel/lifecycle.ts'
import type { Log } from '../kernel/log.ts'
import { systemRandom } from '../kernel/random.ts'
import { deriveKey } from '../kernel/secret-box.ts'
import { Secret } from '../kernel/secret.ts'
import { Fault, messageOf } from '../kernel/fault.ts'
import { sealingKeyOf } from '../mcp/session-seal.ts'
import { openDock } from '../ssh/dock.ts'
import { createHostKey, HOST_KEY_TYPES, publicHostKey } from '../ssh/host-key.ts'
import { loadHostKey, loadSecretKey, prepareDataFolder } from '../store/key-files.ts'
import { openStore } from '../store/open.ts'
import { tunnelStore } from '../store/tunnel-store.ts'
import { Presence } from '../tunnels/presence.ts'
import { openControlSocket, refuseSecondGateway } from '../web/control-socket.ts'
import type { Xds } from '../xds/xds.ts'
import { openApprovals, reviewsOf } from './approvals.ts'
import { openAudit } from './audit.ts'
import { openAuthorizer } from './authorizer.ts'
import { openBrain, type Brain } from './brain.ts'
import { connectorBoard } from './connector-board.ts'
import { sshAdmission, tunnelClaims } from './dock.ts'
import { openEnvoySide } from './envoy-side.ts'
import { inspectorOf } from './inspector.ts'
import { Reload, type ConfigurationState, type ReloadPorts } from './reload.ts'
import { STORE_FILE } from './recorded-calls.ts'
import { openShares } from './shares.ts'
import { shellPorts } from './shell.ts'
import { localTopics, SOCKETS } from './topics.ts'
import { openWeb } from './web.ts'

export interface Gateway extends AsyncDisposable {
  readonly brain: Brain
  readonly xds: Xds
  readonly hostKeys: readonly PublicHostKey[]
  /** Reads the configuration anew. Never rejects. */
  reload(): Promise<ConfigurationState>
  /** What is still open, for the last words of a stop that takes too long. */
  readonly open: () => readonly string[]
}

/** Where the configuration of a running gateway comes from. */
export interface ConfigurationFiles {
  /** Those that it was read from. Absolute: the working directory changes. */
  readonly known: readonly string[]
  readonly load: ReloadPorts['load']
}

const NO_FILES: ConfigurationFiles = {
  known: [],
  load: () => Promise.reject(new Fault('config.no_file', 'The gateway was started without a configuration file')),
}

const CLOSE_DEADLINE_MS = 3000

/**
 * All three roles in this process, but for Envoy. The working directory becomes the data folder, because the paths of
 * unix sockets are short. Top to bottom is the order of start; its reverse is the order of stop.
 */
export async function openGateway(
  configuration: Configuration,
  log: Log,
  files: ConfigurationFiles = NO_FILES,
): Promise<Gateway> {
  const { settings } = configuration
  const publication = currentOf(configuration.publication)
  const clock = systemClock
  const random = systemRandom
  const lifecycle = new Lifecycle({
    deadlineMs: CLOSE_DEADLINE_MS,
    onCloseFailure: (name, cause) => log.error('stop.failed', { name, reason: messageOf(cause) }),
  })
  try {
    await prepareDataFolder(settings.dataFolder)
    process.chdir(settings.dataFolder)
    await refuseSecondGateway(SOCKETS.control)
    const secretKey = await loadSecretKey('.', { file: settings.secretKeyFile, random })
    const hostKeys = await Promise.all(
      HOST_KEY_TYPES.map((type) => loadHostKey('.', type, () => createHostKey(type, random))),
    )
    const sealingKey = sealingKeyOf(deriveKey(secretKey, 'sessions'))
    const topics = localTopics()
    const store = lifecycle.own('store', await openStore(STORE_FILE))
    const { calls } = openAudit(settings.audit, { store, topics, clock, log, lifecycle })
    const tunnels = tunnelStore(store.db)
    const offlineSince = await tunnels.offlineSince()
    const presence = new Presence(offlineSince)

    // Opened first, so that it hears of everything; until there is a key, it asserts nothing and refuses.
    let opened: Brain | undefined
    const world = await openAuthorizer(publication, {
      topics,
      clock,
      random,
      log,
      assertionKey: () => opened?.assertionKeys.current,
      sealingKeys: [sealingKey],
      // A new one with each start: which proofs were seen before it nobody remembers, so their nonces are good no more.
      dpopKey: new Secret(random.bytes(32)),
      lifecycle,
      offlineSince,
    })
    const brain = await openBrain(settings, publication, { store, secretKey, topics, clock, random, log, lifecycle })
    opened = brain
    const { standing } = brain
    const shares = await openShares(publication, { store, standing, presence, topics, clock, random, log, lifecycle })
    const desk = await openApprovals(world, { topics, clock, log, lifecycle })
    const reviews = reviewsOf({ brain, desk, world, presence, topics, clock })
    await openWeb(settings, { brain, reviews, shares, presence, secretKey, clock, random, log, lifecycle })
    const inspect = inspectorOf(world, {
      clock,
      random,
      see: (sighting) => brain.toolPins.see(sighting),
      own: (task) => brain.ownTask(task),
      events: topics.events,
    })
    const envoySide = await openEnvoySide(settings, publication, { topics, log, inspect, lifecycle })
    const { xds } = envoySide
    topics.events.subscribe((event) => logEvent(log, event))
    const dock = await openDock(
      { listen: settings.ssh.listen, hostKeys, socketFolder: SOCKETS.folder, limits: settings.ssh.limits },
      {
        clock,
        random,
        log,
        admission: sshAdmission({
          standing: brain.standing.copy,
          desk: brain.desk,
          changes: topics.standing,
          revokedSessions: topics.revokedSessions,
          seen: (fingerprint, address) => void keepSeen(brain.sshKeys.seen(fingerprint, address), log),
        }),
        claims: tunnelClaims(publication, clock),
        board: connectorBoard({ presence, xds, tunnels, topics, clock, log }),
        reviews,
        shell: shellPorts({ publication, brain, calls, presence, shares }),
        events: topics.events,
        say: { publicUrl: settings.addressing.publicUrl.origin },
      },
    )
    lifecycle.own('dock', dock)
    const reload = new Reload(configuration, files.known, { load: files.load, apply: envoySide.apply, clock, log })
    lifecycle.own('configuration', reload)
    const controlled = { brain, calls, presence, xds, configuration: reload }
    lifecycle.own('control', await openControlSocket(SOCKETS.control, controlled))
    return {
      reload: () => reload.run(),
      brain,
      xds,
      hostKeys: hostKeys.map(publicHostKey),
      open: () => lifecycle.open,
      [Symbol.asyncDispose]: () => lifecycle[Symbol.asyncDispose](),
    }
  } catch (cause) {
    await lifecycle[Symbol.asyncDispose]()
    throw cause
  }
}

/** A connection does not wait for it, and does not end for it. */
const keepSeen = (written: Promise<void>, log: Log): Promise<void> =>
  written.catch((cause: unknown) => log.error('store.key_not_seen', { reason: messageOf(cause) }))

/** Calls are for those who look for them: a line for each would cost more than the call. */
function logEvent(log: Log, event: AuditEvent): void {
  if (event.kind === 'call.decided') log.debug(event.kind, { ...event, arguments: event.arguments?.kind })
  else if (event.kind.startsWith('call.')) log.debug(event.kind, { ...event })
  else log.info(event.kind, { ...event })
}
