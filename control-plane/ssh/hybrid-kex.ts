/**
 * The server's half of `mlkem768x25519-sha256` (draft-ietf-sshm-mlkem-hybrid-kex §2): a shared secret that stays secret as
 * long as one of ML-KEM-768 (FIPS 203) and X25519 holds. Without it OpenSSH from 10.1 on warns its user.
 */
import {
  createHash,
  createPublicKey,
  diffieHellman,
  encapsulate,
  generateKeyPairSync,
  type KeyObject,
} from 'node:crypto'

export const HYBRID_KEX = 'mlkem768x25519-sha256'

/** What ML-KEM-768 and X25519 keys are, in bytes. */
const KEM_PUBLIC_BYTES = 1184
const X25519_BYTES = 32
/** SubjectPublicKeyInfo up to the raw key: RFC 9935 §4 and RFC 8410 §4. */
const KEM_SPKI = Buffer.from('308204b2300b0609608648016503040402038204a100', 'hex')
const X25519_SPKI = Buffer.from('302a300506032b656e032100', 'hex')

export interface HybridReply {
  /** S_REPLY: the ciphertext and the server's X25519 key. */
  readonly reply: Buffer
  /** K: hashed as a string, not as the mpint of the other methods. */
  readonly secret: Buffer
}

/** `init` is the client's C_INIT. Throws on one of another length and on keys that are not valid. */
export function answerHybridKex(init: Buffer): HybridReply {
  if (init.length !== KEM_PUBLIC_BYTES + X25519_BYTES) throw new Error(`C_INIT has ${init.length} bytes`)
  const kemKey = publicKeyOf(KEM_SPKI, init.subarray(0, KEM_PUBLIC_BYTES))
  const { ciphertext, sharedKey } = encapsulate(kemKey)
  const own = generateKeyPairSync('x25519')
  // Throws on a point of low order (RFC 8731 §3).
  const agreed = diffieHellman({
    privateKey: own.privateKey,
    publicKey: publicKeyOf(X25519_SPKI, init.subarray(KEM_PUBLIC_BYTES)),
  })
  const ownPublic = own.publicKey.export({ type: 'spki', format: 'der' }).subarray(X25519_SPKI.length)
  return {
    reply: Buffer.concat([ciphertext, ownPublic]),
    secret: createHash('sha256').update(sharedKey).update(agreed).digest(),
  }
}

const publicKeyOf = (prefix: Buffer, raw: Buffer): KeyObject =>
  createPublicKey({ key: Buffer.concat([prefix, raw]), type: 'spki', format: 'der' })

/** SSH_MSG_KEXINIT (RFC 4253 §7.1): the type, 16 random bytes, and then the client's key exchange methods. */
export const KEXINIT = 20
const METHODS_AT = 17
const LENGTH_BYTES = 4

/**
 * The client's KEXINIT with `stand-in` for the hybrid method, where that is the one that will be chosen: the first of the
 * client's that is among ours (RFC 4253 §7.1). Undefined where another one will be, or the packet is malformed.
 */
export function disguiseHybridKex(kexinit: Buffer, ours: readonly string[], standIn: string): Buffer | undefined {
  if (kexinit.length < METHODS_AT + LENGTH_BYTES) return undefined
  const end = METHODS_AT + LENGTH_BYTES + kexinit.readUInt32BE(METHODS_AT)
  if (end > kexinit.length) return undefined
  const methods = kexinit.toString('latin1', METHODS_AT + LENGTH_BYTES, end).split(',')
  if (methods.find((method) => ours.includes(method)) !== HYBRID_KEX) return undefined
  const disguised = Buffer.from(methods.map((method) => (method === HYBRID_KEX ? standIn : method)).join(','), 'latin1')
  const length = Buffer.alloc(LENGTH_BYTES)
  length.writeUInt32BE(disguised.length)
  return Buffer.concat([kexinit.subarray(0, METHODS_AT), length, disguised, kexinit.subarray(end)])
}
