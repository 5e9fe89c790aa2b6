import { describe, expect, test } from 'vitest'

import type { UpstreamProfile } from '../../identity/identity-provider.ts'
import type { RawClaims } from '../claim-path.ts'
import { profileOf } from '../profile.ts'
import type { ProviderSettings } from '../provider-settings.ts'
import { apiBaseOf, describeGitHub } from './github.ts'
import { PRESETS, type PresetName } from './known.ts'

const anybody = {
  domains: undefined,
  emails: undefined,
  hostedDomains: undefined,
  tenants: undefined,
  groups: undefined,
}

const settingsOf = (preset: PresetName, rest: Partial<ProviderSettings> = {}): ProviderSettings => ({
  id: preset,
  name: preset,
  preset,
  issuer: 'https://login.example.com',
  clientId: 'c',
  clientSecret: undefined,
  scopes: [],
  claims: {},
  allowed: anybody,
  signUp: true,
  trustEmail: false,
  refreshMs: 1,
  maxStaleMs: 1,
  ...rest,
})

function read(
  preset: PresetName,
  raw: RawClaims,
  rest: Partial<ProviderSettings> = {},
): { profile: UpstreamProfile; warnings: readonly string[] } {
  const described = PRESETS[preset].describe(raw)
  if (!described.ok) throw new Error(described.error)
  const said = { issuer: 'https://login.example.com', raw, described: described.value }
  return profileOf(said, { preset: PRESETS[preset], settings: settingsOf(preset, rest) })
}

const claimsOf = (preset: PresetName, raw: RawClaims, claims: Record<string, string> = {}): UpstreamProfile['claims'] =>
  read(preset, { sub: 's', ...raw }, { claims }).profile.claims

const asked = (preset: PresetName, scopes: readonly string[] = [], hostedDomains: readonly string[] = []) =>
  PRESETS[preset].parameters({ scopes, hostedDomains })

const isIssuer = (preset: PresetName, issuer: string): boolean => PRESETS[preset].isIssuer(new URL(issuer))

describe('any OpenID Connect provider', () => {
  test('is the subject, with the address that it calls verified', () => {
    const { profile } = read('oidc', { sub: 's-1', email: ' Ann@Example.com', email_verified: true, name: 'Ann' })

    expect(profile).toEqual({
      issuer: 'https://login.example.com',
      subject: 's-1',
      email: { address: 'ann@example.com', verified: true },
      claims: { name: ['Ann'], email: ['ann@example.com'], email_verified: ['true'] },
    })
  })

  test.each([
    [{ email: 'a@b.example' }, false],
    [{ email: 'a@b.example', email_verified: false }, false],
    [{ email: 'a@b.example', email_verified: 'yes' }, false],
    [{ email: 'a@b.example', email_verified: 1 }, false],
    [{ email: 'a@b.example', email_verified: 'true' }, true],
    [{ email: 'no address', email_verified: true }, false],
    [{ email: 'a@b.example,c@d.example', email_verified: true }, false],
  ])('takes %j for verified: %s', (raw, verified) => {
    const { profile } = read('oidc', { sub: 's', ...raw })

    expect(profile.email?.verified).toBe(verified)
    expect(profile.claims['email'] !== undefined).toBe(verified)
  })

  test('takes any address where the operator vouches for them, but not what is none', () => {
    const trusting = { trustEmail: true }

    expect(read('oidc', { sub: 's', email: 'a@b.example' }, trusting).profile.email?.verified).toBe(true)
    expect(read('oidc', { sub: 's', email: 'nonsense' }, trusting).profile.email?.verified).toBe(false)
  })

  test('without a subject is nobody', () => {
    expect(PRESETS.oidc.describe({ email: 'a@b.example' }).ok).toBe(false)
    expect(PRESETS.oidc.describe({ sub: '' }).ok).toBe(false)
  })

  test('asks for consent where a refresh token is asked for, because the standard wants it', () => {
    expect(asked('oidc', ['openid', 'offline_access'])).toEqual({ prompt: 'consent' })
    expect(asked('oidc', ['openid'])).toEqual({})
  })
})

