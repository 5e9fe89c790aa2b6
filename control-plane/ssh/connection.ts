import type { Connection as SshClient } from 'ssh2'

import type { ProvenKey, SshEntry } from '../identity/ssh-admission.ts'
import type { User } from '../identity/user.ts'
import { messageOf } from '../kernel/fault.ts'
import type { ShellSession } from '../shell/command.ts'
import { type NoticeSubject, StatusFeed } from '../tui/status.ts'
import type { CallWatchers } from './call-watchers.ts'
import { Channels } from './channels.ts'
import type { DockLimits, DockPorts } from './dock-options.ts'
import { Forwards } from './forwards.ts'
import { ROUND_TRIPS } from './mode-probe.ts'
import type { Resident, Residents } from './residents.ts'
import { ReviewWatch } from './review-watch.ts'
import type { ForwardHost, ServedForward } from './served-forward.ts'
import type { ServedRoutes } from './served-routes.ts'
import { SignIn } from './sign-in.ts'
import { REASONS } from './sign-in-text.ts'
import type { SilentClients } from './silent-clients.ts'
import { DISCONNECT } from './ssh-message.ts'
import { answerLateRequests, disconnectWith, offerHybridKex, sendBanner, sendDebug, socketOf } from './ssh2-private.ts'
import { Terminal, type TerminalHost } from './terminal.ts'
import { TrafficBoard } from './traffic.ts'

/** How long a client may take to hang up after it was told to. */
const HANG_UP_MS = 3000
/** How long a terminal may take to show the reason before the connection is cut. */
const LAST_WORDS_MS = 500
/** OpenSSH exits with the status of its session when nothing else is open; this is for clients that stay. */
const QUIT_MS = 500

const SIGNED_OUT = 'Signed out'

interface Admitted {
  readonly user: User
  readonly key: ProvenKey | undefined
  readonly forwards: Forwards
}

/** What the connections of a dock share. */
export interface DockState {
  readonly ports: DockPorts
  readonly limits: DockLimits
  readonly socketFolder: string
  readonly served: ServedRoutes<ServedForward>
  readonly calls: CallWatchers
  readonly residents: Residents
  readonly silent: SilentClients
  /** All that are open, of everybody. */
  readonly connections: () => Iterable<Connection>
  /** Where the dock is reached, for the usage text. */
  readonly port: () => number
}

/** One SSH connection from its first authentication request to its end. */
export class Connection {
  readonly #client: SshClient
  readonly #dock: DockState
  readonly #address: string
  readonly #leaveFrontDoor: () => void
  readonly #feed = new StatusFeed()
  readonly #terminals = new Set<Terminal>()
  readonly #signIn: SignIn
  readonly #channels: Channels
  readonly #traffic = new TrafficBoard()
  readonly #reviews: ReviewWatch
  #forwards: Forwards | undefined
  #forwardsAsked = 0
  #sessions = 0
  #grace: NodeJS.Timeout
  #unsubscribe: (() => void) | undefined
  #ended = false
  #quitting = false
  #userId: string | undefined
  #isSigningOut = false

