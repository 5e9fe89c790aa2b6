import type { Secret } from '../kernel/secret.ts'
import type { Account } from './account-store.ts'
import type { Claims } from './identity-provider.ts'
import type { User, UserId } from './user.ts'

/** An identity is issuer and subject (OpenID Connect Core §5.7): never an address, which providers hand on and reassign. */
export interface IdentityKey {
  readonly issuer: string
  readonly subject: string
}

export interface Identity extends IdentityKey {
  /** Through which configured provider the person came last. */
  readonly providerId: string
  readonly userId: UserId
  readonly claims: Claims
  /** Whether the account was made by it: then the account stands and falls with it. */
  readonly madeAccount: boolean
  /** When claims were last refreshed, or a refresh was begun. */
  readonly refreshedAtMs: number
  /** Since when the provider does not stand by the claims any more. */
  readonly staleSinceMs: number | undefined
  readonly canRefresh: boolean
}

/** What a sign-in or a refresh brings. */
export interface IdentityNews {
  readonly providerId: string
  /** Undefined: nothing new. */
  readonly claims: Claims | undefined
  /** Undefined: the stored one stays. */
  readonly refreshToken: Secret<string> | undefined
  /** What the account's address becomes if it came from this identity; `otherwise` where `address` is somebody else's. */
  readonly email: { readonly address: string; readonly otherwise: string } | undefined
}

/** What the identities of a user come to. */
export interface Standpoint {
  readonly claims: Claims
  readonly suspended: boolean
}

/** Port: identities at rest. Refresh tokens are encrypted there. */
export interface IdentityStore {
  all(): Promise<readonly Identity[]>
  find(key: IdentityKey): Promise<Identity | undefined>
  ofUser(userId: UserId): Promise<readonly Identity[]>
  /** Atomic: account and identity are made together or not at all. */
  addWithAccount(
    added: { readonly key: IdentityKey; readonly news: IdentityNews; readonly account: Account },
    nowMs: number,
  ): Promise<'added' | 'identity_taken' | 'email_taken' | 'name_taken'>
  /** Atomic: connects an identity to an account that exists; `taken` when it is connected already. */
  add(
    added: { readonly key: IdentityKey; readonly news: IdentityNews; readonly userId: UserId },
    nowMs: number,
  ): Promise<'added' | 'taken'>
  /** Ends staleness. With `ifRefreshedAtMs` only when nothing newer came in between; whether it did. */
  renew(
    key: IdentityKey,
    news: IdentityNews,
    at: { readonly nowMs: number; readonly ifRefreshedAtMs?: number },
  ): Promise<boolean>
  /** Atomic: of several who ask at once one gets the token; it counts as refreshed at `nowMs` from then on. */
  beginRefresh(
    key: IdentityKey,
    times: { readonly nowMs: number; readonly dueBeforeMs: number },
  ): Promise<Secret<string> | undefined>
  /** The provider does not stand by the claims any more. Keeps the first time. `forget` removes the refresh token. */
  markStale(
    key: IdentityKey,
    at: { readonly nowMs: number; readonly ifRefreshedAtMs: number; readonly forget: boolean },
  ): Promise<boolean>
  /** Those that the provider does not stand by any more. */
  stale(): Promise<readonly Identity[]>
  /** Atomic: writes what the user's identities come to, and returns the user as they are then. */
  settle(
    userId: UserId,
    judge: (identities: readonly Identity[]) => Standpoint,
    nowMs: number,
  ): Promise<User | undefined>
}