describe('a mapping', () => {
  const raw = {
    'https://example.com/groups': ['a', 'b'],
    realm_access: { roles: ['r'] },
    department: 'sales',
    level: 3,
    mixed: ['x', 7, null, { deep: 1 }, true],
    object: { a: 1 },
  }

  test('names a claim as written before it is a path, and keeps strings, numbers and booleans', () => {
    const mapping = { groups: 'https://example.com/groups', role: 'realm_access.roles', dept: 'department' }

    expect(
      claimsOf('oidc', raw, { ...mapping, level: 'level', mixed: 'mixed', nothing: 'object', gone: 'a.b' }),
    ).toEqual({
      groups: ['a', 'b'],
      role: ['r'],
      dept: ['sales'],
      level: ['3'],
      mixed: ['x', '7', 'true'],
    })
  })

  test('reaches nothing that is not the provider’s', () => {
    expect(claimsOf('oidc', {}, { a: 'constructor', b: 'constructor.name', c: '__proto__', d: 'toString' })).toEqual({})
  })

  test('keeps nothing of what is too long, and says so', () => {
    const groups = Array.from({ length: 1001 }, (_, index) => `g${index}`)
    const many = read('oidc', { sub: 's', groups })
    const long = read('oidc', { sub: 's', groups: ['x'.repeat(513)] })

    expect(many.profile.claims['groups']).toBeUndefined()
    expect(many.warnings).toEqual(['The claim "groups" is too long, so nothing of it is kept'])
    expect(long.profile.claims['groups']).toBeUndefined()
    expect(read('oidc', { sub: 's', groups: groups.slice(1) }).profile.claims['groups']).toHaveLength(1000)
  })
})

describe('Google', () => {
  test('asks for a refresh token each time, and for the one hosted domain', () => {
    expect(asked('google', [], ['example.com'])).toEqual({
      access_type: 'offline',
      prompt: 'select_account consent',
      hd: 'example.com',
    })
    expect(asked('google', [], ['a.example', 'b.example'])['hd']).toBeUndefined()
    expect(PRESETS.google.scopes).not.toContain('offline_access')
  })

  test('says the Workspace domain, and has no groups', () => {
    const { profile } = read('google', {
      sub: '1',
      hd: 'Example.com',
      email: 'a@example.com',
      email_verified: true,
      groups: ['x'],
    })

    expect(profile.claims).toMatchObject({ hosted_domain: ['example.com'], email: ['a@example.com'] })
    expect(profile.claims['groups']).toBeUndefined()
  })

  test.each([
    [{ email: 'ann@gmail.com' }, true],
    [{ email: 'ann@example.com', hd: 'example.com' }, true],
    // A private account that was opened with an address at work, which may be somebody else's by now.
    [{ email: 'ann@example.com' }, false],
    [{ email: 'ann@notgmail.com' }, false],
  ])('vouches for %j: %s', (raw, verified) => {
    expect(read('google', { sub: '1', email_verified: true, ...raw }).profile.email?.verified).toBe(verified)
  })
})

describe('Microsoft Entra', () => {
  const token = { sub: 'pairwise', tid: 'AAAA-1', oid: 'o-1' }

  test('is tenant and object, because its subject differs for each application', () => {
    const { profile } = read('entra', { ...token, groups: ['g-1'], roles: ['Admin'] })

    expect(profile.subject).toBe('aaaa-1/o-1')
    expect(profile.claims).toEqual({ tenant: ['aaaa-1'], groups: ['g-1'], roles: ['Admin'] })
    expect(PRESETS.entra.describe({ sub: 'x', oid: 'o' }).ok).toBe(false)
    expect(PRESETS.entra.describe({ sub: 'x', tid: 't' }).ok).toBe(false)
  })

  test.each([
    [{}, false],
    [{ email_verified: true }, false],
    [{ xms_edov: false }, false],
    [{ xms_edov: '0' }, false],
    [{ xms_edov: true }, true],
    [{ xms_edov: 1 }, true],
    [{ xms_edov: '1' }, true],
  ])('with %j vouches for the address: %s', (raw, verified) => {
    expect(read('entra', { ...token, email: 'a@b.example', ...raw }).profile.email?.verified).toBe(verified)
  })

  test.each([{ _claim_names: { groups: 'src1' } }, { hasgroups: true }, { hasgroups: 'true' }])(
    'with %j has more groups than fit: none is kept, and a warning says so',
    (raw) => {
      const { profile, warnings } = read('entra', { ...token, ...raw })

      expect(profile.claims['groups']).toBeUndefined()
      expect(warnings.join()).toMatch(/more groups than fit/)
    },
  )

  test('is public where the issuer stands for any tenant', () => {
    const isPublic = (path: string): boolean =>
      PRESETS.entra.isPublic(new URL(`https://login.microsoftonline.com/${path}`))

    expect(['common/v2.0', 'organizations/v2.0', 'consumers/v2.0'].every(isPublic)).toBe(true)
    expect(isPublic('72f988bf-86f1-41af-91ab-2d7cd011db47/v2.0')).toBe(false)
    expect(isIssuer('entra', 'https://login.microsoftonline.com/common')).toBe(false)
    expect(isIssuer('entra', 'https://sts.windows.net/72f988bf/')).toBe(false)
  })
})

