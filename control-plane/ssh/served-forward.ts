import type { Socket } from 'node:net'

import { messageOf } from '../kernel/fault.ts'
import type { Connector, ConnectorHealth } from '../tunnels/connector.ts'
import type { ForwardMode } from '../tunnels/forward.ts'
import type { Claim } from '../tunnels/tunnel-claims.ts'
import type { TunnelStatus } from '../tui/status.ts'
import type { BoundForward, Channels } from './channels.ts'
import { type ConnectorSocket, listenForEnvoy, newSocketPath } from './connector-socket.ts'
import type { DockLimits, DockPorts } from './dock-options.ts'
import { detectMode } from './mode-detection.ts'
import { pump } from './pump.ts'
import type { Replaceable, ServedRoutes } from './served-routes.ts'
import { opening } from './socks.ts'
import { closeChannel } from './ssh2-private.ts'
import { checkTarget } from './target-check.ts'
import { fixedTargetText, type Target, targetText } from './target.ts'
import type { TrafficBoard } from './traffic.ts'

/** How long the gateway may say that it cannot publish before it is asked again. */
const RETRY_MS = 1000
const RECHECK_GROWTH = 1.3

/** What a forward gets from its connection. */
export interface ForwardHost {
  readonly channels: Channels
  readonly traffic: TrafficBoard
  readonly limits: DockLimits
  readonly ports: Pick<DockPorts, 'board' | 'clock' | 'log' | 'random'>
  readonly socketFolder: string
  readonly served: ServedRoutes<ServedForward>
  readonly userId: string
  readonly sourceAddress: string
  changed(forward: ServedForward): void
  /** The client has printed about a failed connection, across whatever its terminal shows. */
  smudged(): void
  /** Another connection serves this route now. */
  lost(forward: ServedForward, sourceAddress: string): void
}

/** One accepted forward: finds out its mode, opens its unix socket, has it published, and keeps its health current. */
export class ServedForward implements Replaceable {
  readonly bound: BoundForward
  readonly claim: Claim
  readonly #id: string
  readonly #host: ForwardHost
  #target: Target
  /** Whether the person named the target; a fixed one is otherwise only guessed. */
  #named: boolean
  #mode: ForwardMode | undefined
  #health: ConnectorHealth = 'unknown'
  #live = false
  #closed = false
  #sinceMs: number
  #path: string | undefined
  #socket: ConnectorSocket | undefined
  #recheck: NodeJS.Timeout | undefined
  #recheckMs: number

  constructor(
    host: ForwardHost,
    facts: {
      readonly bound: BoundForward
      readonly claim: Claim
      readonly connectorId: string
      readonly target: Target
      readonly named: boolean
    },
  ) {
    this.#host = host
    this.bound = facts.bound
    this.claim = facts.claim
    this.#id = facts.connectorId
    this.#target = facts.target
    this.#named = facts.named
    this.#sinceMs = host.ports.clock.nowMs()
    this.#recheckMs = host.limits.recheckMs
  }

  get status(): TunnelStatus {
    return {
      route: this.claim.route,
      url: this.claim.url,
      target: this.#targetText(),
      live: this.#live,
      health: this.#health,
      connectors: 1,
      mode: this.#mode,
      sinceMs: this.#sinceMs,
    }
  }

  get isClosed(): boolean {
    return this.#closed
  }

