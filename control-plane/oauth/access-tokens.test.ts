import { generateKeyPairSync, sign } from 'node:crypto'

import { expect, test } from 'vitest'

import { Standing, type StandingChange } from '../identity/standing.ts'
import { AccessTokenVerifier } from './access-token.ts'
import { judgeToken } from './access-tokens.ts'

const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const CLAIMS = { iss: 'i', sub: 'usr_a', aud: 'a', client_id: 'c', exp: 100, scope: 'mcp', gid: 'grt_1', jti: 'j' }
const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
function token(claims: object = CLAIMS): string {
  const input = `${encode({ alg: 'ES256', typ: 'at+jwt', kid: 'k1' })}.${encode(claims)}`
  const key = { key: pair.privateKey, dsaEncoding: 'ieee-p1363' } as const
  return `${input}.${sign('sha256', Buffer.from(input), key).toString('base64url')}`
}

const user = {
  id: 'usr_a',
  email: 'a@example.com',
  tunnelName: 'calm-otter-4821',
  emailVerified: true,
  disabled: false,
  claims: {},
}
function standingWith(...more: readonly StandingChange[]): Standing {
  const standing = new Standing()
  const changes: readonly StandingChange[] = [
    { kind: 'signing_key.put', kid: 'k1', publicKey: pair.publicKey },
    { kind: 'user.put', user },
    { kind: 'grant.put', grant: { id: 'grt_1', userId: 'usr_a', clientId: 'c' } },
    ...more,
  ]
  for (const [sequence, change] of changes.entries()) standing.apply({ sequence, change }, 0)
  return standing
}
const judge = (text: string, standing = standingWith(), nowMs = 0): string =>
  judgeToken(text, { verifier: new AccessTokenVerifier(), standing, nowMs }).kind

test('a token is good until the very second it expires', () => {
  expect(judge(token(), standingWith(), 99_999)).toBe('good')
  expect(judge(token(), standingWith(), 100_000)).toBe('expired')
})

test.each<[string, StandingChange]>([
  ['grant', { kind: 'grant.revoked', grantId: 'grt_1' }],
  ['user', { kind: 'user.put', user: { ...user, disabled: true } }],
  ['own validity', { kind: 'token.revoked', jti: 'j', expiresAtMs: 100_000 }],
])('a token ends with its %s', (_what, change) => {
  expect(judge(token(), standingWith(change))).toBe('ended')
})

test.each([{ sub: 'usr_b' }, { client_id: 'd' }, { gid: 'grt_2' }])(
  'a token that says %o is not what its grant says',
  (claims) => {
    expect(judge(token({ ...CLAIMS, ...claims }))).toBe('ended')
  },
)

test('what we did not sign is unknown', () => {
  expect(judge('nonsense')).toBe('unknown')
  expect(judge(token(), standingWith({ kind: 'signing_key.removed', kid: 'k1' }))).toBe('unknown')
})
