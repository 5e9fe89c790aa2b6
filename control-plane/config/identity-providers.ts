import { isRestricted } from '../identity/allowed.ts'
import type { Allowed } from '../identity/identity-provider.ts'
import { isLoopbackHostname } from '../kernel/loopback.ts'
import { PRESETS } from '../upstream-idp/presets/known.ts'
import { RESERVED_CLAIMS } from '../upstream-idp/profile.ts'
import type { ProviderSettings } from '../upstream-idp/provider-settings.ts'
import type { ConfigDocument } from './document.ts'
import type { IdentityProviderDocument } from './identity-provider-schema.ts'
import type { Finding } from './problem.ts'
import { readSecret, type Reading } from './secret.ts'
import type { Settings } from './settings.ts'

interface Surroundings extends Reading {
  /** Whether the gateway is for this computer only. */
  readonly loopback: boolean
}

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

/** `identity_providers` and `accounts.passwords`, with everything that is wrong with them in `findings`. */
export function identityProvidersOf(
  document: ConfigDocument,
  around: Surroundings,
): Pick<Settings, 'identityProviders' | 'passwords'> {
  const documents = document.identity_providers ?? []
  const passwords = document.accounts?.passwords ?? true
  const identityProviders = documents.map((provider, index) => {
    const at = ['identity_providers', index]
    if (documents.findIndex(({ id }) => id === provider.id) !== index) {
      around.findings.push({ path: [...at, 'id'], message: `"${provider.id}" is another provider's id already` })
    }
    return providerOf(provider, at, around)
  })
  if (!passwords && documents.length === 0) {
    const hint = 'add one to "identity_providers", or leave passwords on'
    around.findings.push({ path: ['accounts', 'passwords'], message: 'Nobody could sign in without a provider', hint })
  }
  const opens = identityProviders.some(({ allowed, signUp }) => signUp && isRestricted(allowed))
  if (!passwords && documents.length > 0 && !around.loopback && document.accounts?.sign_up !== 'open' && !opens) {
    const hint =
      'give one provider "allowed", such as "allowed: { domains: [example.com] }", and leave its "sign_up" on'
    const message = 'Nobody could make the first account: that takes a password, or a provider that says who may'
    around.findings.push({ path: ['accounts', 'passwords'], message, hint })
  }
  return { passwords, identityProviders }
}

function providerOf(document: IdentityProviderDocument, at: Finding['path'], around: Surroundings): ProviderSettings {
  const presetName = document.preset ?? 'oidc'
  const preset = PRESETS[presetName]
  const issuer = issuerOf(document, at, around)
  const allowed = allowedOf(document, at, around)
  if (issuer !== undefined && preset.isPublic(new URL(issuer)) && !around.loopback && !isRestricted(allowed)) {
    const hint = 'add "allowed", such as "allowed: { domains: [example.com] }"'
    const message = `Anybody can have an account at ${preset.name}, so anybody could sign in`
    around.findings.push({ path: [...at, 'allowed'], message, hint })
  }
  for (const claim of Object.keys(document.claims ?? {}).filter((name) => RESERVED_CLAIMS.includes(name))) {
    const message = `"${claim}" is filled by the gateway itself`
    around.findings.push({ path: [...at, 'claims', claim], message, hint: 'choose another name for this claim' })
  }
  return {
    id: document.id,
    name: document.name ?? preset.name,
    preset: presetName,
    issuer: issuer ?? '',
    clientId: document.client_id,
    clientSecret: readSecret(
      { name: 'client_secret', file: document.client_secret_file, env: document.client_secret_env },
      at,
      around,
    ),
    scopes: document.scopes ?? [],
    claims: document.claims ?? {},
    allowed,
    signUp: document.sign_up ?? true,
    trustEmail: document.trust_email ?? false,
    refreshMs: (document.refresh_minutes ?? 60) * MINUTE_MS,
    maxStaleMs: (document.max_stale_hours ?? 24) * HOUR_MS,
  }
}

function issuerOf(document: IdentityProviderDocument, at: Finding['path'], around: Surroundings): string | undefined {
  const preset = PRESETS[document.preset ?? 'oidc']
  const text = document.issuer ?? preset.issuer
  const path = [...at, 'issuer']
  const refuse = (message: string, hint: string): undefined => void around.findings.push({ path, message, hint })
  if (text === undefined) {
    return refuse('The provider needs an issuer', preset.issuerForm)
  }
  const url = new URL(text)
  if (url.search !== '' || url.hash !== '' || url.username !== '') {
    return refuse(`"${text}" is no issuer`, 'an issuer has no query and no fragment')
  }
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopbackHostname(url.hostname))) {
    return refuse(
      'An issuer needs https: whoever is on the way could sign in as anybody',
      'plain http is for loopback only',
    )
  }
  if (!preset.isIssuer(url)) return refuse(`"${text}" is no issuer of ${preset.name}`, preset.issuerForm)
  return preset.canonicalIssuer(text)
}

function allowedOf(document: IdentityProviderDocument, at: Finding['path'], around: Surroundings): Allowed {
  const { domains, emails, hosted_domains: hostedDomains, tenants, groups } = document.allowed ?? {}
  const foreign = (key: string, preset: string, name: string): void => {
    const path = [...at, 'allowed', key]
    around.findings.push({
      path,
      message: `Only ${name} has "${key}", so nobody would be admitted`,
      hint: `use "preset: ${preset}", or "domains"`,
    })
  }
  if (hostedDomains !== undefined && document.preset !== 'google') foreign('hosted_domains', 'google', 'Google')
  if (tenants !== undefined && document.preset !== 'entra') foreign('tenants', 'entra', 'Microsoft Entra')
  const lower = (list: readonly string[] | undefined): readonly string[] | undefined =>
    list?.map((word) => word.toLowerCase())
  return {
    domains: lower(domains),
    emails: lower(emails),
    hostedDomains: lower(hostedDomains),
    tenants: lower(tenants),
    groups,
  }
}