  /** Must be called in the same turn in which ssh2 hands the client over, or its errors would reach nobody. */
  constructor(
    client: SshClient,
    dock: DockState,
    arrival: { readonly address: string; readonly leaveFrontDoor: () => void },
  ) {
    this.#client = client
    this.#dock = dock
    this.#address = arrival.address
    this.#leaveFrontDoor = arrival.leaveFrontDoor
    const { limits } = dock
    this.#channels = new Channels(client, limits)
    offerHybridKex(client)
    answerLateRequests(client)
    this.#reviews = new ReviewWatch(dock.ports.reviews, this.#feed)
    this.#grace = setTimeout(() => this.end(REASONS.tooSlow), limits.loginGraceMs)
    this.#signIn = new SignIn({
      address: this.#address,
      admission: dock.ports.admission,
      silent: dock.silent,
      maxAttempts: limits.maxAuthAttempts,
      admitted: (entry, username) => this.#admitted(entry, username),
      waitUntil: (ms) => this.#waitUntil(ms),
      refuse: (reason) => this.end(reason, DISCONNECT.noMoreAuthMethods),
      banner: (text) => sendBanner(client, text),
      publicUrl: dock.ports.say.publicUrl,
    })
    client.on('authentication', (context) => this.#signIn.answer(context))
    client.on('error', (error: Error & { level?: string }) => {
      dock.ports.log.debug('dock.client_error', { address: this.#address, level: error.level, reason: error.message })
      // ssh2 only ends the socket then, and a dead peer never answers that.
      if (error.level === 'client-timeout') socketOf(client).destroy()
    })
    client.on('end', () => this.#gone())
    client.on('close', () => this.#gone())
  }

  /** Tells the person, restores terminals and hangs up. Harmless when repeated. */
  end(reason: string, code: number = DISCONNECT.byApplication, about?: NoticeSubject): void {
    if (this.#ended) return
    this.#ended = true
    this.#feed.tell({ kind: 'ended', atMs: this.#dock.ports.clock.nowMs(), text: reason, about })
    clearTimeout(this.#grace)
    this.#forwards?.closeAll()
    const hasTerminal = this.#terminals.size > 0
    for (const terminal of this.#terminals) terminal.end(reason, 1)
    const hangUp = (): void => disconnectWith(this.#client, code, reason)
    if (hasTerminal) {
      // OpenSSH drops what it has not printed yet when it is disconnected: a terminal would stay in the other screen.
      this.#channels.roundTrips(ROUND_TRIPS, hangUp)
      setTimeout(hangUp, LAST_WORDS_MS)
    } else hangUp()
    const socket = socketOf(this.#client)
    const destroy = setTimeout(() => socket.destroy(), HANG_UP_MS)
    socket.once('close', () => clearTimeout(destroy))
  }

  #gone(): void {
    this.#ended = true
    clearTimeout(this.#grace)
    this.#unsubscribe?.()
    this.#unsubscribe = undefined
    this.#signIn.gone()
    this.#leaveFrontDoor()
    this.#forwards?.closeAll()
    for (const terminal of this.#terminals) terminal.end(undefined)
    this.#terminals.clear()
  }

  #waitUntil(ms: number): void {
    clearTimeout(this.#grace)
    const { limits, ports } = this.#dock
    const waitMs = Math.min(limits.signInGraceMs, Math.max(0, ms - ports.clock.nowMs()))
    // The ticket's own "expired" says it better, so it gets the first word.
    this.#grace = setTimeout(() => this.end(REASONS.expired), waitMs + 1000)
  }

  #admitted(entry: SshEntry, username: string): void {
    const { user, key } = entry
    clearTimeout(this.#grace)
    this.#leaveFrontDoor()
    const client = this.#client
    const { ports, limits } = this.#dock
    const resident = this.#dock.residents.of(user.id)
    const leave = resident.take('connection')
    if (leave === undefined) return this.end(REASONS.tooManyConnections(limits.maxConnectionsPerUser))
    socketOf(client).once('close', leave)
    this.#channels.belongTo(resident)
    this.#userId = user.id
    ports.log.info('dock.signed_in', { userId: user.id, address: this.#address, key: key?.fingerprint })
    if (key !== undefined) ports.admission.signedIn(key, this.#address)
    const proof = key === undefined ? 'without a key' : `with the key ${key.fingerprint}`
    this.#feed.tell({
      kind: 'log',
      atMs: ports.clock.nowMs(),
      text: `Signed in as ${user.email} from ${this.#address} ${proof}`,
    })
    const forwards = new Forwards(this.#forwardHost(user, resident), ports.claims, { user, key, username })
    this.#forwards = forwards
    const stopReviewing = ports.claims.onChange(() => this.#review(forwards))
    const stopRevoking = ports.admission.onRevoked(entry, (reason) => {
      // Whoever signs out is told so, and by the exit status that it went well.
      if (!this.#isSigningOut) this.end(reason)
    })
    this.#unsubscribe = () => {
      stopReviewing()
      stopRevoking()
    }
    client.on('request', (accept, reject, name, request) => {
      if (name === 'tcpip-forward' && 'bindAddr' in request) {
        const forward = this.#open(forwards, request)
        if (forward === undefined) return reject?.()
        // ssh2 puts the port into the answer only where 0 was asked for, as RFC 4254 §7.1 wants it.
        accept?.(forward.bound.port)
        void forward.start()
      } else if (name === 'cancel-tcpip-forward' && 'bindAddr' in request) {
        const known = forwards.cancel({ bindAddress: request.bindAddr, bindPort: request.bindPort })
        if (known) accept?.()
        else reject?.()
      } else {
        this.#tell(`"${name}" is not supported: forward a TCP port with ssh -R`)
        reject?.()
      }
    })
    // ssh2 refuses `direct-tcpip` and `direct-streamlocal` by itself as long as nobody listens for them: through them
    // anybody with a key could reach what listens on this machine only.
    client.on('session', (accept, reject) => {
      if (this.#ended || this.#sessions >= this.#dock.limits.maxSessions) return reject()
      this.#sessions += 1
      this.#terminals.add(new Terminal(accept(), this.#terminalHost({ user, key, forwards })))
    })
  }

  /** The configuration has changed. */
  #review(forwards: Forwards): void {
    forwards.review((sentence) => {
      if (forwards.all.length === 0) this.end(sentence, undefined, 'tunnel.withdrawn')
      else this.#tell(sentence, 'tunnel.withdrawn')
    })
  }

  #open(
    forwards: Forwards,
    request: { readonly bindAddr: string; readonly bindPort: number },
  ): ServedForward | undefined {
    this.#forwardsAsked += 1
    if (this.#ended) return undefined
    const opened = forwards.open({ bindAddress: request.bindAddr, bindPort: request.bindPort })
    if (opened.ok) return opened.value
    this.#tell(`Forward refused: ${opened.error}`, 'forward.refused')
    this.#dock.ports.log.warn('dock.forward_refused', { address: this.#address, reason: opened.error })
    return undefined
  }

  /** In the terminal, now or when there is one; also as a debug message, for `ssh -v -N`. */
  #tell(text: string, about?: NoticeSubject): void {
    this.#feed.tell({ kind: 'notice', atMs: this.#dock.ports.clock.nowMs(), text, about })
    sendDebug(this.#client, `Sallyport: ${text}`)
  }

  #forwardHost(user: User, resident: Resident): ForwardHost {
    const { ports, limits, socketFolder, served, calls } = this.#dock
    return {
      channels: this.#channels,
      traffic: this.#traffic,
      limits,
      ports,
      socketFolder,
      served,
      resident,
      userId: user.id,
      sourceAddress: this.#address,
      changed: (forward) => {
        const { status } = forward
        if (forward.isOver) {
          calls.leave(status.route, this.#feed)
          this.#reviews.unwatch(status.route)
          this.#feed.tell({ kind: 'gone', route: status.route })
          return
        }
        if (status.live) calls.watch(status.route, this.#feed)
        if (status.live) this.#reviews.watch({ userId: user.id, route: status.route })
        this.#feed.tell({ kind: 'tunnel', tunnel: status })
      },
      smudged: () => this.#feed.tell({ kind: 'smudged' }),
      misplaced: ({ claim }, path) =>
        this.#tell(`An MCP server answers at ${path}: use ${claim.baseUrl}${path} instead`),
      opened: ({ status }) => this.#tell(`Public assets: everybody may read what is below ${status.url}`),
      lost: (forward, address, drained) => {
        this.#forwards?.drop(forward)
        const text = `${forward.claim.url} was taken over by another connection from ${address}`
        if (this.#forwards?.all.length !== 0) return this.#tell(text, 'tunnel.taken_over')
        void drained.then(() =>
          this.#forwards?.all.length === 0
            ? this.end(text, undefined, 'tunnel.taken_over')
            : this.#tell(text, 'tunnel.taken_over'),
        )
      },
    }
  }

  #terminalHost({ user, key, forwards }: Admitted): TerminalHost {
    return {
      shell: (gone) => this.#shellSession(user, key, gone),
      failed: (cause) => this.#dock.ports.log.error('dock.command_failed', { reason: messageOf(cause) }),
      feed: this.#feed,
      channels: () => this.#traffic.snapshot(),
      clock: this.#dock.ports.clock,
      person: user.email,
      hasForwards: () => forwards.all.length > 0,
      usage: () => this.#usage(),
      retarget: (target) => forwards.retarget(target),
      name: (instance) => forwards.name(instance),
      makePublic: (labels) => {
        for (const problem of forwards.makePublic(labels)) this.#tell(problem)
      },
      decide: (id, answer) => void this.#dock.ports.reviews.answer(id, { userId: user.id, ...answer }),
      quit: () => this.#quit(),
      closed: (terminal) => {
        if (this.#terminals.delete(terminal)) this.#sessions -= 1
      },
    }
  }

  #shellSession(user: User, key: ProvenKey | undefined, gone: AbortSignal): ShellSession {
    const { ports, connections } = this.#dock
    const ofUser = (): readonly Connection[] => [...connections()].filter((each) => each.#userId === user.id)
    return {
      user,
      key,
      address: this.#address,
      ports: ports.shell,
      events: ports.events,
      clock: ports.clock,
      feed: this.#feed,
      gone,
      connections: () => ofUser().length,
      endConnections: () => {
        for (const each of ofUser()) if (each !== this) each.end(SIGNED_OUT)
        this.#isSigningOut = true
        setTimeout(() => this.end(SIGNED_OUT), QUIT_MS)
      },
    }
  }

  #usage(): string {
    // What was asked for and refused was told already.
    if (this.#forwardsAsked > 0) return 'Nothing is forwarded'
    const port = this.#dock.port()
    const host = new URL(this.#dock.ports.say.publicUrl).hostname
    const command = `ssh -R 0${port === 22 ? '' : ` -p ${port}`} ${host}`
    return `Nothing is forwarded. Publish the MCP server on your localhost:8080 with: ${command}`
  }

  /** Calls under way may end; who asks a second time does not wait for them. */
  #quit(): void {
    if (this.#quitting) return this.#hangUp()
    this.#quitting = true
    void this.#forwards?.drainAll().then(() => this.#hangUp())
  }

  #hangUp(): void {
    this.#forwards?.closeAll()
    for (const terminal of this.#terminals) terminal.end('Tunnel closed')
    setTimeout(() => this.end('Tunnel closed'), QUIT_MS)
  }
}
