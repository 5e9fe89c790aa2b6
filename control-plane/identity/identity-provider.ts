import type { Result } from '../kernel/result.ts'
import type { Secret } from '../kernel/secret.ts'
import type { User } from './user.ts'

export type Claims = User['claims']

/** Who may sign in through a provider at all. A list that is undefined restricts nothing. Lower case, but for groups. */
export interface Allowed {
  /** Of a verified address. */
  readonly domains: readonly string[] | undefined
  /** Verified addresses; an alternative to `domains`. */
  readonly emails: readonly string[] | undefined
  /** Google Workspace's `hd`. */
  readonly hostedDomains: readonly string[] | undefined
  /** Entra's `tid`. */
  readonly tenants: readonly string[] | undefined
  readonly groups: readonly string[] | undefined
}

/** What the rest of the system needs to know of a configured provider. */
export interface ProviderTerms {
  /** `[a-z0-9-]{1,30}`: part of the callback's address. */
  readonly id: string
  /** For people: "Continue with NAME". */
  readonly name: string
  readonly allowed: Allowed
  /** Whether people without an account may make one by signing in here. */
  readonly signUp: boolean
  /** Claims of active users are refreshed at most this often. */
  readonly refreshMs: number
  /** How long claims hold after the provider has ended the person's session there; then the account is suspended. */
  readonly maxStaleMs: number
}

/** A person as a provider describes them, after every check of its answer. */
export interface UpstreamProfile {
  /** With `subject` the identity. As the provider wrote it: nothing is normalised. */
  readonly issuer: string
  readonly subject: string
  /** Lower case. Undefined where the answer says nothing of an address. */
  readonly email: { readonly address: string; readonly verified: boolean } | undefined
  readonly claims: Claims
}

export interface UpstreamSignIn {
  readonly profile: UpstreamProfile
  /** What later refreshes need; undefined where the provider gives nothing. */
  readonly refreshToken: Secret<string> | undefined
  /** For the operator: what of the answer could not be kept. */
  readonly warnings: readonly string[]
}

/** One sign-in on its way through the provider. `state` and `verifier` are secrets of one browser. */
export interface SignInAttempt {
  readonly state: string
  readonly nonce: string
  /** PKCE (RFC 7636 §4.1). */
  readonly verifier: string
  readonly redirectUri: string
}

export interface UpstreamProblem {
  /**
   * unreachable: may work later. declined: the person or the provider said no. ended: the code was used or expired.
   * clocks_differ: more than 60 s. misconfigured: the operator must act. untrusted: the answer failed a check.
   */
  readonly kind: 'unreachable' | 'declined' | 'ended' | 'clocks_differ' | 'misconfigured' | 'untrusted'
  /** For the log; holds nothing secret. */
  readonly detail: string
}

export type RefreshOutcome =
  | {
      readonly kind: 'refreshed'
      /** Undefined when the provider said nothing new about the person. */
      readonly profile: UpstreamProfile | undefined
      /** Instead of the one that was used; undefined: that one stays. */
      readonly refreshToken: Secret<string> | undefined
      readonly warnings: readonly string[]
    }
  /** The person's session there has ended: revoked, removed, disabled. */
  | { readonly kind: 'ended'; readonly detail: string }
  /** Says nothing about the person; try again later. */
  | { readonly kind: 'failed'; readonly detail: string }

/** Port: one configured identity provider. Nothing is asked of it before somebody signs in. */
export interface IdentityProvider {
  readonly terms: ProviderTerms
  /** Where to send the browser. `choose`: let the person choose another account there. */
  begin(attempt: SignInAttempt, options: { readonly choose: boolean }): Promise<Result<URL, UpstreamProblem>>
  /** `callback` is the redirect URI with what the provider answered. */
  finish(callback: URL, attempt: SignInAttempt): Promise<Result<UpstreamSignIn, UpstreamProblem>>
  refresh(
    token: Secret<string>,
    identity: { readonly issuer: string; readonly subject: string },
  ): Promise<RefreshOutcome>
}