  /** Serves until closed. Never rejects: what goes wrong is logged and tried again. */
  async start(): Promise<void> {
    try {
      await this.#detect()
      if (this.#closed) return
      const path = newSocketPath(this.#host.socketFolder, this.#id, this.#host.ports.random)
      const socket = await listenForEnvoy(path, (connection) => this.#accept(connection))
      if (this.#closed) return socket.close()
      this.#path = path
      this.#socket = socket
      await this.#publish()
      if (this.#health === 'refused') this.#watchTarget()
    } catch (cause) {
      this.#host.ports.log.error('dock.forward_failed', { route: this.claim.route, reason: messageOf(cause) })
      this.close()
    }
  }

  /** Leads channels opened from now on elsewhere; of a fixed target only the name that we use for it. */
  async retarget(target: Target): Promise<void> {
    const same = this.#named && targetText(target) === targetText(this.#target)
    this.#target = target
    this.#named = true
    if (same || this.#path === undefined || this.#closed) return
    try {
      await this.#publish()
    } catch (cause) {
      this.#host.ports.log.error('dock.retarget_failed', { route: this.claim.route, reason: messageOf(cause) })
    }
    await this.#checkNow()
  }

  replaceBy(sourceAddress: string): void {
    this.close()
    this.#host.lost(this, sourceAddress)
  }

  /** Harmless when repeated. */
  close(): void {
    if (this.#closed) return
    this.#closed = true
    this.#live = false
    clearTimeout(this.#recheck)
    this.#socket?.close()
    this.#host.served.leave({ userId: this.#host.userId, route: this.claim.route }, this)
    if (this.#path !== undefined) this.#host.ports.board.down(this.#id, this.#path)
    this.#host.changed(this)
  }

  #targetText(): string {
    return this.#named || this.#mode !== 'static' ? targetText(this.#target) : fixedTargetText(this.bound.request)
  }

  /** A client that does not answer is asked again until its keepalive ends it: a mode is never guessed. */
  async #detect(): Promise<void> {
    const { channels, limits } = this.#host
    while (this.#mode === undefined && !this.#closed && channels.isOpen) {
      let tried = this.#target
      const detected = await detectMode(channels, this.bound, {
        targetNow: () => (tried = this.#target),
        deadlineMs: limits.openTimeoutMs,
      })
      this.#mode = detected?.mode
      // The words after the host may have come meanwhile.
      const current = tried === this.#target || detected?.mode === 'static'
      this.#health = current ? (detected?.health ?? 'unknown') : 'unknown'
    }
    if (this.#mode === 'dynamic' && this.#health === 'unknown') this.#health = await this.#check()
  }

  async #publish(): Promise<void> {
    while (!this.#closed) {
      const connector = this.#connector()
      if (connector === undefined) return
      try {
        await this.#host.ports.board.up(connector)
        break
      } catch (cause) {
        this.#host.ports.log.warn('dock.publish_failed', { route: this.claim.route, reason: messageOf(cause) })
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS).unref())
      }
    }
    if (this.#closed) return
    this.#live = true
    const { served, userId, sourceAddress } = this.#host
    served.take({ userId, route: this.claim.route }, this, sourceAddress)
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
      health: this.#health,
    }
  }

  #accept(connection: Socket): void {
    const { channels, limits } = this.#host
    channels.open(this.bound, (channel) => {
      if (typeof channel === 'string') {
        // Unread, so that the caller's request counts as not sent.
        connection.destroy()
        if (channel === 'refused' && channels.isOpen) this.#report('refused')
        else this.#host.ports.log.warn('dock.channel_not_opened', { route: this.claim.route, reason: channel })
        return
      }
      if (connection.destroyed || this.#closed) return closeChannel(channel)
      const { host, port } = this.#target
      const { traffic, closed } = this.#host.traffic.open(this.claim.route, this.#host.ports.clock.nowMs())
      pump(connection, channel, {
        traffic,
        tcp: channels.tcp,
        opening: this.#mode === 'dynamic' ? opening(host, port) : undefined,
        idleMs: limits.idleMs,
        onTarget: (answer) => this.#report(answer),
        onEnd: closed,
      })
    })
  }

  #check(): Promise<ConnectorHealth> {
    const { channels, limits } = this.#host
    const options = { mode: this.#mode ?? 'dynamic', target: this.#target, deadlineMs: limits.openTimeoutMs }
    return checkTarget(channels, this.bound, options)
  }

  async #checkNow(): Promise<void> {
    const health = await this.#check()
    if (health !== 'unknown') this.#report(health)
    else if (this.#health === 'refused') this.#watchTarget()
  }

  #report(health: Exclude<ConnectorHealth, 'unknown'>): void {
    if (this.#closed) return
    if (health === 'refused') {
      this.#watchTarget()
      this.#host.smudged()
    } else this.#recheckMs = this.#host.limits.recheckMs
    const changed = health !== this.#health
    this.#health = health
    // A refusal is reported each time: how fresh it is decides whether the next call tries again.
    if ((changed || health === 'refused') && this.#path !== undefined) {
      this.#host.ports.board.health(this.#id, this.#path, health)
    }
    if (changed) this.#host.changed(this)
  }

  /**
   * Callers are told for a while that nothing listens, so somebody has to notice when it does. Less and less
   * often, because OpenSSH prints a line on its person's terminal each time.
   */
  #watchTarget(): void {
    clearTimeout(this.#recheck)
    this.#recheck = setTimeout(() => void this.#checkNow(), this.#recheckMs)
    this.#recheckMs = Math.min(this.#recheckMs * RECHECK_GROWTH, this.#host.limits.maxRecheckMs)
  }
}
