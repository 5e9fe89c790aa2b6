import type { Socket } from 'node:net'

import { messageOf } from '../kernel/fault.ts'
import type { Connector, ConnectorHealth } from '../tunnels/connector.ts'
import type { ForwardMode } from '../tunnels/forward.ts'
import type { Claim } from '../tunnels/tunnel-claims.ts'
import type { TunnelStatus } from '../tui/status.ts'
import type { BoundForward, Channels } from './channels.ts'
import { type ConnectorSocket, listenForEnvoy, newSocketPath } from './connector-socket.ts'
import { findPlace } from './connector-place.ts'
import { dial } from './dial.ts'
import type { DockLimits, DockPorts } from './dock-options.ts'
import { detectMode } from './mode-detection.ts'
import { pump } from './pump.ts'
import type { Resident } from './residents.ts'
import type { Served, ServedRoutes } from './served-routes.ts'
import { opening } from './socks.ts'
import { closeChannel } from './ssh2-private.ts'
import { fixedTargetText, type Target, targetText } from './target.ts'
import { TargetWatch } from './target-watch.ts'
import type { TrafficBoard } from './traffic.ts'

/** How long the gateway may say that it cannot publish before it is asked again. */
const RETRY_MS = 1000
/** How long a client may take to show that it is still there, when another one wants its place. */
const THERE_MS = 2000

/** What a forward gets from its connection. */
export interface ForwardHost {
  readonly channels: Channels
  readonly traffic: TrafficBoard
  readonly limits: DockLimits
  readonly ports: Pick<DockPorts, 'board' | 'clock' | 'log' | 'random'>
  readonly socketFolder: string
  readonly served: ServedRoutes<ServedForward>
  readonly resident: Resident
  readonly userId: string
  readonly sourceAddress: string
  changed(forward: ServedForward): void
  /** The client has printed about a failed connection, across whatever its terminal shows. */
  smudged(): void
  /** An MCP server answers, but at another path than the URL says. */
  misplaced(forward: ServedForward, path: string): void
  /** Everybody may read what it serves from now on. */
  opened(forward: ServedForward): void
  /** Another connection serves this route now. `drained`: what was under way here has ended. */
  lost(forward: ServedForward, sourceAddress: string, drained: Promise<void>): void
}

export interface ForwardFacts {
  readonly bound: BoundForward
  readonly claim: Claim
  /** The connector's id, for the name of an instance where there are several. */
  readonly idOf: (instance: string | undefined, isPublic: boolean) => string
  /** The name of the instance that the person gave. May come after the forward itself. */
  readonly instance: () => string | undefined
  /** Whether the person opened it to everybody. May come after the forward itself, too. */
  readonly isPublic: () => boolean
  readonly target: Target
  /** Whether the person named the target; a fixed one is otherwise only guessed. */
  readonly named: boolean
  /** Gives back the place among the person's tunnels. */
  readonly leave: () => void
}

/** One accepted forward: finds out its mode, opens its unix socket, has it published, and keeps its health current. */
export class ServedForward implements Served {
  readonly #host: ForwardHost
  readonly #facts: ForwardFacts
  readonly #watch: TargetWatch
  readonly #sinceMs: number
  #id: string
  #target: Target
  #named: boolean
  #mode: ForwardMode | undefined
  #live = false
  #connectors = 1
  /** `draining`: no new calls, but those under way go on. */
  #end: 'no' | 'draining' | 'closed' = 'no'
  #path: string | undefined
  /** Undefined until it is served: from then on it stays what it is. */
  #isPublic: boolean | undefined
  #socket: ConnectorSocket | undefined

