import { isRecord } from '../kernel/record.ts'
import type { Claims, UpstreamProfile } from '../identity/identity-provider.ts'
import { stringsOf, textAt, valueAt, type RawClaims } from './claim-path.ts'
import type { Described, Preset } from './presets/preset.ts'
import type { ProviderSettings } from './provider-settings.ts'

/** Claims are kept in memory and looked through at each request. */
const MAX_VALUES = 1000
const MAX_CHARS = 512

/** What our claims are called that no mapping may write. `provider` is the provider's id, added where claims are merged. */
export const RESERVED_CLAIMS: readonly string[] = ['email', 'email_verified', 'provider', 'tenant', 'hosted_domain']

/** The person in our words: the preset's facts, then the mapping's. */
export function profileOf(
  said: { readonly issuer: string; readonly raw: RawClaims; readonly described: Described },
  rules: { readonly preset: Preset; readonly settings: ProviderSettings },
): { readonly profile: UpstreamProfile; readonly warnings: readonly string[] } {
  const { preset, settings } = rules
  const { described, raw } = said
  const warnings = [...described.warnings]
  const claims: Record<string, readonly string[]> = {}
  const keep = (name: string, values: readonly string[]): void => {
    if (values.length === 0) return
    // Half a list would make a rule about what is missing come out wrong, so too long a list is none.
    if (values.length > MAX_VALUES || values.some((value) => value.length > MAX_CHARS)) {
      warnings.push(`The claim "${name}" is too long, so nothing of it is kept`)
    } else claims[name] = values
  }
  const name = textAt(raw, 'name')
  if (name !== undefined) keep('name', [name.slice(0, MAX_CHARS)])
  for (const [claim, values] of Object.entries(described.facts)) keep(claim, values)
  for (const [claim, path] of Object.entries({ ...preset.claims, ...settings.claims })) {
    const values = stringsOf(valueAt(raw, path))
    keep(claim, claim === 'groups' ? values.map(preset.groupName) : values)
  }
  const email = emailOf(described, settings)
  return {
    profile: { issuer: said.issuer, subject: described.subject, email, claims: { ...claims, ...addressClaims(email) } },
    warnings,
  }
}

function emailOf({ email }: Described, { trustEmail }: ProviderSettings): UpstreamProfile['email'] {
  if (email === undefined) return undefined
  const address = email.address.trim().toLowerCase()
  // What is no address of one person (RFC 5321 §4.5.3.1 bounds it) is nobody's, whoever vouches for it.
  const isAddress = address.length <= 254 && /^[^\s@<>"'\\]+@[^\s@<>"'\\]+\.[^\s@<>"'\\]+$/.test(address)
  return { address, verified: isAddress && (email.verified || trustEmail) }
}

function addressClaims(email: UpstreamProfile['email']): Claims {
  if (email === undefined) return {}
  return email.verified ? { email: [email.address], email_verified: ['true'] } : { email_verified: ['false'] }
}

/** What userinfo adds to the ID token. The token is signed, so where both speak, it is right. */
export const joined = (idToken: RawClaims, userInfo: unknown): RawClaims =>
  isRecord(userInfo) ? { ...userInfo, ...idToken } : idToken
