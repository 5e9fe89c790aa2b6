import {
  createHash,
  createPublicKey,
  decapsulate,
  diffieHellman,
  generateKeyPairSync,
  type KeyObject,
} from 'node:crypto'

import { describe, expect, test } from 'vitest'

import { answerHybridKex, disguiseHybridKex, HYBRID_KEX } from './hybrid-kex.ts'

const rawOf = (key: KeyObject, bytes: number): Buffer => key.export({ type: 'spki', format: 'der' }).subarray(-bytes)
const x25519Of = (raw: Buffer): KeyObject =>
  createPublicKey({
    key: Buffer.concat([Buffer.from('302a300506032b656e032100', 'hex'), raw]),
    type: 'spki',
    format: 'der',
  })

describe('answerHybridKex()', () => {
  const kem = generateKeyPairSync('ml-kem-768')
  const curve = generateKeyPairSync('x25519')
  const init = Buffer.concat([rawOf(kem.publicKey, 1184), rawOf(curve.publicKey, 32)])

  test('gives both sides the same secret', () => {
    const { reply, secret } = answerHybridKex(init)

    expect(reply).toHaveLength(1088 + 32)
    const shared = decapsulate(kem.privateKey, reply.subarray(0, 1088))
    const agreed = diffieHellman({ privateKey: curve.privateKey, publicKey: x25519Of(reply.subarray(1088)) })
    expect(secret.equals(createHash('sha256').update(shared).update(agreed).digest())).toBe(true)
  })

  test('gives another secret each time', () => {
    expect(answerHybridKex(init).secret.equals(answerHybridKex(init).secret)).toBe(false)
  })

  test.each<[string, Buffer, string]>([
    ['one byte too few', init.subarray(1), 'C_INIT has 1215 bytes'],
    ['one byte too many', Buffer.concat([init, Buffer.alloc(1)]), 'C_INIT has 1217 bytes'],
    ['nothing', Buffer.alloc(0), 'C_INIT has 0 bytes'],
    ['a curve point of order 1', Buffer.concat([init.subarray(0, 1184), Buffer.alloc(32)]), 'failed'],
    // FIPS 203 §7.2: a coefficient that is not below the modulus.
    [
      'an encapsulation key out of range',
      Buffer.concat([Buffer.alloc(1184, 0xff), init.subarray(1184)]),
      'Failed to read',
    ],
  ])('refuses %s', (_what, bad, reason) => {
    expect(() => answerHybridKex(bad)).toThrow(reason)
  })
})

describe('disguiseHybridKex()', () => {
  const ours = [HYBRID_KEX, 'curve25519-sha256', 'ecdh-sha2-nistp256']
  const kexinit = (methods: string): Buffer => {
    const length = Buffer.alloc(4)
    length.writeUInt32BE(methods.length)
    return Buffer.concat([Buffer.of(20), Buffer.alloc(16, 7), length, Buffer.from(methods), Buffer.from('the rest')])
  }
  const disguised = (methods: string) => disguiseHybridKex(kexinit(methods), ours, 'curve25519-sha256')

  test('puts the stand-in where the hybrid method will be chosen, and leaves the rest', () => {
    expect(disguised(`sntrup761x25519-sha512,${HYBRID_KEX},ecdh-sha2-nistp256`)).toEqual(
      kexinit('sntrup761x25519-sha512,curve25519-sha256,ecdh-sha2-nistp256'),
    )
  })

  test.each(['curve25519-sha256', `curve25519-sha256,${HYBRID_KEX}`, 'something-else', ''])(
    'leaves "%s" alone',
    (methods) => {
      expect(disguised(methods)).toBeUndefined()
    },
  )

  test('leaves a malformed packet to the one who reads it', () => {
    const packet = kexinit(HYBRID_KEX)
    packet.writeUInt32BE(0xffffffff, 17)

    expect(disguiseHybridKex(packet, ours, 'curve25519-sha256')).toBeUndefined()
    expect(disguiseHybridKex(Buffer.of(20), ours, 'curve25519-sha256')).toBeUndefined()
  })
})
