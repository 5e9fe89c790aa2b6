/** SSH before encryption, by hand: what a client that means harm can send without a library to stop it. */
const BLOCK = 8

export const VERSION = Buffer.from('SSH-2.0-fuzz\r\n')

/** RFC 4253 §6: length, padding length, payload, padding. */
export function packetOf(payload: Buffer): Buffer {
  const padding = BLOCK + BLOCK - ((5 + payload.length) % BLOCK)
  const head = Buffer.alloc(5)
  head.writeUInt32BE(1 + payload.length + padding, 0)
  head.writeUInt8(padding, 4)
  return Buffer.concat([head, payload, Buffer.alloc(padding)])
}

export const stringOf = (bytes: Buffer | string): Buffer => {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(Buffer.byteLength(bytes), 0)
  return Buffer.concat([length, Buffer.from(bytes)])
}

const LISTS: readonly string[] = [
  'curve25519-sha256',
  'ssh-ed25519',
  'aes128-gcm@openssh.com',
  'aes128-gcm@openssh.com',
  'hmac-sha2-256-etm@openssh.com',
  'hmac-sha2-256-etm@openssh.com',
  'none',
  'none',
  '',
  '',
]

/** SSH_MSG_KEXINIT (RFC 4253 §7.1) with these key exchange methods. */
export const kexInit = (methods: string): Buffer =>
  Buffer.concat([
    Buffer.from([20]),
    Buffer.alloc(16),
    ...[methods, ...LISTS.slice(1)].map((list) => stringOf(list)),
    Buffer.alloc(5),
  ])

/** SSH_MSG_KEX_ECDH_INIT (RFC 5656 §4), also what the hybrid method sends. */
export const kexEcdhInit = (key: Buffer): Buffer => Buffer.concat([Buffer.from([30]), stringOf(key)])
