import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto'

import { expect, test } from 'vitest'

import { AccessTokenVerifier } from './access-token.ts'

const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const CLAIMS = { iss: 'i', sub: 's', aud: 'a', client_id: 'c', exp: 100, scope: 'mcp', gid: 'grt_1', jti: 'j' }
const HEADER = { alg: 'ES256', typ: 'at+jwt', kid: 'k1' }

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
function token(header: object = HEADER, claims: object = CLAIMS, key: KeyObject = pair.privateKey): string {
  const input = `${encode(header)}.${encode(claims)}`
  return `${input}.${sign('sha256', Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`
}
const keyOf = (kid: string): KeyObject | undefined => (kid === 'k1' ? pair.publicKey : undefined)
const verify = (text: string): unknown => new AccessTokenVerifier().verify(text, keyOf)

test('verify() gives the claims of a well-signed token', () => {
  expect(verify(token())).toEqual(CLAIMS)
})

test.each([
  ['an ID token', { ...HEADER, typ: 'JWT' }],
  ['no type', { alg: 'ES256', kid: 'k1' }],
  ['alg none', { ...HEADER, alg: 'none' }],
  ['another algorithm', { ...HEADER, alg: 'RS256' }],
  ['an unknown key', { ...HEADER, kid: 'k2' }],
  ['a critical extension', { ...HEADER, crit: ['b64'] }],
])('verify() refuses %s', (_what, header) => {
  expect(verify(token(header))).toBeUndefined()
})

test.each(Object.keys(CLAIMS))('verify() refuses a token without %s, or with a list there', (name) => {
  const rest = Object.fromEntries(Object.entries(CLAIMS).filter(([claim]) => claim !== name))
  expect(verify(token(HEADER, rest))).toBeUndefined()
  expect(verify(token(HEADER, { ...CLAIMS, [name]: ['x'] }))).toBeUndefined()
})

test('verify() refuses another signer and every other spelling of the signature', () => {
  const other = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  expect(verify(token(HEADER, CLAIMS, other.privateKey))).toBeUndefined()
  for (const text of [
    `${token()}=`,
    `${token()}.`,
    ` ${token()}`,
    token().replace('.', '..'),
    '',
    '..',
    'a.b.c',
    'x'.repeat(9000),
  ]) {
    expect(verify(text)).toBeUndefined()
  }
})

test('a remembered token is refused when its key is gone', () => {
  const verifier = new AccessTokenVerifier()
  const text = token()
  expect(verifier.verify(text, keyOf)).toEqual(CLAIMS)

  expect(verifier.verify(text, () => undefined)).toBeUndefined()
  expect(verifier.verify(text, keyOf)).toEqual(CLAIMS)
})
