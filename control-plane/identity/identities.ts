import { createHash } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'

import type { Clock } from '../kernel/clock.ts'
import { base32, newId } from '../kernel/ids.ts'
import type { Log } from '../kernel/log.ts'
import type { Random } from '../kernel/random.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import { newTunnelName } from '../tunnels/name.ts'
import { isRestricted, mayEnter } from './allowed.ts'
import { standpointOf } from './claims-of-user.ts'
import type { IdentityProvider, UpstreamProfile, UpstreamSignIn } from './identity-provider.ts'
import type { Identity, IdentityKey, IdentityNews, IdentityStore, Standpoint } from './identity-store.ts'
import type { SignUpRule } from './sign-up.ts'
import type { StandingFeed } from './standing-feed.ts'
import type { User, UserId } from './user.ts'

export type UpstreamRefusal =
  /** `allowed` does not name this person. */
  | 'not_allowed'
  /** No account, and none may be made here. */
  | 'sign_up_closed'
  /** Nobody has an account, and this provider would let anybody have the first one. */
  | 'first_account'
  /** Another account has this address: only who is signed in there may connect it. */
  | 'email_taken'
  | 'disabled'
  /** The identity is another account's. */
  | 'connected_elsewhere'

export interface IdentitiesPorts {
  readonly store: IdentityStore
  readonly providers: ReadonlyMap<string, IdentityProvider>
  readonly standing: StandingFeed
  readonly signUp: SignUpRule
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
}

/** Who people are by what identity providers say. An identity is (issuer, subject); an address never finds an account. */
export class Identities {
  readonly #ports: IdentitiesPorts
  /** Users are settled one after the other, so that no older state is published over a newer one. */
  #settling: Promise<unknown> = Promise.resolve()

  constructor(ports: IdentitiesPorts) {
    this.#ports = ports
  }

  /** Finds the identity's user, or makes one: two first sign-ins at once make one user. */
  async signIn(provider: IdentityProvider, upstream: UpstreamSignIn): Promise<Result<User, UpstreamRefusal>> {
    const { profile } = upstream
    if (!mayEnter(provider.terms.allowed, profile.claims)) return err('not_allowed')
    const known = await this.#ports.store.find(profile)
    return known === undefined ? this.#make(provider, upstream) : this.#renew(known, provider, upstream)
  }

  /** Connects the identity to the account of somebody who is signed in to it. */
  async connect(
    provider: IdentityProvider,
    upstream: UpstreamSignIn,
    user: User,
  ): Promise<Result<User, UpstreamRefusal>> {
    const { store, clock, log } = this.#ports
    const { profile } = upstream
    if (!mayEnter(provider.terms.allowed, profile.claims)) return err('not_allowed')
    const news = newsOf(provider, profile, upstream.refreshToken)
    if ((await store.add({ key: profile, news, userId: user.id }, clock.nowMs())) === 'taken') {
      const known = await store.find(profile)
      return known?.userId === user.id ? this.#renew(known, provider, upstream) : err('connected_elsewhere')
    }
    log.info('identity.connected', { user: user.id, provider: provider.terms.id })
    return this.#settled(user.id)
  }

  async findUserId(key: IdentityKey): Promise<UserId | undefined> {
    return (await this.#ports.store.find(key))?.userId
  }

  ofUser(userId: UserId): Promise<readonly Identity[]> {
    return this.#ports.store.ofUser(userId)
  }

  /** Whether `settle` would say the same again. `identities` are all of the user's. */
  isSettled(userId: UserId, identities: readonly Identity[]): boolean {
    const { claims, suspended } = this.#standpointOf(identities)
    const user = this.#ports.standing.copy.findUser(userId)
    return user === undefined ? suspended : !suspended && isDeepStrictEqual(user.claims, claims)
  }

  /** Writes and publishes what the user's identities come to now. */
  settle(userId: UserId): Promise<User | undefined> {
    const { store, standing, clock } = this.#ports
    const settled = this.#settling.then(async () => {
      const user = await store.settle(userId, (identities) => this.#standpointOf(identities), clock.nowMs())
      if (user !== undefined) standing.publish({ kind: 'user.put', user })
      return user
    })
    this.#settling = settled.catch(() => undefined)
    return settled
  }

  #standpointOf(identities: readonly Identity[]): Standpoint {
    const { providers, clock } = this.#ports
    const maxStaleMsOf = (id: string): number | undefined => providers.get(id)?.terms.maxStaleMs
    return standpointOf(identities, { maxStaleMsOf, nowMs: clock.nowMs() })
  }

  async #renew(
    known: Identity,
    provider: IdentityProvider,
    { profile, refreshToken }: UpstreamSignIn,
  ): Promise<Result<User, UpstreamRefusal>> {
    const { store, clock } = this.#ports
    await store.renew(known, newsOf(provider, profile, refreshToken), { nowMs: clock.nowMs() })
    return this.#settled(known.userId)
  }

  async #make(provider: IdentityProvider, upstream: UpstreamSignIn): Promise<Result<User, UpstreamRefusal>> {
    const { store, signUp, clock, random, log } = this.#ports
    const { terms } = provider
    const { profile } = upstream
    if (!terms.signUp) return err('sign_up_closed')
    if (signUp.needsSetUpCode && !isRestricted(terms.allowed)) return err('first_account')
    const news = newsOf(provider, profile, upstream.refreshToken)
    for (;;) {
      const account = {
        id: newId('usr', random),
        email: news.email?.address ?? placeholderOf(provider, profile),
        tunnelName: newTunnelName(random),
        disabled: false,
        claims: {},
        emailVerified: news.email !== undefined && news.email.address !== news.email.otherwise,
        passwordHash: undefined,
        secondFactor: false,
      }
      const outcome = await store.addWithAccount({ key: profile, news, account }, clock.nowMs())
      if (outcome === 'email_taken') return err('email_taken')
      if (outcome === 'added') {
        log.info('identity.account_made', { user: account.id, provider: terms.id })
        return this.#settled(account.id)
      }
      const known = outcome === 'identity_taken' ? await store.find(profile) : undefined
      if (known !== undefined) return this.#renew(known, provider, upstream)
    }
  }

  /** What an operator has disabled, no sign-in elsewhere enables. */
  async #settled(userId: UserId): Promise<Result<User, UpstreamRefusal>> {
    const user = await this.settle(userId)
    return user === undefined || user.disabled ? err('disabled') : ok(user)
  }
}

/**
 * Policies trust an account's address, so one that the provider does not vouch for is never used. A name below
 * `.invalid` (RFC 2606 §2) belongs to nobody and matches no rule that is meant for somebody.
 */
function placeholderOf(provider: IdentityProvider, { issuer, subject }: UpstreamProfile): string {
  const hash = createHash('sha256').update(`${issuer}\0${subject}`).digest()
  return `${base32(hash, 16)}@${provider.terms.id}.invalid`
}

/** What is kept of a provider's answer. */
export function newsOf(
  provider: IdentityProvider,
  profile: UpstreamProfile,
  refreshToken: IdentityNews['refreshToken'],
): IdentityNews {
  const otherwise = placeholderOf(provider, profile)
  const address = profile.email?.verified === true ? profile.email.address : otherwise
  return {
    providerId: provider.terms.id,
    claims: profile.claims,
    refreshToken,
    email: profile.email === undefined ? undefined : { address, otherwise },
  }
}
