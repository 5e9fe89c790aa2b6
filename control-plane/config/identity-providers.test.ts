import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { expect, test } from 'vitest'

import { readEnvironment } from './environment.ts'
import { loadConfiguration } from './load.ts'
import { ConfigError } from './problem.ts'
import type { Settings } from './settings.ts'
import { PRESET_NAMES } from '../upstream-idp/presets/known.ts'

const folder = mkdtempSync(join(tmpdir(), 'sallyport-idp-config-'))
writeFileSync(join(folder, 'google.secret'), 'from a file\n')
writeFileSync(join(folder, 'empty.secret'), '\n')

function load(yaml: string, variables: Readonly<Record<string, string>> = {}): Settings {
  const configFile = join(folder, 'sallyport.yaml')
  writeFileSync(configFile, yaml)
  return loadConfiguration({ ...readEnvironment({ SALLYPORT_DATA: '/data', ...variables }), configFile }).settings
}

function problems(yaml: string, variables: Readonly<Record<string, string>> = {}): readonly string[] {
  try {
    load(yaml, variables)
    return []
  } catch (cause) {
    if (!(cause instanceof ConfigError)) throw cause
    return cause.problems.map(({ line, column, message, hint }) => `${line}:${column} ${message} | ${hint ?? ''}`)
  }
}

const one = (provider: string): string => `identity_providers:\n  - ${provider}\n`

test('a preset and a client are enough', () => {
  const [google] = load(
    one('{ id: google, preset: google, client_id: c, client_secret_file: google.secret }'),
  ).identityProviders

  expect(google).toMatchObject({
    id: 'google',
    name: 'Google',
    issuer: 'https://accounts.google.com',
    signUp: true,
    refreshMs: 60 * 60_000,
    maxStaleMs: 24 * 60 * 60_000,
  })
  expect(google?.clientSecret?.reveal()).toBe('from a file')
})

test('a secret may come from the environment, and is printed nowhere', () => {
  const settings = load(one('{ id: a, issuer: "https://a.example", client_id: c, client_secret_env: A_SECRET }'), {
    A_SECRET: 'from the environment',
  })

  expect(settings.identityProviders[0]?.clientSecret?.reveal()).toBe('from the environment')
  expect(JSON.stringify(settings)).not.toContain('from the environment')
})

test('addresses and domains are compared in lower case; Auth0’s issuer gets its slash', () => {
  const [auth0] = load(
    one(
      '{ id: a, preset: auth0, issuer: "https://acme.eu.auth0.com", client_id: c, allowed: { domains: [Example.COM] } }',
    ),
  ).identityProviders

  expect(auth0).toMatchObject({ issuer: 'https://acme.eu.auth0.com/', allowed: { domains: ['example.com'] } })
})

test('without the key there are passwords and no providers', () => {
  expect(load('{}')).toMatchObject({ passwords: true, identityProviders: [] })
})

test('every problem is reported at once, each where it stands', () => {
  const found = problems(`identity_providers:
  - id: one
    issuer: http://login.example.com
    client_id: c
    client_secret_env: NOT_SET
  - id: one
    preset: keycloak
    issuer: https://sso.example.com/realms/a/
    client_id: c
    client_secret_file: empty.secret
    claims: { email: mail }
    allowed: { tenants: [t] }
`)

  expect(found).toEqual([
    '3:5 An issuer needs https: whoever is on the way could sign in as anybody | plain http is for loopback only',
    '5:5 The environment has no "NOT_SET" | set it, or use "client_secret_file"',
    '6:5 "one" is another provider\'s id already | ',
    '8:5 "https://sso.example.com/realms/a/" is no issuer of Keycloak | it is https://HOST/realms/REALM, without a slash at its end',
    '12:16 Only Microsoft Entra has "tenants", so nobody would be admitted | use "preset: entra", or "domains"',
    '11:15 "email" is filled by the gateway itself | choose another name for this claim',
    '10:5 "empty.secret" is empty | ',
  ])
})

