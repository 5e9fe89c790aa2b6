import { afterEach, beforeEach, expect, test } from 'vitest'

import { GitHub } from '../../control-plane/upstream-idp/github.ts'
import { Secret } from '../../control-plane/kernel/secret.ts'
import { startGateway } from './support/gateway.ts'
import { startGitHub, type FakeGitHub, type GitHubUser } from './support/github.ts'
import { comeBackFrom, settingsOf } from './support/identity-world.ts'
import { mayCall, newBrowser, signInWith } from './support/upstream-people.ts'
import { startUpstream } from './support/upstream.ts'

const MONA: GitHubUser = {
  id: 583_231,
  login: 'mona',
  emails: [
    { email: 'old@example.com', primary: false, verified: true },
    { email: 'Mona@Example.com', primary: true, verified: true },
  ],
  organisations: ['acme'],
  teams: ['acme/platform'],
}

let github: FakeGitHub
let host: string

beforeEach(async () => {
  github = await startGitHub(MONA)
  host = new URL(github.origin).host
})

afterEach(async () => github[Symbol.asyncDispose]())

const provider = (): GitHub =>
  new GitHub(settingsOf({ id: 'github', preset: 'github', issuer: github.origin, clientSecret: new Secret('secret') }))

test('a person comes in through GitHub with the teams of the policy', async () => {
  await using upstream = await startUpstream()
  await using gateway = await startGateway({
    config: `
identity_providers:
  - id: github
    preset: github
    issuer: "${github.origin}"
    client_id: Iv1.client
    client_secret_file: github.secret
    allowed: { groups: ["${host}/acme"] }
routes:
  - from: http://localhost:PORT/platform
    to: http://127.0.0.1:${upstream.port}
    policy: [{ allow: { and: [{ groups: { has: "${host}/acme/platform" } }] } }]
`,
    files: { 'github.secret': 'secret' },
  })
  const mona = newBrowser()

  const home = await signInWith(gateway.url, 'GitHub', mona)
  github.current = { ...MONA, id: 7, login: 'eve', organisations: ['evil'], teams: [] }
  const eve = await signInWith(gateway.url, 'GitHub')

  expect(home.html).toContain('mona@example.com')
  expect(await mayCall(gateway.url, mona, 'platform')).toBe(true)
  expect(eve.status).toBe(403)
  expect(eve.html).toContain('You may not sign in here')
})

test('the account is the number, so who takes over a login takes over nobody', async () => {
  const before = await comeBackFrom(provider())
  github.current = { ...MONA, id: 999 }

  const after = await comeBackFrom(provider())

  expect(before.profile).toMatchObject({ issuer: github.origin, subject: '583231' })
  expect(after.profile.subject).toBe('999')
})

test('the address is the primary one, and counts only when GitHub has verified it', async () => {
  github.current = {
    ...MONA,
    emails: [
      { email: 'mona@example.com', primary: true, verified: false },
      { email: 'other@example.com', primary: false, verified: true },
    ],
  }

  const { profile } = await comeBackFrom(provider())

  expect(profile.email).toEqual({ address: 'mona@example.com', verified: false })
  expect(profile.claims['email']).toBeUndefined()
})

test('organisations and teams carry the host’s name, on every page of the list', async () => {
  github.current = { ...MONA, organisations: Array.from({ length: 150 }, (_, index) => `org-${index}`) }

  const { profile } = await comeBackFrom(provider())

  expect(profile.claims['groups']).toHaveLength(151)
  expect(profile.claims['groups']).toContain(`${host}/org-149`)
  expect(profile.claims['groups']).toContain(`${host}/acme/platform`)
})

test('a refresh asks the API again, and a token that GitHub refuses is the end', async () => {
  const { refreshToken, profile } = await comeBackFrom(provider())
  if (refreshToken === undefined) throw new Error('No token')

  const same = await provider().refresh(refreshToken, profile)
  github.refuses = 401
  const revoked = await provider().refresh(refreshToken, profile)
  github.refuses = 403
  const suspended = await provider().refresh(refreshToken, profile)
  github.refusalHeaders = { 'x-ratelimit-remaining': '0' }
  const limited = await provider().refresh(refreshToken, profile)
  github.refuses = 500
  const broken = await provider().refresh(refreshToken, profile)

  expect(same).toMatchObject({ kind: 'refreshed', profile: { subject: '583231' } })
  expect([revoked, suspended, limited, broken].map(({ kind }) => kind)).toEqual(['ended', 'ended', 'failed', 'failed'])
})

test('a code that GitHub does not know has ended, though GitHub answers 200', async () => {
  const attempt = { state: 's', nonce: 'n', verifier: 'v'.repeat(43), redirectUri: 'http://127.0.0.1:9/callback' }

  const outcome = await provider().finish(new URL('http://127.0.0.1:9/callback?code=made-up&state=s'), attempt)

  expect(outcome).toMatchObject({ ok: false, error: { kind: 'ended' } })
})
