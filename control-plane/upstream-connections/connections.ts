import type { Standing } from '../identity/standing.ts'
import type { Clock } from '../kernel/clock.ts'
import { messageOf } from '../kernel/fault.ts'
import { base32 } from '../kernel/ids.ts'
import type { Log } from '../kernel/log.ts'
import type { Random } from '../kernel/random.ts'
import { missingScopeOf, scopeNames } from './challenge.ts'
import type { ConnectionKey, UpstreamConnection, UpstreamConnectionStore, UpstreamTokens } from './connection.ts'
import { pauseMs, refreshDueAtMs } from './refresh-time.ts'
import { isWithin } from './resource.ts'
import { idOf } from './token-copy.ts'
import type { TokenFeed } from './token-feed.ts'
import type { ConnectRequest, UpstreamServer } from './upstream-server.ts'

/** How the server refused a call that carried our token. */
export interface UpstreamRefusal extends ConnectionKey {
  readonly generation: string
  readonly status: number
  /** Its `WWW-Authenticate`, or empty. A stranger's words. */
  readonly challenge: string
}

interface Ports {
  readonly store: UpstreamConnectionStore
  /** By route. */
  readonly servers: ReadonlyMap<string, UpstreamServer>
  readonly feed: Pick<TokenFeed, 'publish'>
  readonly standing: Pick<Standing, 'findUser'>
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
}

/** A connection as it is held in memory, with what is not worth writing down. */
interface Held {
  readonly connection: UpstreamConnection
  /** Undefined: there is nothing to refresh, or no need. */
  readonly dueAtMs: number | undefined
  readonly failures: number
  /** These tokens came from a refresh after the server had refused the ones before. */
  readonly onProbation: boolean
}

/** As many servers' time as a sweep takes at once. */
const MAX_AT_ONCE = 8

/** Who is connected to which server, with tokens that are renewed before they expire. */
export class UpstreamConnections implements AsyncDisposable {
  readonly #ports: Ports
  readonly #held = new Map<string, Held>()
  readonly #refreshing = new Map<string, Promise<void>>()
  #stopped = false

  constructor(ports: Ports) {
    this.#ports = ports
  }

  /** A route that leads to another server now does not get the tokens of the one before. */
  async load(): Promise<void> {
    for (const connection of await this.#ports.store.all()) {
      const server = this.#ports.servers.get(connection.route)
      if (server === undefined) continue
      const isSame = isWithin(server.url, connection.resource)
      const kept = isSame ? connection : { ...connection, tokens: undefined }
      if (!isSame) await this.#ports.store.put(kept)
      this.#hold(kept)
    }
  }

  find(key: ConnectionKey): UpstreamConnection | undefined {
    return this.#held.get(idOf(key))?.connection
  }