test.each([
  ['{ id: a, client_id: c }', /needs an issuer/],
  ['{ id: a, preset: okta, client_id: c }', /needs an issuer \| it is https:\/\/NAME\.okta\.com/],
  ['{ id: A, issuer: "https://a.example", client_id: c }', /part of the callback address/],
  ['{ id: a, issuer: "https://a.example/?x=1", client_id: c }', /is no issuer/],
  ['{ id: a, issuer: "https://a.example" }', /2:5 Expected string/],
  ['{ id: a, issuer: "https://a.example", client_id: c, client_secret: x }', /Unknown key "client_secret"/],
  ['{ id: a, preset: googel, client_id: c }', /Invalid option/],
  ['{ id: a, issuer: "https://a.example", client_id: c, allowed: { domains: [] } }', /admit nobody/],
  ['{ id: a, issuer: "https://a.example", client_id: c, allowed: { domain: [x] } }', /did you mean "domains"/],
  ['{ id: a, issuer: "https://a.example", client_id: c, client_secret_file: nowhere }', /there is no such file/],
  [
    '{ id: a, issuer: "https://a.example", client_id: c, client_secret_file: google.secret, client_secret_env: X }',
    /given twice/,
  ],
  ['{ id: a, issuer: "https://a.example", client_id: c, refresh_minutes: 0 }', /2:\d+ /],
])('%s is a problem', (provider, expected) => {
  expect(problems(one(provider)).join('\n')).toMatch(expected)
})

const PUBLIC = 'public_url: https://gateway.example.com\ntls: { certificate: x, key: y }\n'
const identityProblems = (yaml: string): readonly string[] =>
  problems(PUBLIC + yaml).filter((text) => !/Cannot read/.test(text))

test.each(['google', 'github', 'entra'])('on a public address %s needs to be told who may come in', (preset) => {
  const provider = `{ id: a, preset: ${preset}, client_id: c`

  expect(identityProblems(one(`${provider} }`)).join()).toMatch(/so anybody could sign in \| add "allowed"/)
  expect(identityProblems(one(`${provider}, allowed: { domains: [example.com] } }`))).toEqual([])
  expect(problems(one(`${provider} }`))).toEqual([])
})

test('one tenant of Entra, or a company’s own provider, is told by itself', () => {
  const issuer = 'https://login.microsoftonline.com/72f988bf-86f1-41af-91ab-2d7cd011db47/v2.0'

  expect(identityProblems(one(`{ id: a, preset: entra, issuer: "${issuer}", client_id: c }`))).toEqual([])
  expect(identityProblems(one('{ id: a, issuer: "https://login.example.com", client_id: c }'))).toEqual([])
})

test('without passwords there must be a way in, and for the first one too', () => {
  const off = 'accounts: { passwords: false }\n'
  const provider = 'id: a, issuer: "https://login.example.com", client_id: c'

  expect(problems(off)).toEqual([expect.stringMatching(/^1:13 Nobody could sign in without a provider/)])
  expect(problems(off + one(`{ ${provider} }`))).toEqual([])
  expect(identityProblems(off + one(`{ ${provider} }`)).join()).toMatch(/Nobody could make the first account/)
  expect(identityProblems(off + one(`{ ${provider}, allowed: { groups: [staff] } }`))).toEqual([])
  expect(identityProblems(off + one(`{ ${provider}, sign_up: false, allowed: { groups: [staff] } }`))).toHaveLength(1)
})

const guide = readFileSync(new URL('../../docs/how-to/identity-providers.md', import.meta.url), 'utf8')
const samples = [...guide.matchAll(/^## (.+)\n[^]*?^```yaml\n([^]*?)^```/gm)].map(([, title, yaml]) => ({
  title,
  yaml,
}))

test('the guide has a sample for each preset', () => {
  const used = samples.map(({ yaml }) => /preset: (\w+)/.exec(yaml ?? '')?.[1] ?? 'oidc')

  expect(new Set(used)).toEqual(new Set(PRESET_NAMES))
})

test.each(samples)('the sample of the guide for "$title" loads', ({ yaml = '' }) => {
  writeFileSync(join(folder, 'a.secret'), 'x')
  const host = 'tunnels: { domain: tunnels.example.com }\n'

  expect(identityProblems(host + yaml.replace(/\w+\.secret/g, 'a.secret'))).toEqual([])
})
