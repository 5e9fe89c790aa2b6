import type { PublicKeyAuthContext } from 'ssh2'

import type { ProvenKey } from '../identity/ssh-admission.ts'
import { fingerprintOf } from './host-key.ts'
import { utils } from './ssh2-parts.ts'

/** DSA and SHA-1 signatures are out; ssh2 names an RSA key `ssh-rsa` whatever its signature's hash is. */
const ACCEPTED = new Set([
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'ssh-rsa',
])
const MAX_KEY_BYTES = 4096
/** RFC 8301 §3: shorter RSA keys are refused. Modulus of 2048 bits, exponent and the lengths before them. */
const MIN_RSA_BLOB_BYTES = 275

/** Whether the client may go on and prove this key. Says nothing about whose it is. */
export function isAcceptable(offer: Pick<PublicKeyAuthContext, 'key' | 'hashAlgo'>): boolean {
  const { algo, data } = offer.key
  if (!ACCEPTED.has(algo) || data.length > MAX_KEY_BYTES) return false
  if (algo === 'ssh-rsa' && (offer.hashAlgo === undefined || data.length < MIN_RSA_BLOB_BYTES)) return false
  // ssh2's parser also reads PEM and other text: only a blob of RFC 4253 §6.6 may reach it.
  return data.length > 4 && data.readUInt32BE(0) === algo.length && data.toString('latin1', 4, 4 + algo.length) === algo
}

/** The key, if the signature over this connection's session id proves that the client holds it. */
export function proveKey(
  offer: Pick<PublicKeyAuthContext, 'key' | 'hashAlgo' | 'signature' | 'blob'>,
): ProvenKey | undefined {
  if (offer.signature === undefined || offer.blob === undefined || !isAcceptable(offer)) return undefined
  const { algo, data } = offer.key
  try {
    const key = utils.parseKey(data)
    // Otherwise one key could be written in several ways and each would have a fingerprint of its own.
    if (key instanceof Error || key.type !== algo || !key.getPublicSSH().equals(data)) return undefined
    if (key.verify(offer.blob, offer.signature, offer.hashAlgo) !== true) return undefined
  } catch {
    // Malformed points and numbers make node:crypto throw: not proven.
    return undefined
  }
  return { fingerprint: fingerprintOf(data), algorithm: algo, blob: data.toString('base64') }
}
