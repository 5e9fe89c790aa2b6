import { createPublicKey } from 'node:crypto'

import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose'
import { expect, test } from 'vitest'

import type { User } from '../identity/user.ts'
import { systemRandom } from '../kernel/random.ts'
import { AccessTokenVerifier } from '../oauth/access-token.ts'
import { SigningKeys, type SigningKey } from '../oauth/signing-keys.ts'
import { Assertions } from './assertions.ts'
import { publicKeysOf } from './public-keys.ts'

const NOW = 1_800_000_000_000
const ann: User = {
  id: 'usr_ann',
  email: 'ann@example.com',
  tunnelName: 'calm-otter-4821',
  disabled: false,
  emailVerified: true,
  claims: { groups: ['ops', 'dev'], name: ['Ann Otter'] },
}
const wiki = { route: 'wiki', baseUrl: 'https://wiki.example.com', host: 'wiki.example.com' }

async function openKeys(): Promise<SigningKeys> {
  const rows: SigningKey[] = []
  const store = {
    all: async () => rows,
    add: async (key: SigningKey) => void rows.push(key),
    retire: async () => {},
    remove: async () => {},
  }
  const keys = new SigningKeys({ store, standing: undefined, clock: { nowMs: () => NOW }, maxTokenLifeMs: 300_000 })
  await keys.load()
  return keys
}

async function open(): Promise<{ keys: SigningKeys; assert: (user?: User, nowMs?: number) => readonly string[] }> {
  const keys = await openKeys()
  const issuer = 'https://gateway.example.com'
  const assertions = new Assertions({ issuer, currentKey: () => keys.current, random: systemRandom })
  const assert = (user = ann, nowMs = NOW): readonly string[] =>
    assertions.headersFor(user, wiki, nowMs).map(({ value }) => value.reveal())
  return { keys, assert }
}

test('an assertion says who calls, to whom and for at most five minutes, under a published key', async () => {
  const { keys, assert } = await open()
  const [own = ''] = assert()

  const { payload, protectedHeader } = await jwtVerify(own, createLocalJWKSet(publicKeysOf(keys.keys) as never), {
    issuer: 'https://gateway.example.com',
    audience: wiki.baseUrl,
    typ: 'sallyport-assertion+jwt',
    algorithms: ['ES256'],
    currentDate: new Date(NOW),
  })

  const { exp = 0, nbf = 0 } = payload
  expect(protectedHeader.kid).toBe(keys.current.kid)
  expect(exp - nbf).toBe(300)
  expect(payload).toMatchObject({
    sub: 'usr_ann',
    user: 'usr_ann',
    email: 'ann@example.com',
    email_verified: true,
    name: 'Ann Otter',
    groups: ['ops', 'dev'],
  })
})

test('the one in Pomerium’s shape has the host as audience and issuer', async () => {
  const { assert } = await open()

  const [, pomerium = ''] = assert()

  expect(decodeProtectedHeader(pomerium).typ).toBe('JWT')
  expect(decodeJwt(pomerium)).toMatchObject({ iss: 'wiki.example.com', aud: 'wiki.example.com', sub: 'usr_ann' })
})

test('one signature serves a minute, unless the person or the key has changed', async () => {
  const { keys, assert } = await open()
  const [first] = assert()

  expect(assert(ann, NOW + 59_000)[0]).toBe(first)
  expect(assert(ann, NOW + 60_000)[0]).not.toBe(first)
  const [regrouped = ''] = assert({ ...ann, claims: {} }, NOW + 1000)
  expect(decodeJwt(regrouped)['groups']).toEqual([])
  await keys.rotate()
  const [rotated = ''] = assert({ ...ann, claims: {} }, NOW + 1000)
  expect(decodeProtectedHeader(rotated).kid).toBe(keys.current.kid)
})

test('an assertion is no access token, even under the key of one', async () => {
  const { keys, assert } = await open()
  const publicKey = createPublicKey({ key: keys.current.jwk.reveal(), format: 'jwk' })

  for (const token of assert()) expect(new AccessTokenVerifier().verify(token, () => publicKey)).toBeUndefined()
})

test('a client without an address is asserted without one', async () => {
  const { assert } = await open()

  const [own = ''] = assert({ ...ann, id: 'nightly', email: '', claims: {} })

  expect(decodeJwt(own)).not.toHaveProperty('email')
})

test('published keys have no private part', async () => {
  const { keys } = await openKeys().then((opened) => publicKeysOf(opened.keys))

  expect(Object.keys(keys[0] ?? {}).toSorted()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y'])
})

test('without a key nothing is asserted', () => {
  const assertions = new Assertions({ issuer: 'https://g', currentKey: () => undefined, random: systemRandom })

  expect(() => assertions.headersFor(ann, wiki, NOW)).toThrow('No key')
})
