import { createHash, generateKeyPairSync, sign } from 'node:crypto'

import { expect, test } from 'vitest'

import type { Verdict } from './verdict.ts'
import {
  ANN,
  ISSUER,
  NOW_MS,
  TEAM_URL,
  bearer,
  judge,
  token,
  toolCall,
  verdictOf,
  worldOf,
  type WorldChanges,
} from './world.fixture.ts'

test.each<[string, string | undefined, object]>([
  ['nothing at all', undefined, {}],
  ['another scheme', 'Basic YTpi', { error: 'invalid_token' }],
  ['two tokens', `Bearer ${token()}, Bearer ${token()}`, { error: 'invalid_token' }],
  ['no token of ours', 'Bearer a.b.c', { error: 'invalid_token' }],
])('%s in place of a token is challenged', (_, authorization, challenge) => {
  expect(verdictOf({ headers: { authorization }, body: toolCall('read') })).toEqual({
    kind: 'challenge',
    challenge: {
      resourceMetadataUrl: `${ISSUER}/.well-known/oauth-protected-resource/team/mcp`,
      scope: 'mcp',
      ...challenge,
    },
  })
})

test.each<[string, object, string, WorldChanges?]>([
  ['another issuer', { iss: 'https://evil.example' }, 'token_unknown'],
  ['a time that has passed', { exp: NOW_MS / 1000 }, 'token_expired'],
  ['a grant that was revoked', {}, 'token_ended', { standing: [{ kind: 'grant.revoked', grantId: 'grt_1' }] }],
  [
    'an account that was disabled',
    {},
    'token_ended',
    { standing: [{ kind: 'user.put', user: { ...ANN, disabled: true } }] },
  ],
  ['another URL', { aud: `${ISSUER}/other/mcp` }, 'token_for_other_url'],
  ['the URL’s parent', { aud: `${ISSUER}/team` }, 'token_for_other_url'],
  ['no scope for MCP', { scope: 'openid profile' }, 'token_ended'],
  ['a binding, but without a proof', { cnf: { jkt: 'thumb' } }, 'dpop'],
])('a token for %s is refused in the same words, and only the record says why', (_, claims, problem, world) => {
  const { verdict, event } = judge(bearer(claims), worldOf(world))

  expect(verdict).toMatchObject({ kind: 'challenge', challenge: { error: 'invalid_token' } })
  expect(verdict).not.toHaveProperty('challenge.description')
  expect(event).toMatchObject({ verdict: 'challenge', caller: undefined, token: { problem }, reasons: [] })
})

test('a bound token is good with a proof of its key, and the proof is good once', () => {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const { crv = '', kty = '', x = '', y = '' } = publicKey.export({ format: 'jwk' })
  const jkt = createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest('base64url')
  const bound = token({ cnf: { jkt } })
  const world = worldOf()
  const call = (dpop?: string): Verdict =>
    judge({ headers: { authorization: `DPoP ${bound}`, dpop }, body: toolCall('read') }, world).verdict
  const first = call()
  const nonce = first.kind === 'challenge' ? first.challenge.dpop?.nonce : undefined
  const ath = createHash('sha256').update(bound).digest('base64url')
  const input = [
    { alg: 'ES256', typ: 'dpop+jwt', jwk: { crv, kty, x, y } },
    { htm: 'POST', htu: TEAM_URL, ath, jti: 'p1', iat: 1, nonce },
  ]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.')
  const signature = sign('sha256', Buffer.from(input), { key: privateKey, dsaEncoding: 'ieee-p1363' })
  const proof = `${input}.${signature.toString('base64url')}`

  expect(first).toMatchObject({ challenge: { error: 'invalid_token', dpop: { error: 'invalid_dpop_proof' } } })
  expect(call(proof).kind).toBe('allow')
  expect(call(proof)).toMatchObject({ kind: 'challenge', challenge: { dpop: { error: 'invalid_dpop_proof' } } })
})

test('a proof beside a token that is not bound proves nothing', () => {
  const headers = { authorization: `DPoP ${token()}` }

  expect(judge({ headers, body: toolCall('read') }).event?.token?.problem).toBe('dpop')
})
