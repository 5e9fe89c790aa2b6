import type { ServerChannel } from 'ssh2'

import type { ConnectorHealth } from '../tunnels/connector.ts'
import { askServer } from './ask-server.ts'
import type { DockLimits } from './dock-options.ts'
import { askForMcp } from './mcp-question.ts'
import { closeChannel } from './ssh2-private.ts'

/** How much longer each time until it is looked again. */
const GROWTH = 1.3

export interface WatchHost {
  readonly limits: Pick<DockLimits, 'recheckMs' | 'maxRecheckMs' | 'healthMs' | 'openTimeoutMs'>
  /** False: it is enough that the target listens. */
  asksForMcp(): boolean
  /** Opens a channel to the target. */
  dial(): Promise<ServerChannel | 'refused' | 'unknown'>
  /** What the target is called in the Host header. */
  name(): string
  /** The path of the URL that people paste. */
  readonly path: string
  /** `fresh`: somebody has just seen it, although it is nothing new. `path`: where an MCP server was found. */
  heard(health: ConnectorHealth, news: { readonly changed: boolean; readonly path: string | undefined }): void
}

/**
 * Keeps the health of one target current. What calls meet is the first source; asking is for what they do not tell: whether a
 * refused target has come up, and whether what listens is an MCP server at all. Less and less often while the answer stays the
 * same: each refused channel is a line on the person's terminal, and each question one in the log of their server.
 */
export class TargetWatch {
  readonly #host: WatchHost
  #health: ConnectorHealth = 'unknown'
  #timer: NodeJS.Timeout | undefined
  #waitMs: number
  #stopped = false
  /** Whether a call has met the target since it was last looked at. */
  #met = false
  /** Counts what was said of the target, so that an answer from before does not overwrite it. */
  #turn = 0

  constructor(host: WatchHost) {
    this.#host = host
    this.#waitMs = host.limits.recheckMs
  }

  get health(): ConnectorHealth {
    return this.#health
  }

  /** What finding out the mode has shown already. */
  begin(health: ConnectorHealth): void {
    this.#health = health
    if (health === 'refused') this.#lookLater()
    else void this.look()
  }

  /** A call has met the target, or nobody there. */
  met(answer: 'ok' | 'refused'): void {
    this.#met = answer === 'ok'
    // That something listens is no news where something that is no MCP server does.
    if (answer === 'refused') this.#say('refused')
    else if (this.#health === 'refused') void this.look()
    else if (this.#health === 'unknown') this.#say('ok')
  }

  /** Asks now: at the start, and when the tunnel leads elsewhere. Never rejects. */
  async look(): Promise<void> {
    const turn = (this.#turn += 1)
    const { limits, path } = this.#host
    const question = askForMcp(path)
    let next = question.first
    for (;;) {
      const channel = await this.#host.dial()
      const isStale = this.#stopped || turn !== this.#turn
      if (typeof channel === 'string')
        return isStale ? undefined : this.#say(channel === 'refused' ? channel : this.#health)
      if (isStale) return closeChannel(channel)
      // That it listens is known before the rest is, and good enough for calls.
      if (this.#health === 'refused' || this.#health === 'unknown') this.#tell('ok')
      if (limits.healthMs === 0 || !this.#host.asksForMcp()) {
        closeChannel(channel)
        return this.#say('ok')
      }
      const answer = await askServer(channel, next, { host: this.#host.name(), deadlineMs: limits.openTimeoutMs })
      if (this.#stopped || turn !== this.#turn) return
      const finding = question.next(answer)
      if (finding.kind === 'found') return this.#say(finding.health, finding.path)
      next = finding.question
    }
  }

  /** Harmless when repeated. */
  stop(): void {
    this.#stopped = true
    clearTimeout(this.#timer)
  }

  #say(health: ConnectorHealth, path?: string): void {
    if (this.#stopped) return
    this.#turn += 1
    if (health !== this.#health) this.#waitMs = this.#host.limits.recheckMs
    this.#tell(health, path)
    this.#lookLater()
  }

  #tell(health: ConnectorHealth, path?: string): void {
    const changed = health !== this.#health
    this.#health = health
    this.#host.heard(health, { changed, path })
  }

  #lookLater(): void {
    if (this.#stopped) return
    clearTimeout(this.#timer)
    const { maxRecheckMs, healthMs } = this.#host.limits
    const isWell = this.#health === 'ok'
    if (isWell && healthMs === 0) return
    this.#met = false
    this.#timer = setTimeout(
      () => (isWell && this.#met ? this.#lookLater() : void this.look()),
      isWell ? healthMs : this.#waitMs,
    )
    this.#waitMs = Math.min(this.#waitMs * GROWTH, maxRecheckMs)
  }
}
