import type { Configuration } from '../config/load.ts'
import { ConfigError, formatProblem } from '../config/problem.ts'
import { restartNeeds } from '../config/restart.ts'
import { ConfigWatch } from '../config/watch.ts'
import type { Clock } from '../kernel/clock.ts'
import { messageOf } from '../kernel/fault.ts'
import type { Log } from '../kernel/log.ts'
import type { Publication } from '../routes/publication.ts'

/** How it stands with the configuration of a running gateway. */
export interface ConfigurationState {
  /** When what is in force was loaded. */
  readonly loadedAtMs: number
  /** Why what is in the files now is not in force; undefined when it is. */
  readonly refused: { readonly atMs: number; readonly problems: readonly string[] } | undefined
  /** What differs from the start and takes effect with the next one. */
  readonly needsRestart: readonly string[]
  readonly warnings: readonly string[]
}

export interface ReloadPorts {
  /** Reads the files anew; throws what is wrong with them. `seen` hears of each file. */
  readonly load: (seen: (file: string) => void) => Promise<Configuration>
  /** Puts it into force whole, or rejects and changes nothing. */
  readonly apply: (publication: Publication) => Promise<void>
  readonly clock: Clock
  readonly log: Log
}

/** Takes new configurations over while the gateway runs, whole or not at all (invariant 6). */
export class Reload implements AsyncDisposable {
  readonly #started: Configuration
  readonly #ports: ReloadPorts
  readonly #watch: ConfigWatch
  #state: ConfigurationState
  #last: Promise<unknown> = Promise.resolve()
  #stopped = false

  constructor(started: Configuration, files: readonly string[], ports: ReloadPorts) {
    this.#started = started
    this.#ports = ports
    this.#state = {
      loadedAtMs: ports.clock.nowMs(),
      refused: undefined,
      needsRestart: [],
      warnings: started.warnings.map(formatProblem),
    }
    this.#watch = new ConfigWatch(() => void this.run())
    this.#watch.follow(files)
  }

  get state(): ConfigurationState {
    return this.#state
  }

  /** One after another. Never rejects: what went wrong is in the state and in the log. */
  run(): Promise<ConfigurationState> {
    const done = this.#last.then(() => (this.#stopped ? this.#state : this.#once()))
    this.#last = done
    return done
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped = true
    this.#watch[Symbol.dispose]()
    await this.#last
  }

  async #once(): Promise<ConfigurationState> {
    const { clock, log } = this.#ports
    const beganAtMs = clock.nowMs()
    const files: string[] = []
    try {
      const next = await this.#ports.load((file) => files.push(file))
      const needs = restartNeeds(this.#started.document, next.document)
      if (needs.first.length > 0) return this.#refuse([`Nothing was taken over: ${restartSentence(needs.first)}`])
      await this.#ports.apply(next.publication)
      const warnings = next.warnings.map(formatProblem)
      for (const text of warnings) log.warn('config.warning', { text })
      if (needs.later.length > 0) log.warn('config.needs_restart', { text: restartSentence(needs.later) })
      const loadedAtMs = clock.nowMs()
      log.info('config.reloaded', { routes: next.publication.routes.size, ms: loadedAtMs - beganAtMs })
      this.#state = { loadedAtMs, refused: undefined, needsRestart: needs.later, warnings }
    } catch (cause) {
      return this.#refuse(cause instanceof ConfigError ? cause.problems.map(formatProblem) : [messageOf(cause)])
    } finally {
      // Also those of a file with problems: their correction is what is waited for.
      if (files.length > 0) this.#watch.follow(files)
    }
    return this.#state
  }

  #refuse(problems: readonly string[]): ConfigurationState {
    this.#ports.log.error('config.refused', { problems, hint: 'the configuration before it stays in force' })
    this.#state = { ...this.#state, refused: { atMs: this.#ports.clock.nowMs(), problems } }
    return this.#state
  }
}

const restartSentence = (keys: readonly string[]): string => `${keys.join(', ')} changed, which needs a restart`
