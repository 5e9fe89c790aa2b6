import type { KeyObject } from 'node:crypto'

import { Lease } from '../kernel/lease.ts'
import type { Grant } from '../oauth/grant.ts'
import type { Share } from '../sharing/share.ts'
import type { User, UserId } from './user.ts'

/** A public key that admits its user over SSH without a question. */
export interface SshKeyBinding {
  readonly fingerprint: string
  readonly userId: UserId
}

/** One change of who and what is valid. Applied in order; each carries the number after its predecessor's. */
export type StandingChange =
  | { readonly kind: 'user.put'; readonly user: User }
  /** A client of the configuration that acts for itself; its id is its user id. */
  | { readonly kind: 'machine.put'; readonly user: User }
  | { readonly kind: 'grant.put'; readonly grant: Grant }
  | { readonly kind: 'grant.revoked'; readonly grantId: string }
  | { readonly kind: 'token.revoked'; readonly jti: string; readonly expiresAtMs: number }
  | { readonly kind: 'ssh_key.bound'; readonly binding: SshKeyBinding }
  | { readonly kind: 'ssh_key.unbound'; readonly fingerprint: string }
  | { readonly kind: 'signing_key.put'; readonly kid: string; readonly publicKey: KeyObject }
  | { readonly kind: 'signing_key.removed'; readonly kid: string }
  | { readonly kind: 'share.put'; readonly share: Share }
  | { readonly kind: 'share.ended'; readonly shareId: string; readonly route: string }
  /** Nothing changed; the brain is alive. */
  | { readonly kind: 'heartbeat' }

export interface StandingDelta {
  readonly sequence: number
  readonly change: StandingChange
}

/** A copy that was not renewed for this long is not trusted any more: revocations may be missing from it. */
export const STANDING_LEASE_MS = 5000

const NO_SHARES: readonly Share[] = []

/** A role's own copy of Standing: answers from memory, never from the store. */
export class Standing {
  readonly #users = new Map<UserId, User>()
  readonly #machines = new Map<UserId, User>()
  readonly #owners = new Map<string, UserId>()
  readonly #revokedTokens = new Map<string, number>()
  readonly #grants = new Map<string, Grant>()
  readonly #sshKeys = new Map<string, UserId>()
  readonly #signingKeys = new Map<string, KeyObject>()
  readonly #shares = new Map<string, readonly Share[]>()
  readonly #lease = new Lease(STANDING_LEASE_MS)

  /** A gap means that a change was lost: the lease is dropped, so that everything is refused until a new copy. */
  apply(delta: StandingDelta, nowMs: number): void {
    if (!this.#lease.renew(delta.sequence, nowMs)) return
    this.#change(delta.change)
    if (delta.change.kind === 'token.revoked') this.#forgetExpired(nowMs)
  }

  /** Whether decisions may rest on this copy now. */
  isFresh(nowMs: number): boolean {
    return this.#lease.isFresh(nowMs)
  }

  /** Undefined for the unknown and the disabled alike. */
  findUser(id: UserId): User | undefined {
    const user = this.#users.get(id) ?? this.#machines.get(id)
    return user?.disabled === false ? user : undefined
  }

  get hasUsers(): boolean {
    return this.#users.size > 0
  }

  findOwnerOf(tunnelName: string): UserId | undefined {
    return this.#owners.get(tunnelName)
  }

  findUserOfKey(fingerprint: string): User | undefined {
    const userId = this.#sshKeys.get(fingerprint)
    return userId === undefined ? undefined : this.findUser(userId)
  }

  findGrant(id: string): Grant | undefined {
    return this.#grants.get(id)
  }

  /** A single access token that was taken back; its grant may live on. */
  isTokenRevoked(jti: string): boolean {
    return this.#revokedTokens.has(jti)
  }

  /** Those that have ended by time may be among them. The same list until it changes. */
  sharesOn(route: string): readonly Share[] {
    return this.#shares.get(route) ?? NO_SHARES
  }

  signingKey(kid: string): KeyObject | undefined {
    return this.#signingKeys.get(kid)
  }

  #forgetExpired(nowMs: number): void {
    for (const [jti, expiresAtMs] of this.#revokedTokens) if (expiresAtMs <= nowMs) this.#revokedTokens.delete(jti)
  }

  #change(change: StandingChange): void {
    switch (change.kind) {
      case 'user.put':
        this.#users.set(change.user.id, change.user)
        this.#owners.set(change.user.tunnelName, change.user.id)
        return
      case 'machine.put':
        this.#machines.set(change.user.id, change.user)
        return
      case 'grant.put':
        this.#grants.set(change.grant.id, change.grant)
        return
      case 'grant.revoked':
        this.#grants.delete(change.grantId)
        return
      case 'token.revoked':
        this.#revokedTokens.set(change.jti, change.expiresAtMs)
        return
      case 'ssh_key.bound':
        this.#sshKeys.set(change.binding.fingerprint, change.binding.userId)
        return
      case 'ssh_key.unbound':
        this.#sshKeys.delete(change.fingerprint)
        return
      case 'signing_key.put':
        this.#signingKeys.set(change.kid, change.publicKey)
        return
      case 'signing_key.removed':
        this.#signingKeys.delete(change.kid)
        return
      case 'share.put':
        this.#shares.set(change.share.route, [...this.sharesOn(change.share.route), change.share])
        return
      case 'share.ended': {
        const left = this.sharesOn(change.route).filter(({ id }) => id !== change.shareId)
        if (left.length === 0) this.#shares.delete(change.route)
        else this.#shares.set(change.route, left)
        return
      }
      case 'heartbeat':
    }
  }
}