describe('Okta', () => {
  test('has an issuer of its own, or a custom authorization server’s', () => {
    expect(isIssuer('okta', 'https://acme.okta.com')).toBe(true)
    expect(isIssuer('okta', 'https://acme.okta.com/oauth2/default')).toBe(true)
    expect(isIssuer('okta', 'https://acme.okta.com/oauth2/default/.well-known/openid-configuration')).toBe(false)
  })

  test('asks for groups only where they are offered', () => {
    expect(PRESETS.okta.scopes).not.toContain('groups')
    expect(PRESETS.okta.optionalScopes).toEqual(['groups', 'offline_access'])
    expect(asked('okta', ['offline_access'])).toEqual({})
    expect(claimsOf('okta', { groups: ['Everyone', 'admins'] })['groups']).toEqual(['Everyone', 'admins'])
  })
})

describe('Auth0', () => {
  test('writes its issuer with a slash', () => {
    expect(PRESETS.auth0.canonicalIssuer('https://acme.eu.auth0.com')).toBe('https://acme.eu.auth0.com/')
    expect(PRESETS.auth0.canonicalIssuer('https://acme.eu.auth0.com/')).toBe('https://acme.eu.auth0.com/')
    expect(isIssuer('auth0', 'https://acme.eu.auth0.com/oauth')).toBe(false)
  })

  test('has groups below a name that the operator chose', () => {
    const raw = { groups: ['not ours'], 'https://acme.example/groups': ['admins'] }

    expect(claimsOf('auth0', raw, { groups: 'https://acme.example/groups' })['groups']).toEqual(['admins'])
    expect(claimsOf('auth0', raw)['groups']).toBeUndefined()
  })
})

describe('Keycloak', () => {
  test('is a realm', () => {
    expect(isIssuer('keycloak', 'https://sso.example.com/realms/staff')).toBe(true)
    expect(isIssuer('keycloak', 'https://sso.example.com/auth/realms/staff')).toBe(true)
    expect(isIssuer('keycloak', 'https://sso.example.com/realms/staff/')).toBe(false)
    expect(isIssuer('keycloak', 'https://sso.example.com')).toBe(false)
  })

  test('writes groups as paths, and realm roles below realm_access', () => {
    const raw = { groups: ['/admins', '/staff/berlin', 'plain'], realm_access: { roles: ['operator'] } }

    expect(claimsOf('keycloak', raw)).toEqual({ groups: ['admins', 'staff/berlin', 'plain'], roles: ['operator'] })
  })
})

describe('GitHub', () => {
  const answers = { user: { id: 1, login: 'mona' }, emails: [], organisations: [], teams: [] }

  test('has its API beside it, and an Enterprise Server below itself', () => {
    expect(apiBaseOf(new URL('https://github.com'))).toBe('https://api.github.com')
    expect(apiBaseOf(new URL('https://acme.ghe.com'))).toBe('https://api.acme.ghe.com')
    expect(apiBaseOf(new URL('https://git.example.com'))).toBe('https://git.example.com/api/v3')
    expect(apiBaseOf(new URL('https://evilghe.com'))).toBe('https://evilghe.com/api/v3')
  })

  test('has organisations and teams that nobody can found elsewhere', () => {
    const teams = [{ slug: 'ops', organization: { login: 'acme' } }, { slug: 'lost' }, 'nonsense']
    const described = describeGitHub(
      { ...answers, organisations: [{ login: 'acme' }, null], teams },
      new URL('https://github.com'),
    )

    expect(described).toMatchObject({ value: { facts: { groups: ['github.com/acme', 'github.com/acme/ops'] } } })
  })

  test('without a number is nobody', () => {
    expect(describeGitHub({ ...answers, user: { login: 'mona' } }, new URL('https://github.com')).ok).toBe(false)
    expect(describeGitHub({ ...answers, user: null }, new URL('https://github.com')).ok).toBe(false)
  })
})

test('the presets that anybody can get an account at say so', () => {
  const open = Object.entries(PRESETS).filter(
    ([, preset]) => preset.issuer !== undefined && preset.isPublic(new URL(preset.issuer)),
  )

  expect(open.map(([name]) => name)).toEqual(['google', 'entra', 'github'])
})
