import { err, ok, type Result } from '../../kernel/result.ts'
import { textAt, type RawClaims } from '../claim-path.ts'

/** Who a provider says somebody is, in the provider's own manner. */
export interface Described {
  /** Unique at the issuer and never reassigned. */
  readonly subject: string
  readonly email: { readonly address: string; readonly verified: boolean } | undefined
  /** What every policy may use of this kind of provider, such as `tenant`. */
  readonly facts: Readonly<Record<string, readonly string[]>>
  /** For the operator. */
  readonly warnings: readonly string[]
}

/** The quirks of one kind of provider, as data and pure functions. */
export interface Preset {
  /** For people, unless the configuration names it otherwise. */
  readonly name: string
  /** Undefined: the configuration must say it. */
  readonly issuer: string | undefined
  /** What its issuers look like, for whoever wrote another. */
  readonly issuerForm: string
  readonly isIssuer: (issuer: URL) => boolean
  /** The issuer exactly as the provider writes it. */
  readonly canonicalIssuer: (issuer: string) => string
  /** Whether anybody at all can get an account at this issuer. */
  readonly isPublic: (issuer: URL) => boolean
  readonly scopes: readonly string[]
  /** Asked for only where the provider lists them, or lists nothing. */
  readonly optionalScopes: readonly string[]
  /** More parameters of the authorization request, by the scopes that are asked for. */
  readonly parameters: (asked: {
    readonly scopes: readonly string[]
    readonly hostedDomains: readonly string[]
  }) => Readonly<Record<string, string>>
  /** What makes the provider ask which account it is, where it would take the one that is signed in. */
  readonly choosePrompt: 'login' | 'select_account'
  /** Our claim name → path in what the provider says; the configuration adds to it. */
  readonly claims: Readonly<Record<string, string>>
  /** Whether userinfo knows more than the ID token. */
  readonly readsUserInfo: boolean
  /** Undefined: as the provider's metadata says. */
  readonly clientAuthentication: 'client_secret_post' | undefined
  /** What makes a group's name the same as in the provider's own pages. */
  readonly groupName: (group: string) => string
  readonly describe: (raw: RawClaims) => Result<Described, string>
}

/** OpenID Connect Core §5.1: `sub`, and `email` that counts only with `email_verified`. */
export function describeStandard(raw: RawClaims): Result<Described, string> {
  const subject = textAt(raw, 'sub')
  if (subject === undefined) return err('The answer names no subject')
  const address = textAt(raw, 'email')
  const verified = raw['email_verified'] === true || raw['email_verified'] === 'true'
  return ok({ subject, email: address === undefined ? undefined : { address, verified }, facts: {}, warnings: [] })
}

/** OpenID Connect Core §11: a refresh token for later is given only with the person's consent. */
const consentForOffline: Preset['parameters'] = ({ scopes }) =>
  scopes.includes('offline_access') ? { prompt: 'consent' } : {}

/** Any provider that keeps to the standard. */
export const oidc: Preset = {
  name: 'single sign-on',
  issuer: undefined,
  issuerForm: 'as its documents call it, such as "https://login.example.com"',
  isIssuer: () => true,
  canonicalIssuer: (issuer) => issuer,
  isPublic: () => false,
  scopes: ['openid', 'email', 'profile'],
  optionalScopes: ['groups', 'offline_access'],
  parameters: consentForOffline,
  choosePrompt: 'login',
  claims: { groups: 'groups' },
  readsUserInfo: true,
  clientAuthentication: undefined,
  groupName: (group) => group,
  describe: describeStandard,
}
