import { hash, verify, type KeyObject } from 'node:crypto'

import { LRUCache } from 'lru-cache'

import { isRecord } from '../kernel/record.ts'

/** The claims of our access tokens (RFC 9068 §2.2) that decisions rest on. Times are seconds, as on the wire. */
export interface AccessTokenClaims {
  readonly iss: string
  readonly sub: string
  readonly aud: string
  readonly client_id: string
  readonly exp: number
  readonly scope: string
  /** The grant under which the token was issued. */
  readonly gid: string
  readonly jti: string
  /** RFC 9449 §6: the token is good only with a proof by the key that has this thumbprint. */
  readonly cnf?: { readonly jkt: string }
}

interface Signed {
  readonly kid: string
  readonly claims: AccessTokenClaims
}

/** Bounds memory, not trust: an entry that was dropped is verified again. About 600 bytes each. */
const MAX_CACHED = 10_000
/** Longer than any token that we issue; refuses to hash what cannot be one. */
const MAX_TOKEN_CHARS = 8192

/**
 * Verifies the signature of access tokens. Remembers only that a signature was good, under the SHA-256 of the whole
 * token: everything that can change (key, expiry, audience, grant) is asked anew for each request.
 */
export class AccessTokenVerifier {
  readonly #verified = new LRUCache<string, Signed>({ max: MAX_CACHED })

  /** The claims of a well-signed token, expired or not; undefined for anything else, without saying why. */
  verify(token: string, keyOf: (kid: string) => KeyObject | undefined): AccessTokenClaims | undefined {
    if (token.length > MAX_TOKEN_CHARS) return undefined
    const digest = hash('sha256', token, 'base64')
    const signed = this.#verified.get(digest) ?? verifySignature(token, keyOf)
    if (signed === undefined || keyOf(signed.kid) === undefined) return undefined
    this.#verified.set(digest, signed)
    return signed.claims
  }
}

function verifySignature(token: string, keyOf: (kid: string) => KeyObject | undefined): Signed | undefined {
  const [head, body, signature, ...rest] = token.split('.')
  if (head === undefined || body === undefined || signature === undefined || rest.length > 0) return undefined
  const header = decodePart(head)
  // RFC 9068 §4: an ID token is no access token. RFC 8725 §3.1: one algorithm, ours.
  if (header?.['alg'] !== 'ES256' || header['typ'] !== 'at+jwt' || typeof header['kid'] !== 'string') return undefined
  if ('crit' in header) return undefined
  const key = keyOf(header['kid'])
  if (key === undefined) return undefined
  const signatureBytes = Buffer.from(signature, 'base64url')
  const good = verify('sha256', Buffer.from(`${head}.${body}`), { key, dsaEncoding: 'ieee-p1363' }, signatureBytes)
  if (!good || signatureBytes.toString('base64url') !== signature) return undefined
  const claims = decodePart(body)
  return claims !== undefined && isClaims(claims) ? { kid: header['kid'], claims } : undefined
}

function decodePart(part: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'))
    return isRecord(value) ? value : undefined
  } catch {
    return undefined
  }
}

const isClaims = (claims: object): claims is AccessTokenClaims => {
  const strings = ['iss', 'sub', 'aud', 'client_id', 'scope', 'gid', 'jti']
  const record: Record<string, unknown> = { ...claims }
  const { cnf } = record
  // A binding that we do not understand must not be taken for none.
  const isBindingKnown = cnf === undefined || (isRecord(cnf) && typeof cnf['jkt'] === 'string')
  return (
    strings.every((name) => typeof record[name] === 'string') && typeof record['exp'] === 'number' && isBindingKnown
  )
}
