import { createHash, generateKeyPair, generateKeyPairSync } from 'node:crypto'
import { promisify } from 'node:util'

import type { PublicHostKey } from '../identity/public-host-key.ts'
import type { Random } from '../kernel/random.ts'
import { Secret } from '../kernel/secret.ts'
import { utils } from './ssh2-parts.ts'

const MAGIC = 'openssh-key-v1\0'
const TYPE = 'ssh-ed25519'
const BLOCK_BYTES = 8
const LINE_CHARACTERS = 70

const uint32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}
const string = (value: string | Buffer): Buffer => {
  const bytes = typeof value === 'string' ? Buffer.from(value) : value
  return Buffer.concat([uint32(bytes.length), bytes])
}

/** In the order in which they are offered; a client prefers those that it knows already. */
export const HOST_KEY_TYPES = ['ed25519', 'ecdsa', 'rsa'] as const
export type HostKeyType = (typeof HOST_KEY_TYPES)[number]

/** What OpenSSH makes when it is not told otherwise. */
const RSA_BITS = 3072

/** A fresh host key in a form that OpenSSH and ssh2 read, unencrypted: keep the file at 0600. */
export async function createHostKey(type: HostKeyType, random: Random): Promise<Secret<string>> {
  switch (type) {
    case 'ed25519':
      return createEd25519Key(random)
    case 'ecdsa': {
      const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
      return new Secret(privateKey.export({ type: 'sec1', format: 'pem' }).toString())
    }
    case 'rsa': {
      const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: RSA_BITS })
      return new Secret(privateKey.export({ type: 'pkcs1', format: 'pem' }).toString())
    }
  }
}

/** PROTOCOL.key of OpenSSH: the only form that both read. */
export function createEd25519Key(random: Random): Secret<string> {
  const jwk = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' })
  const publicKey = Buffer.from(jwk.x ?? '', 'base64url')
  const seed = Buffer.from(jwk.d ?? '', 'base64url')
  const publicBlob = Buffer.concat([string(TYPE), string(publicKey)])
  // The same number twice lets a reader see that its passphrase was right; without one it only has to match.
  const check = random.bytes(4)
  const bare = Buffer.concat([
    check,
    check,
    string(TYPE),
    string(publicKey),
    string(Buffer.concat([seed, publicKey])),
    string('sallyport'),
  ])
  const padding = Buffer.from(Array.from({ length: -bare.length & (BLOCK_BYTES - 1) }, (_, index) => index + 1))
  const file = Buffer.concat([
    Buffer.from(MAGIC),
    string('none'),
    string('none'),
    string(''),
    uint32(1),
    string(publicBlob),
    string(Buffer.concat([bare, padding])),
  ])
  const lines = file.toString('base64').match(new RegExp(`.{1,${LINE_CHARACTERS}}`, 'g')) ?? []
  return new Secret(
    ['-----BEGIN OPENSSH PRIVATE KEY-----', ...lines, '-----END OPENSSH PRIVATE KEY-----', ''].join('\n'),
  )
}

/** `SHA256:` and unpadded base64, as OpenSSH prints it, of a public key blob (RFC 4253 §6.6). */
export const fingerprintOf = (publicBlob: Buffer): string =>
  `SHA256:${createHash('sha256').update(publicBlob).digest('base64').replace(/=+$/, '')}`

/** IANA's numbers of algorithms in SSHFP records. */
const SSHFP_ALGORITHM: Readonly<Record<string, number>> = {
  'ssh-rsa': 1,
  'ecdsa-sha2-nistp256': 3,
  'ecdsa-sha2-nistp384': 3,
  'ecdsa-sha2-nistp521': 3,
  'ssh-ed25519': 4,
}
const SSHFP_SHA256 = 2

/** Throws on what is not a private key. */
export function publicHostKey(pem: Secret<string>): PublicHostKey {
  const key = utils.parseKey(pem.reveal())
  if (key instanceof Error) throw new Error('Not a private key that ssh can use', { cause: key })
  const blob = key.getPublicSSH()
  const digest = createHash('sha256').update(blob).digest('hex')
  return {
    algorithm: key.type,
    fingerprint: fingerprintOf(blob),
    blob: blob.toString('base64'),
    sshfp: `${SSHFP_ALGORITHM[key.type] ?? 0} ${SSHFP_SHA256} ${digest}`,
  }
}
