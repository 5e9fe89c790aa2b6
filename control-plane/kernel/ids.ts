import type { Random } from './random.ts'

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567'

/** 26 characters of RFC 4648 §6 base32, lower case: 130 bits. */
export function base32(bytes: Uint8Array, length = 26): string {
  let bits = 0
  let held = 0
  let text = ''
  for (const byte of bytes) {
    held = (held << 8) | byte
    bits += 8
    while (bits >= 5 && text.length < length) {
      bits -= 5
      text += ALPHABET[(held >>> bits) & 31]
    }
    held &= (1 << bits) - 1
  }
  return text
}

export type IdPrefix = 'usr' | 'grt' | 'key' | 'rte' | 'con' | 'req' | 'ses' | 'sgn' | 'apr' | 'lnk' | 'dev' | 'shr'

/** A fresh identifier such as `usr_` and 26 characters of base32. */
export const newId = (prefix: IdPrefix, random: Random): string => `${prefix}_${base32(random.bytes(17))}`
