import { describe, expect, test } from 'vitest'

import { systemRandom } from '../kernel/random.ts'
import { createEd25519Key, fingerprintOf } from './host-key.ts'
import { isAcceptable, proveKey } from './proven-key.ts'
import { utils } from './ssh2-parts.ts'

function freshKey() {
  const key = utils.parseKey(createEd25519Key(systemRandom).reveal())
  if (key instanceof Error) throw key
  return key
}
const BLOB = Buffer.from('session id and request')
const offerOf = (key: ReturnType<typeof freshKey>) => ({ key: { algo: 'ssh-ed25519', data: key.getPublicSSH() } })
const named = (algo: string, length = 300) => {
  const data = Buffer.alloc(length)
  data.writeUInt32BE(algo.length)
  data.write(algo, 4)
  return { algo, data }
}

describe('proveKey()', () => {
  test('names a key whose signature is right', () => {
    const key = freshKey()

    const proven = proveKey({ ...offerOf(key), blob: BLOB, signature: key.sign(BLOB) })

    const data = key.getPublicSSH()
    expect(proven).toEqual({
      fingerprint: fingerprintOf(data),
      algorithm: 'ssh-ed25519',
      blob: data.toString('base64'),
    })
  })

  test('lets an offer identify nobody', () => {
    expect(proveKey(offerOf(freshKey()))).toBeUndefined()
  })

  test('refuses the signature of another key, of other bytes, and rubbish', () => {
    const key = freshKey()
    const signatures = [freshKey().sign(BLOB), key.sign(Buffer.from('other')), Buffer.alloc(64), Buffer.alloc(0)]

    for (const signature of signatures) {
      expect(proveKey({ ...offerOf(key), blob: BLOB, signature })).toBeUndefined()
    }
  })

  test('refuses a second spelling of the same key: it would have another fingerprint', () => {
    const key = freshKey()
    const data = Buffer.concat([key.getPublicSSH(), Buffer.alloc(4)])

    expect(proveKey({ key: { algo: 'ssh-ed25519', data }, blob: BLOB, signature: key.sign(BLOB) })).toBeUndefined()
  })
})

describe('isAcceptable()', () => {
  test.each([
    ['DSA', { key: named('ssh-dss') }],
    ['RSA with SHA-1', { key: named('ssh-rsa') }],
    ['short RSA', { key: named('ssh-rsa', 274), hashAlgo: 'sha512' }],
    ['a type that the blob does not name', { key: { algo: 'ssh-ed25519', data: named('ssh-rsa').data } }],
    ['text where a blob belongs', { key: { algo: 'ssh-ed25519', data: Buffer.from('-----BEGIN PRIVATE KEY-----') } }],
    ['an empty blob', { key: { algo: 'ssh-ed25519', data: Buffer.alloc(0) } }],
    ['a huge blob', { key: named('ssh-ed25519', 4097) }],
  ])('refuses %s', (_what, offer) => {
    expect(isAcceptable(offer)).toBe(false)
  })

  test('accepts RSA of 2048 bits with SHA-2', () => {
    expect(isAcceptable({ key: named('ssh-rsa', 279), hashAlgo: 'sha256' })).toBe(true)
  })
})
