import type { Clock } from '../kernel/clock.ts'
import { messageOf } from '../kernel/fault.ts'
import type { Log } from '../kernel/log.ts'
import { mayEnter } from './allowed.ts'
import { DEFAULT_MAX_STALE_MS } from './claims-of-user.ts'
import { newsOf, type Identities } from './identities.ts'
import type { IdentityProvider, RefreshOutcome } from './identity-provider.ts'
import type { Identity, IdentityStore } from './identity-store.ts'
import type { UserId } from './user.ts'

/** After a refresh that failed through no fault of the person's; never sooner than their provider's own interval allows. */
const RETRY_MS = 5 * 60_000
/** A user without anything to refresh is looked at again after this long. */
const LOOK_AGAIN_MS = 60 * 60_000

/** Keeps the claims of people who are active as their provider has them now, and ends those it does not stand by. */
export class ClaimsRefresh implements AsyncDisposable {
  readonly #store: IdentityStore
  readonly #providers: ReadonlyMap<string, IdentityProvider>
  readonly #identities: Identities
  readonly #clock: Clock
  readonly #log: Log
  readonly #lookAtMs = new Map<UserId, number>()
  readonly #running = new Map<UserId, Promise<void>>()
  readonly #failed = new Set<string>()
  readonly #ended = new Set<string>()
  #stopped = false

  constructor(ports: {
    store: IdentityStore
    providers: ReadonlyMap<string, IdentityProvider>
    identities: Identities
    clock: Clock
    log: Log
  }) {
    this.#store = ports.store
    this.#providers = ports.providers
    this.#identities = ports.identities
    this.#clock = ports.clock
    this.#log = ports.log
  }

  /**
   * What the configuration says now holds for everybody from the start on: whoever came through a provider that is gone,
   * or is not `allowed` any more, has nobody who stands by their claims.
   */
  async load(): Promise<void> {
    for (const identity of await this.#store.all()) {
      const terms = this.#providers.get(identity.providerId)?.terms
      if (terms !== undefined && mayEnter(terms.allowed, identity.claims)) continue
      const { refreshedAtMs: ifRefreshedAtMs } = identity
      await this.#store.markStale(identity, { nowMs: this.#clock.nowMs(), ifRefreshedAtMs, forget: false })
    }
    // Most are as they were: a start must not write thousands of them.
    const byUser = Map.groupBy(await this.#store.all(), ({ userId }) => userId)
    for (const [userId, identities] of byUser) {
      if (!this.#identities.isSettled(userId, identities)) await this.#identities.settle(userId)
    }
  }

  /** The user has just done something. Cheap: called for each request. */
  touch(userId: UserId): void {
    if (this.#stopped || this.#clock.nowMs() < (this.#lookAtMs.get(userId) ?? 0)) return
    this.refresh(userId).catch((cause: unknown) =>
      this.#log.error('identity.refresh_failed', { user: userId, reason: messageOf(cause) }),
    )
  }

  /** Refreshes what is due; one at a time for each user. */
  refresh(userId: UserId): Promise<void> {
    const running = this.#running.get(userId)
    if (running !== undefined) return running
    this.#lookAtMs.set(userId, this.#clock.nowMs() + RETRY_MS)
    const started = this.#refreshAll(userId).finally(() => this.#running.delete(userId))
    this.#running.set(userId, started)
    return started
  }

  /** Ends what has been stale for too long. Call it every minute or so. */
  async sweep(): Promise<void> {
    const nowMs = this.#clock.nowMs()
    for (const identity of await this.#store.stale()) {
      const { providerId, userId, staleSinceMs = nowMs } = identity
      const maxStaleMs = this.#providers.get(providerId)?.terms.maxStaleMs ?? DEFAULT_MAX_STALE_MS
      const once = `${keyOf(identity)} ${staleSinceMs}`
      if (nowMs - staleSinceMs < maxStaleMs || this.#ended.has(once)) continue
      this.#ended.add(once)
      this.#log.warn('identity.ended', { user: userId, provider: providerId, suspended: identity.madeAccount })
      await this.#identities.settle(userId)
    }
  }

  /** A token that was rotated upstream a moment ago must still be written down. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped = true
    await Promise.allSettled(this.#running.values())
  }

  async #refreshAll(userId: UserId): Promise<void> {
    let changed = false
    for (const identity of await this.#store.ofUser(userId)) {
      const provider = this.#providers.get(identity.providerId)
      if (provider !== undefined && identity.canRefresh && this.#dueAtMs(identity, provider) <= this.#clock.nowMs()) {
        changed = (await this.#refreshOne(identity, provider)) || changed
      }
    }
    if (changed) await this.#identities.settle(userId)
    const due = (await this.#store.ofUser(userId))
      .filter((identity) => identity.canRefresh)
      .map((identity) => this.#dueAtMs(identity, this.#providers.get(identity.providerId)))
    this.#lookAtMs.set(userId, Math.min(this.#clock.nowMs() + LOOK_AGAIN_MS, ...due))
    if (changed) await this.sweep()
  }

  #dueAtMs(identity: Identity, provider: IdentityProvider | undefined): number {
    return identity.refreshedAtMs + this.#intervalMs(identity, provider)
  }

  #intervalMs(identity: Identity, provider: IdentityProvider | undefined): number {
    const refreshMs = provider?.terms.refreshMs ?? LOOK_AGAIN_MS
    return this.#failed.has(keyOf(identity)) ? Math.min(RETRY_MS, refreshMs) : refreshMs
  }

  /** Whether anything is different afterwards. */
  async #refreshOne(identity: Identity, provider: IdentityProvider): Promise<boolean> {
    const nowMs = this.#clock.nowMs()
    const dueBeforeMs = nowMs - this.#intervalMs(identity, provider)
    const token = await this.#store.beginRefresh(identity, { nowMs, dueBeforeMs })
    if (token === undefined) return false
    const about = { user: identity.userId, provider: provider.terms.id }
    const outcome = await provider.refresh(token, identity)
    if (outcome.kind === 'failed') {
      this.#failed.add(keyOf(identity))
      this.#log.warn('identity.refresh_failed', { ...about, reason: outcome.detail })
      return false
    }
    this.#failed.delete(keyOf(identity))
    const ended = endOf(outcome, provider)
    if (outcome.kind === 'ended' || ended !== undefined) {
      this.#log.warn('identity.stale', { ...about, reason: ended })
      return this.#store.markStale(identity, { nowMs, ifRefreshedAtMs: nowMs, forget: true })
    }
    const { profile, refreshToken, warnings } = outcome
    for (const warning of warnings) this.#log.warn('identity.claims_dropped', { ...about, warning })
    const news =
      profile === undefined
        ? { providerId: provider.terms.id, claims: undefined, refreshToken, email: undefined }
        : newsOf(provider, profile, refreshToken)
    // A sign-in that came in between knows more than this answer.
    return this.#store.renew(identity, news, { nowMs: this.#clock.nowMs(), ifRefreshedAtMs: nowMs })
  }
}

/** Why nobody stands by the person any more: the provider said so, or says what `allowed` does not admit. */
function endOf(outcome: RefreshOutcome, { terms }: IdentityProvider): string | undefined {
  if (outcome.kind === 'ended') return outcome.detail
  const profile = outcome.kind === 'refreshed' ? outcome.profile : undefined
  return profile === undefined || mayEnter(terms.allowed, profile.claims) ? undefined : 'not allowed any more'
}

const keyOf = ({ issuer, subject }: Identity): string => `${issuer} ${subject}`