  constructor(host: ForwardHost, facts: ForwardFacts) {
    this.#host = host
    this.#facts = facts
    this.#id = facts.idOf(undefined, false)
    this.#target = facts.target
    this.#named = facts.named
    this.#sinceMs = host.ports.clock.nowMs()
    this.#watch = new TargetWatch({
      limits: host.limits,
      asksForMcp: () => !this.isPublic,
      dial: () => dial(host.channels, this.bound, this.#dialling),
      name: () => this.#targetText(),
      path: '/mcp',
      heard: (health, { changed, path }) => this.#heard(health, changed, path),
    })
  }

  get bound(): BoundForward {
    return this.#facts.bound
  }

  get claim(): Claim {
    return this.#facts.claim
  }

  get connectorId(): string {
    return this.#id
  }

  get status(): TunnelStatus {
    return {
      route: this.claim.route,
      url: this.isPublic ? `${this.claim.baseUrl}/` : this.claim.url,
      target: this.#targetText(),
      live: this.#live,
      health: this.#watch.health,
      mode: this.#mode,
      sinceMs: this.#sinceMs,
      connectors: this.#connectors,
    }
  }

  get isPublic(): boolean {
    return this.#isPublic === true
  }

  /** Whether words that come now are too late to make it public. */
  get isSettled(): boolean {
    return this.#isPublic !== undefined
  }

  get isOver(): boolean {
    return this.#end !== 'no'
  }

  /** Serves until closed. Never rejects: what goes wrong is logged and tried again. */
  async start(): Promise<void> {
    const { ports, served, socketFolder } = this.#host
    try {
      const health = await this.#detect()
      const { claim, instance } = this.#facts
      const isPublic = this.#facts.isPublic()
      this.#isPublic = isPublic
      const idOf = (name: string | undefined): string => this.#facts.idOf(name, isPublic)
      this.#id = await findPlace(served, { claim, idOf, instance: instance() })
      if (this.isOver) return
      served.join(this.claim.route, this)
      const path = newSocketPath(socketFolder, this.#id, ports.random)
      const socket = await listenForEnvoy(path, (connection) => this.#accept(connection))
      if (this.isOver) return socket.close()
      this.#path = path
      this.#socket = socket
      this.#watch.begin(health)
      await this.#publish()
      if (isPublic && !this.isOver) this.#host.opened(this)
    } catch (cause) {
      ports.log.error('dock.forward_failed', { route: this.claim.route, reason: messageOf(cause) })
      this.close()
    }
  }

  /** Leads channels opened from now on elsewhere; of a fixed target only the name that we use for it. */
  async retarget(target: Target): Promise<void> {
    const same = this.#named && targetText(target) === targetText(this.#target)
    this.#target = target
    this.#named = true
    if (same || this.#path === undefined || this.isOver) return
    try {
      await this.#publish()
    } catch (cause) {
      this.#host.ports.log.error('dock.retarget_failed', { route: this.claim.route, reason: messageOf(cause) })
    }
    await this.#watch.look()
  }

  isThere(): Promise<boolean> {
    return this.#host.channels.answer(THERE_MS)
  }

  counted(connectors: number): void {
    if (connectors === this.#connectors) return
    this.#connectors = connectors
    if (!this.isOver) this.#host.changed(this)
  }

  replaceBy(sourceAddress: string): void {
    this.#host.lost(this, sourceAddress, this.drain())
  }

  /** Takes no new calls, lets those under way end, at most for `drainMs`, and closes. Harmless when repeated. */
  async drain(): Promise<void> {
    if (this.isOver) return
    this.#leave('draining')
    if (this.#path !== undefined) {
      await this.#host.ports.board.drain(this.#id, this.#path)
      await this.#socket?.unused(this.#host.limits.drainMs)
    }
    this.close()
  }

  /** At once: calls under way are cut. Harmless when repeated. */
  close(): void {
    if (this.#end === 'closed') return
    const wasOver = this.isOver
    this.#end = 'closed'
    this.#socket?.close()
    if (this.#path !== undefined) this.#host.ports.board.down(this.#id, this.#path)
    if (!wasOver) this.#leave('closed')
    this.#facts.leave()
  }

  #leave(end: 'draining' | 'closed'): void {
    this.#end = end
    this.#live = false
    this.#watch.stop()
    this.#host.served.leave(this.claim.route, this)
    this.#host.changed(this)
  }

  #targetText(): string {
    return this.#named || this.#mode !== 'static' ? targetText(this.#target) : fixedTargetText(this.bound.request)
  }

  get #dialling() {
    return { mode: this.#mode ?? 'dynamic', target: this.#target, deadlineMs: this.#host.limits.openTimeoutMs }
  }

  /** A client that does not answer is asked again until its keepalive ends it: a mode is never guessed. */
  async #detect(): Promise<ConnectorHealth> {
    const { channels, limits } = this.#host
    let health: ConnectorHealth = 'unknown'
    while (this.#mode === undefined && !this.isOver && channels.isOpen) {
      let tried = this.#target
      const detected = await detectMode(channels, this.bound, {
        targetNow: () => (tried = this.#target),
        deadlineMs: limits.openTimeoutMs,
      })
      this.#mode = detected?.mode
      // The words after the host may have come meanwhile.
      const current = tried === this.#target || detected?.mode === 'static'
      health = current ? (detected?.health ?? 'unknown') : 'unknown'
    }
    return health
  }

  async #publish(): Promise<void> {
    while (!this.isOver) {
      const connector = this.#connector()
      if (connector === undefined) return
      try {
        await this.#host.ports.board.up(connector)
        // What was found out meanwhile nobody could be told.
        const { health } = this.#watch
        if (health !== connector.health) this.#host.ports.board.health(connector.id, connector.socketPath, health)
        break
      } catch (cause) {
        this.#host.ports.log.warn('dock.publish_failed', { route: this.claim.route, reason: messageOf(cause) })
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS).unref())
      }
    }
    if (this.isOver) return
    this.#live = true
    const { served, sourceAddress } = this.#host
    const beside = this.claim.shared || this.#facts.instance() !== undefined
    served.take(this.claim.route, this, { sourceAddress, beside })
    this.#host.changed(this)
  }

  #connector(): Connector | undefined {
    if (this.#mode === undefined || this.#path === undefined) return undefined
    return {
      id: this.#id,
      route: this.claim.route,
      userId: this.#host.userId,
      socketPath: this.#path,
      sourceAddress: this.#host.sourceAddress,
      mode: this.#mode,
      target: this.#targetText(),
      sinceMs: this.#sinceMs,
      health: this.#watch.health,
      isPublic: this.isPublic,
    }
  }

  #accept(connection: Socket): void {
    const { channels, limits } = this.#host
    channels.open(this.bound, (channel) => {
      if (typeof channel === 'string') {
        // Unread, so that the caller's request counts as not sent.
        connection.destroy()
        if (channel === 'refused' && channels.isOpen) this.#watch.met('refused')
        else this.#host.ports.log.warn('dock.channel_not_opened', { route: this.claim.route, reason: channel })
        return
      }
      if (connection.destroyed || this.#end === 'closed') return closeChannel(channel)
      const { host, port } = this.#target
      const { traffic, closed } = this.#host.traffic.open(this.claim.route, this.#host.ports.clock.nowMs())
      pump(connection, channel, {
        traffic,
        tcp: channels.tcp,
        opening: this.#mode === 'dynamic' ? opening(host, port) : undefined,
        idleMs: limits.idleMs,
        spend: (bytes) => channels.spend(bytes),
        onTarget: (answer) => this.#watch.met(answer),
        onEnd: closed,
      })
    })
  }

  #heard(health: ConnectorHealth, changed: boolean, path: string | undefined): void {
    if (this.isOver) return
    if (health === 'refused') this.#host.smudged()
    // A refusal is reported each time: how fresh it is decides whether the next call tries again.
    if ((changed || health === 'refused') && this.#path !== undefined) {
      this.#host.ports.board.health(this.#id, this.#path, health)
    }
    if (!changed) return
    this.#host.changed(this)
    if (health === 'wrong_path' && path !== undefined) this.#host.misplaced(this, path)
  }
}