  ofUser(userId: string): readonly UpstreamConnection[] {
    return [...this.#held.values()].map(({ connection }) => connection).filter((each) => each.userId === userId)
  }

  /** The person has just signed in there. */
  async connect(key: ConnectionKey, request: ConnectRequest, tokens: UpstreamTokens): Promise<void> {
    const nowMs = this.#ports.clock.nowMs()
    const connection: UpstreamConnection = {
      ...key,
      resource: request.resource,
      issuer: request.issuer,
      generation: this.#newGeneration(),
      // RFC 6749 §5.1: a scope that is not named is the one that was asked for.
      tokens: { ...tokens, scope: tokens.scope ?? request.scope },
      askedScope: request.scope,
      connectedAtMs: nowMs,
      renewedAtMs: nowMs,
    }
    await this.#ports.store.put(connection)
    this.#hold(connection)
    this.#ports.log.info('upstream.connected', { user: key.userId, route: key.route, issuer: request.issuer })
  }

  /** Forgotten here first, whatever the server does with its tokens. */
  async disconnect(key: ConnectionKey): Promise<void> {
    const held = this.#held.get(idOf(key))
    this.#drop(key)
    await this.#ports.store.remove(key)
    if (held === undefined) return
    this.#ports.log.info('upstream.disconnected', { user: key.userId, route: key.route })
    const { tokens, issuer } = held.connection
    if (tokens !== undefined) await this.#ports.servers.get(key.route)?.revoke(tokens, issuer)
  }

  /** The person has just called. Cheap: called for each request. */
  touch(key: ConnectionKey): void {
    const held = this.#held.get(idOf(key))
    const expiresAtMs = held?.connection.tokens?.expiresAtMs
    if (expiresAtMs === undefined || this.#ports.clock.nowMs() < expiresAtMs) return
    this.#start(key)
  }

  /** Starts what is due. Call it every second or so. */
  sweep(): void {
    const nowMs = this.#ports.clock.nowMs()
    for (const { connection, dueAtMs } of this.#held.values()) {
      if (this.#refreshing.size >= MAX_AT_ONCE) return
      if (dueAtMs === undefined || nowMs < dueAtMs) continue
      // Nobody can call as a person who is disabled, so nothing is renewed for them either.
      if (this.#ports.standing.findUser(connection.userId) !== undefined) this.#start(connection)
    }
  }

  /** The server did not take our token: one refresh may help, else only the person can. */
  async refused(refusal: UpstreamRefusal): Promise<void> {
    const held = this.#held.get(idOf(refusal))
    const { connection } = held ?? {}
    // News of tokens that have been replaced in the meantime.
    if (held === undefined || connection === undefined || connection.generation !== refusal.generation) return
    if (connection.tokens === undefined) return
    if (refusal.status === 401) {
      if (held.onProbation || connection.tokens.refreshToken === undefined) {
        await this.#lose(held, { reason: 'the server refused the token' })
        return
      }
      if (!this.#isPaused(held)) await this.#refresh(held, { onProbation: true })
      return
    }
    const missing = missingScopeOf(refusal.challenge)
    const asked = scopeNames(connection.askedScope)
    // What was asked for and not given would not be given the next time either.
    if (missing === undefined || missing.every((name) => asked.includes(name))) return
    const askedScope = scopeNames(connection.tokens.scope, connection.askedScope, missing.join(' ')).join(' ')
    await this.#lose(held, { reason: 'a call needs more scope', askedScope })
  }

  /** Tokens that were rotated upstream a moment ago must still be written down. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped = true
    await Promise.allSettled(this.#refreshing.values())
  }

  #start(key: ConnectionKey): void {
    const held = this.#held.get(idOf(key))
    if (held === undefined || this.#isPaused(held)) return
    const { userId: user, route } = key
    this.#refresh(held, { onProbation: false }).catch((cause: unknown) =>
      this.#ports.log.error('upstream.refresh_failed', { user, route, reason: messageOf(cause) }),
    )
  }

  #isPaused({ failures, dueAtMs = 0 }: Held): boolean {
    return failures > 0 && this.#ports.clock.nowMs() < dueAtMs
  }

  /** One at a time for each connection: a refresh token that rotates is good once. */
  #refresh(held: Held, how: { readonly onProbation: boolean }): Promise<void> {
    const id = idOf(held.connection)
    const running = this.#refreshing.get(id)
    if (running !== undefined || this.#stopped) return running ?? Promise.resolve()
    const started = this.#refreshNow(held, how).finally(() => this.#refreshing.delete(id))
    this.#refreshing.set(id, started)
    return started
  }

  async #refreshNow(held: Held, { onProbation }: { readonly onProbation: boolean }): Promise<void> {
    const { connection } = held
    const { refreshToken, scope } = connection.tokens ?? {}
    const server = this.#ports.servers.get(connection.route)
    if (server === undefined) return
    if (refreshToken === undefined) return this.#lose(held, { reason: 'the token has expired' })
    const outcome = await server.refresh(refreshToken, { ...connection, scope })
    if (this.find(connection)?.generation !== connection.generation) {
      // Disconnected, or connected anew, while the server was thinking: nobody knows the new tokens but us.
      if (outcome.kind === 'refreshed') await server.revoke(outcome.tokens, connection.issuer)
      return
    }
    if (outcome.kind === 'ended') return this.#lose(held, { reason: outcome.detail })
    if (outcome.kind === 'failed') {
      const failures = held.failures + 1
      const { userId: user, route } = connection
      this.#ports.log.warn('upstream.refresh_failed', { user, route, failures, reason: outcome.detail })
      const dueAtMs = this.#ports.clock.nowMs() + pauseMs(failures)
      this.#held.set(idOf(connection), { ...held, failures, dueAtMs })
      return
    }
    const renewed: UpstreamConnection = {
      ...connection,
      generation: this.#newGeneration(),
      tokens: {
        ...outcome.tokens,
        refreshToken: outcome.tokens.refreshToken ?? refreshToken,
        scope: outcome.tokens.scope ?? scope,
      },
      renewedAtMs: this.#ports.clock.nowMs(),
    }
    if (await this.#ports.store.renew(renewed, connection.generation)) this.#hold(renewed, onProbation)
  }

  async #lose({ connection }: Held, why: { readonly reason: string; readonly askedScope?: string }): Promise<void> {
    const lost = {
      ...connection,
      generation: this.#newGeneration(),
      tokens: undefined,
      askedScope: why.askedScope ?? connection.askedScope,
    }
    const { userId: user, route } = connection
    this.#ports.log.info('upstream.sign_in_needed', { user, route, reason: why.reason })
    this.#hold(lost)
    await this.#ports.store.renew(lost, connection.generation)
  }

  #hold(connection: UpstreamConnection, onProbation = false): void {
    const { tokens, generation, renewedAtMs } = connection
    const jitter = (this.#ports.random.bytes(1)[0] ?? 0) / 256
    const expiresAtMs = tokens?.expiresAtMs
    const dueAtMs = expiresAtMs === undefined ? undefined : refreshDueAtMs({ renewedAtMs, expiresAtMs }, jitter)
    this.#held.set(idOf(connection), { connection, dueAtMs, failures: 0, onProbation })
    const key = { userId: connection.userId, route: connection.route }
    if (tokens === undefined) this.#ports.feed.publish({ kind: 'removed', key })
    else {
      const { accessToken } = tokens
      this.#ports.feed.publish({ kind: 'put', key, entry: { generation, accessToken, expiresAtMs } })
    }
  }

  #drop({ userId, route }: ConnectionKey): void {
    this.#held.delete(idOf({ userId, route }))
    this.#ports.feed.publish({ kind: 'removed', key: { userId, route } })
  }

  #newGeneration(): string {
    return base32(this.#ports.random.bytes(10), 16)
  }
}
