import { createHash, randomBytes } from 'node:crypto'

import { calculateJwkThumbprint, exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK } from 'jose'
import { beforeAll, expect, test } from 'vitest'

import { Secret } from '../kernel/secret.ts'
import { DpopVerifier, type DpopExpectation } from './dpop.ts'

const URL_OF_TUNNEL = 'https://calm-otter-4821.tunnels.example.com/mcp'
const TOKEN = 'header.body.signature'

let key: CryptoKey
let jwk: JWK
let expected: DpopExpectation
beforeAll(async () => {
  const pair = await generateKeyPair('ES256', { extractable: true })
  key = pair.privateKey
  jwk = await exportJWK(pair.publicKey)
  const thumbprint = await calculateJwkThumbprint(jwk)
  expected = { method: 'POST', url: URL_OF_TUNNEL, accessToken: TOKEN, thumbprint, nowMs: 1_000_000 }
})

const open = (): DpopVerifier => new DpopVerifier(new Secret(randomBytes(32)))
const nonceOf = (verifier: DpopVerifier, nowMs = expected.nowMs): string =>
  verifier.judge(undefined, { ...expected, nowMs })?.nonce ?? ''

interface Changes {
  readonly claims?: Record<string, unknown>
  readonly header?: Record<string, unknown>
  readonly key?: CryptoKey
}
const prove = (nonce: string, changes: Changes = {}): Promise<string> =>
  new SignJWT({
    htm: 'POST',
    htu: URL_OF_TUNNEL,
    ath: createHash('sha256').update(TOKEN).digest('base64url'),
    jti: randomBytes(8).toString('hex'),
    iat: 1000,
    nonce,
    ...changes.claims,
  })
    .setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk, ...changes.header })
    .sign(changes.key ?? key)

test('judge() accepts a proof of the bound key for this request, with our nonce', async () => {
  const verifier = open()

  expect(verifier.judge(await prove(nonceOf(verifier)), expected)).toBeUndefined()
  expect(
    verifier.judge(await prove(nonceOf(verifier), { claims: { htu: `${URL_OF_TUNNEL}/?a=1#b` } }), expected),
  ).toBeUndefined()
})

test('judge() accepts Ed25519 keys as well', async () => {
  const pair = await generateKeyPair('EdDSA', { extractable: true })
  const publicKey = await exportJWK(pair.publicKey)
  const verifier = open()
  const proof = await prove(nonceOf(verifier), { key: pair.privateKey, header: { alg: 'EdDSA', jwk: publicKey } })

  const thumbprint = await calculateJwkThumbprint(publicKey)
  expect(verifier.judge(proof, { ...expected, thumbprint })).toBeUndefined()
})

test('judge() refuses a proof that was used already', async () => {
  const verifier = open()
  const proof = await prove(nonceOf(verifier))
  verifier.judge(proof, expected)

  expect(verifier.judge(proof, expected)).toMatchObject({ error: 'invalid_dpop_proof' })
  expect(verifier.judge(proof, { ...expected, nowMs: expected.nowMs + 59_000 })).toBeDefined()
})

test('judge() asks for a nonce where there is none, a foreign one, or one of two minutes ago', async () => {
  const verifier = open()
  const first = nonceOf(verifier)
  const later = { ...expected, nowMs: expected.nowMs + 120_000 }

  expect(verifier.judge(await prove(first, { claims: { nonce: undefined } }), expected)).toEqual({
    error: 'use_dpop_nonce',
    nonce: first,
  })
  expect(verifier.judge(await prove(nonceOf(open())), expected)?.error).toBe('use_dpop_nonce')
  expect(verifier.judge(await prove(first), later)?.error).toBe('use_dpop_nonce')
  expect(nonceOf(verifier, later.nowMs)).not.toBe(first)
})

test.each<[string, Changes]>([
  ['another method', { claims: { htm: 'GET' } }],
  ['another URL', { claims: { htu: 'https://evil.example/mcp' } }],
  ['another path', { claims: { htu: `${URL_OF_TUNNEL}/other` } }],
  ['another access token', { claims: { ath: createHash('sha256').update('other').digest('base64url') } }],
  ['no access token', { claims: { ath: undefined } }],
  ['no id', { claims: { jti: undefined } }],
  ['another type', { header: { typ: 'JWT' } }],
])('judge() refuses a proof for %s', async (_what, changes) => {
  const verifier = open()

  expect(verifier.judge(await prove(nonceOf(verifier), changes), expected)?.error).toBe('invalid_dpop_proof')
})

test('judge() refuses the proof of another key, and another key’s signature under the bound key', async () => {
  const other = await generateKeyPair('ES256', { extractable: true })
  const verifier = open()
  const nonce = nonceOf(verifier)

  const theirs = await prove(nonce, { key: other.privateKey, header: { jwk: await exportJWK(other.publicKey) } })
  const forged = await prove(nonce, { key: other.privateKey })
  const [head, body] = (await prove(nonce)).split('.')

  for (const proof of [theirs, forged, `${head}.${body}.`, `${head}.${body}.AAAA`, 'a.b.c', '', 'x'.repeat(5000)]) {
    expect(verifier.judge(proof, expected)?.error).toBe('invalid_dpop_proof')
  }
})
