import { createCipheriv, createDecipheriv, createHash } from 'node:crypto'

import type { Random } from '../kernel/random.ts'
import type { Secret } from '../kernel/secret.ts'

/** What a session id is bound to. All of it must be the same when the id comes back. */
export interface SessionBinding {
  readonly userId: string
  readonly clientId: string
  readonly route: string
}

export interface UpstreamSession {
  /** The upstream server's own `Mcp-Session-Id`. */
  readonly id: string
  readonly connectorId: string
  /** The client has said that any of its calls may be answered by a task. */
  readonly mayMakeTasks: boolean
}

/** 32 bytes and the id under which tokens sealed with it are recognised. */
export interface SealingKey {
  readonly id: string
  readonly key: Secret<Buffer>
}

/** A session that was begun this long ago has ended, whatever the upstream says. */
export const MAX_SESSION_AGE_MS = 30 * 24 * 60 * 60 * 1000

const IV_BYTES = 12
const TAG_BYTES = 16
const KEY_ID_BYTES = 4

export const sealingKeyOf = (key: Secret<Buffer>): SealingKey => ({
  id: createHash('sha256')
    .update('key id')
    .update(key.reveal())
    .digest('hex')
    .slice(0, KEY_ID_BYTES * 2),
  key,
})

/**
 * Seals an upstream session id with AES-256-GCM: key id, IV, ciphertext, tag, as base64url. Nobody else can use it,
 * nobody can make one, and no node has to remember it.
 */
export function sealSession(
  session: UpstreamSession,
  binding: SessionBinding,
  options: { readonly key: SealingKey; readonly random: Random; readonly nowMs: number },
): string {
  const iv = options.random.bytes(IV_BYTES)
  const cipher = createCipheriv('aes-256-gcm', options.key.key.reveal(), iv)
  cipher.setAAD(associatedData(binding))
  const plain = JSON.stringify([options.nowMs, session.connectorId, session.id, session.mayMakeTasks])
  return Buffer.concat([
    Buffer.from(options.key.id, 'hex'),
    iv,
    cipher.update(plain, 'utf8'),
    cipher.final(),
    cipher.getAuthTag(),
  ]).toString('base64url')
}

/** Undefined for whatever was not sealed by us for exactly this binding, or is too old. Does not say which. */
export function unsealSession(
  sealed: string,
  binding: SessionBinding,
  options: { readonly keys: readonly SealingKey[]; readonly nowMs: number },
): UpstreamSession | undefined {
  const bytes = Buffer.from(sealed, 'base64url')
  // Base64 has several spellings of the same bytes; only ours is accepted, so that a session has one name.
  if (bytes.length < KEY_ID_BYTES + IV_BYTES + TAG_BYTES || bytes.toString('base64url') !== sealed) return undefined
  const keyId = bytes.toString('hex', 0, KEY_ID_BYTES)
  const key = options.keys.find((candidate) => candidate.id === keyId)
  if (key === undefined) return undefined
  const opened = open(bytes.subarray(KEY_ID_BYTES), key, associatedData(binding))
  if (opened === undefined) return undefined
  const [sealedAtMs, connectorId, id, mayMakeTasks] = opened
  return options.nowMs - sealedAtMs > MAX_SESSION_AGE_MS
    ? undefined
    : { id, connectorId, mayMakeTasks: mayMakeTasks === true }
}

/** Those from before tasks have no fourth. */
type Opened = [number, string, string, boolean?]

function open(bytes: Buffer, key: SealingKey, aad: Buffer): Opened | undefined {
  const decipher = createDecipheriv('aes-256-gcm', key.key.reveal(), bytes.subarray(0, IV_BYTES), {
    authTagLength: TAG_BYTES,
  })
  decipher.setAAD(aad)
  decipher.setAuthTag(bytes.subarray(-TAG_BYTES))
  try {
    const plain = Buffer.concat([decipher.update(bytes.subarray(IV_BYTES, -TAG_BYTES)), decipher.final()])
    return JSON.parse(plain.toString('utf8')) as Opened
  } catch {
    return undefined
  }
}

/** JSON rather than a joined string: no value can reach into its neighbour. */
const associatedData = (binding: SessionBinding): Buffer =>
  Buffer.from(JSON.stringify(['mcp-session', binding.userId, binding.clientId, binding.route]))
