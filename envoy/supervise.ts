import type { ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

import { systemClock, type Clock } from '../control-plane/kernel/clock.ts'
import { messageOf } from '../control-plane/kernel/fault.ts'
import type { Log } from '../control-plane/kernel/log.ts'
import { LOG_FORMAT, logEnvoyLine } from './log-line.ts'
import { restartDelayMs } from './restart-delay.ts'
import { openTether, type Tether } from './tether.ts'

export interface EnvoyOptions {
  readonly executable: string
  /** Envoy's working directory; it must have a folder `run` for the sockets that the bootstrap names. */
  readonly dataFolder: string
  readonly log: Log
  /** Worker threads; the number of cores unless told otherwise. */
  readonly concurrency?: number
  /** Another bootstrap than the one beside this file. */
  readonly bootstrapPath?: string
  /** YAML merged over the bootstrap: `node: {id: edge-2}`. */
  readonly overlay?: string
  /** How long a SIGTERM may take before SIGKILL; 5 s by default. */
  readonly stopWithinMs?: number
  readonly clock?: Clock
  readonly tether?: Tether
}

export const BOOTSTRAP = fileURLToPath(new URL('bootstrap.yaml', import.meta.url))

/** Keeps one Envoy running until it is disposed of: restarts it with back-off whenever it ends by itself. */
export class EnvoySupervisor implements AsyncDisposable {
  readonly #options: EnvoyOptions
  readonly #tether: Tether
  readonly #clock: Clock
  #child: ChildProcess | undefined
  #restart: NodeJS.Timeout | undefined
  #delayMs = 0
  #restarts = 0
  #stopping: Promise<void> | undefined

  private constructor(options: EnvoyOptions, tether: Tether) {
    this.#options = options
    this.#tether = tether
    this.#clock = options.clock ?? systemClock
  }

  /** Starts Envoy and returns at once: whether it serves is seen by its xDS connection. */
  static async start(options: EnvoyOptions): Promise<EnvoySupervisor> {
    const supervisor = new EnvoySupervisor(options, options.tether ?? (await openTether()))
    supervisor.#start()
    return supervisor
  }

  /** The running Envoy, undefined while waiting to restart it. */
  get pid(): number | undefined {
    return this.#child?.pid
  }

  /** How often it ended by itself. */
  get restarts(): number {
    return this.#restarts
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#stopping ??= this.#stop()
    return this.#stopping
  }

  #start(): void {
    const { executable, dataFolder, log } = this.#options
    const startedAtMs = this.#clock.nowMs()
    const child = this.#tether.spawn(executable, envoyArguments(this.#options), dataFolder)
    this.#child = child
    let ended = false
    const onEnd = (facts: Readonly<Record<string, unknown>>): void => {
      if (ended) return
      ended = true
      this.#child = undefined
      this.#onEnd(facts, this.#clock.nowMs() - startedAtMs)
    }
    child.once('error', (cause) => onEnd({ problem: messageOf(cause) }))
    child.once('exit', (code, signal) => onEnd({ code, signal }))
    if (child.stderr !== null) {
      createInterface({ input: child.stderr }).on('line', (line) => {
        // While it is being stopped, what it says is about that.
        if (this.#stopping === undefined) logEnvoyLine(log, line)
      })
    }
    if (child.pid !== undefined) log.info('envoy.started', { pid: child.pid, executable })
  }

  #onEnd(facts: Readonly<Record<string, unknown>>, upMs: number): void {
    const { log } = this.#options
    if (this.#stopping !== undefined) {
      log.info('envoy.exited', { ...facts, upMs })
      return
    }
    this.#delayMs = restartDelayMs(this.#delayMs, upMs)
    this.#restarts++
    log.error('envoy.exited', { ...facts, upMs })
    log.warn('envoy.restarting', { delayMs: this.#delayMs, restarts: this.#restarts })
    this.#restart = setTimeout(() => this.#start(), this.#delayMs)
  }

  async #stop(): Promise<void> {
    clearTimeout(this.#restart)
    const child = this.#child
    if (child?.pid === undefined) return
    const { promise: exited, resolve } = Promise.withResolvers<void>()
    child.once('exit', () => resolve())
    child.kill('SIGTERM')
    const force = setTimeout(() => child.kill('SIGKILL'), this.#options.stopWithinMs ?? 5000)
    await exited
    clearTimeout(force)
  }
}

/** No hot restart, so that several Envoys (tests, a second gateway) do not meet in one shared memory region. */
export const envoyArguments = ({ bootstrapPath, overlay, concurrency }: EnvoyOptions): readonly string[] => [
  '-c',
  bootstrapPath ?? BOOTSTRAP,
  ...(overlay === undefined ? [] : ['--config-yaml', overlay]),
  ...(concurrency === undefined ? [] : ['--concurrency', String(concurrency)]),
  '--disable-hot-restart',
  '--log-level',
  'warn',
  '--log-format',
  LOG_FORMAT,
]
