import { createHash, generateKeyPairSync } from 'node:crypto'

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

/** A fresh Ed25519 host key in the form that OpenSSH and ssh2 read (PROTOCOL.key), unencrypted: keep the file at 0600. */
export function createHostKey(random: Random): Secret<string> {
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

/** What a person compares with ssh's question at the first connection. Throws on what is not a private key. */
export function hostKeyFingerprint(pem: Secret<string>): string {
  const key = utils.parseKey(pem.reveal())
  if (key instanceof Error) throw new Error('Not a private key that ssh can use', { cause: key })
  return fingerprintOf(key.getPublicSSH())
}
