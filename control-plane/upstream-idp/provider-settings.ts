import type { ProviderTerms } from '../identity/identity-provider.ts'
import type { Secret } from '../kernel/secret.ts'
import type { PresetName } from './presets/known.ts'

/** One entry of `identity_providers`, checked. */
export interface ProviderSettings extends ProviderTerms {
  readonly preset: PresetName
  /** As the provider writes it; plain HTTP on loopback only. */
  readonly issuer: string
  readonly clientId: string
  /** Undefined for a public client, which has PKCE only. */
  readonly clientSecret: Secret<string> | undefined
  /** Besides the preset's. */
  readonly scopes: readonly string[]
  /** Our claim name → path in what the provider says; besides the preset's. */
  readonly claims: Readonly<Record<string, string>>
  /** The operator vouches for addresses that the provider does not call verified. */
  readonly trustEmail: boolean
}
