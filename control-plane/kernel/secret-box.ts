import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto'

import type { Random } from './random.ts'
import { Secret } from './secret.ts'

const IV_BYTES = 12
const TAG_BYTES = 16

/** A 32-byte key for one purpose, from the installation's secret key (HKDF-SHA256, RFC 5869). */
export const deriveKey = (master: Secret<Buffer>, purpose: string): Secret<Buffer> =>
  new Secret(Buffer.from(hkdfSync('sha256', master.reveal(), '', `sallyport ${purpose}`, 32)))

/** Encrypts what is stored: AES-256-GCM, base64url of IV, ciphertext, tag. */
export class SecretBox {
  readonly #key: Secret<Buffer>
  readonly #random: Random

  constructor(key: Secret<Buffer>, random: Random) {
    this.#key = key
    this.#random = random
  }

  /** `context` must be the same when opening: a value moved to another row does not open there. */
  seal(plain: string, context: string): string {
    const iv = this.#random.bytes(IV_BYTES)
    const cipher = createCipheriv('aes-256-gcm', this.#key.reveal(), iv)
    cipher.setAAD(Buffer.from(context))
    return Buffer.concat([iv, cipher.update(plain, 'utf8'), cipher.final(), cipher.getAuthTag()]).toString('base64url')
  }

  /** Throws when the value was changed, moved, or sealed under another key. */
  open(sealed: string, context: string): string {
    const bytes = Buffer.from(sealed, 'base64url')
    const options = { authTagLength: TAG_BYTES }
    const decipher = createDecipheriv('aes-256-gcm', this.#key.reveal(), bytes.subarray(0, IV_BYTES), options)
    decipher.setAAD(Buffer.from(context))
    decipher.setAuthTag(bytes.subarray(-TAG_BYTES))
    return Buffer.concat([decipher.update(bytes.subarray(IV_BYTES, -TAG_BYTES)), decipher.final()]).toString('utf8')
  }
}
