import { argon2, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'

import type { Random } from '../kernel/random.ts'
import type { Secret } from '../kernel/secret.ts'

const derive = promisify(argon2)

/** OWASP's recommendation for argon2id: 19 MiB, two passes, one lane. */
const COST = { memory: 19_456, passes: 2, parallelism: 1, tagLength: 32 } as const
const SALT_BYTES = 16

export const MIN_PASSWORD_CHARS = 10
/** Far above any passphrase; bounds the work that a stranger can ask for. */
export const MAX_PASSWORD_CHARS = 256

/** A PHC string: `$argon2id$v=19$m=19456,t=2,p=1$salt$hash`. */
export async function hashPassword(password: Secret<string>, random: Random): Promise<string> {
  const nonce = random.bytes(SALT_BYTES)
  const tag = await derive('argon2id', { ...COST, message: password.reveal(), nonce })
  const cost = `m=${COST.memory},t=${COST.passes},p=${COST.parallelism}`
  return `$argon2id$v=19$${cost}$${unpadded(nonce)}$${unpadded(tag)}`
}

/** Costs the same whether or not there is a hash to compare with, so that an answer's time names no account. */
export async function verifyPassword(password: Secret<string>, phc: string | undefined): Promise<boolean> {
  const parsed = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([\w+/]+)\$([\w+/]+)$/.exec(phc ?? DUMMY)
  const [, memory, passes, parallelism, salt, hash] = parsed ?? []
  if (salt === undefined || hash === undefined) throw new Error('A stored password hash cannot be read')
  const expected = Buffer.from(hash, 'base64')
  const tag = await derive('argon2id', {
    memory: Number(memory),
    passes: Number(passes),
    parallelism: Number(parallelism),
    tagLength: expected.length,
    message: password.reveal(),
    nonce: Buffer.from(salt, 'base64'),
  })
  return timingSafeEqual(tag, expected) && phc !== undefined
}

const unpadded = (bytes: Buffer): string => bytes.toString('base64').replace(/=+$/, '')

/** No password has this hash; it is here to take as long as a real one. */
const DUMMY = `$argon2id$v=19$m=${COST.memory},t=${COST.passes},p=${COST.parallelism}$${'A'.repeat(22)}$${'A'.repeat(43)}`
