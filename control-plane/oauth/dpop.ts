import { createHash, createHmac, createPublicKey, verify, type JsonWebKey } from 'node:crypto'

import { isRecord } from '../kernel/record.ts'
import { sameText } from '../kernel/same-text.ts'
import type { Secret } from '../kernel/secret.ts'

export interface DpopExpectation {
  readonly method: string
  /** The MCP URL, without query and without a slash at its end. */
  readonly url: string
  readonly accessToken: string
  /** Of the key to which the token is bound (RFC 7638), from its `cnf`. */
  readonly thumbprint: string
  readonly nowMs: number
}

/** Undefined when the proof is good; else what to tell the client (RFC 9449 §7.1 and §9). */
export interface DpopProblem {
  readonly error: 'invalid_dpop_proof' | 'use_dpop_nonce'
  /** The one to use now. */
  readonly nonce: string
}

/** A nonce is good in the step in which it was given out and in the next. */
const NONCE_STEP_MS = 60_000
const MAX_PROOF_CHARS = 4096
const MAX_ID_CHARS = 256
/** Proofs of two steps. More than that at once is refused, since a proof that is not remembered could be replayed. */
const MAX_REMEMBERED = 200_000

/** Judges proofs of possession for bound access tokens. Remembers the proofs of the last two minutes. */
export class DpopVerifier {
  readonly #key: Secret<Buffer>
  readonly #seen = new Map<string, number>()

  /** `key` makes nonces; every process that judges the same tokens has the same one. */
  constructor(key: Secret<Buffer>) {
    this.#key = key
  }

  judge(proof: string | undefined, expected: DpopExpectation): DpopProblem | undefined {
    const step = Math.floor(expected.nowMs / NONCE_STEP_MS)
    const problem = (error: DpopProblem['error']): DpopProblem => ({ error, nonce: this.#nonceOf(step) })
    const claims = proof === undefined ? undefined : readProof(proof, expected)
    if (claims === undefined) return problem('invalid_dpop_proof')
    const { nonce, jti } = claims
    if (nonce === undefined || ![step, step - 1].some((good) => sameText(nonce, this.#nonceOf(good)))) {
      return problem('use_dpop_nonce')
    }
    return this.#takeOnce(`${expected.thumbprint} ${jti}`, step) ? undefined : problem('invalid_dpop_proof')
  }

  /** Stateless, and of no use to anybody before its time. */
  #nonceOf(step: number): string {
    return createHmac('sha256', this.#key.reveal()).update(String(step)).digest('base64url').slice(0, 22)
  }

  #takeOnce(id: string, step: number): boolean {
    for (const [seen, at] of this.#seen) {
      // Oldest first: the rest is younger.
      if (at >= step - 1) break
      this.#seen.delete(seen)
    }
    if (this.#seen.has(id) || this.#seen.size >= MAX_REMEMBERED) return false
    this.#seen.set(id, step)
    return true
  }
}

interface ProofClaims {
  readonly jti: string
  readonly nonce: string | undefined
}

/** RFC 9449 §4.3, but for nonce and replay. */
function readProof(proof: string, expected: DpopExpectation): ProofClaims | undefined {
  if (proof.length > MAX_PROOF_CHARS) return undefined
  const [head, body, signature, ...rest] = proof.split('.')
  if (head === undefined || body === undefined || signature === undefined || rest.length > 0) return undefined
  const header = decode(head)
  const claims = decode(body)
  if (header?.['typ'] !== 'dpop+jwt' || claims === undefined || 'crit' in header) return undefined
  const key = keyOf(header)
  if (key === undefined || !sameText(key.thumbprint, expected.thumbprint)) return undefined
  const signed = Buffer.from(`${head}.${body}`)
  const options = { key: createPublicKey({ key: key.jwk, format: 'jwk' }), dsaEncoding: 'ieee-p1363' } as const
  if (!verify(key.digest, signed, options, Buffer.from(signature, 'base64url'))) return undefined
  const { htm, htu, ath, jti, iat, nonce } = claims
  if (htm !== expected.method || typeof htu !== 'string' || placeOf(htu) !== expected.url) return undefined
  const hash = createHash('sha256').update(expected.accessToken).digest('base64url')
  if (typeof ath !== 'string' || !sameText(ath, hash)) return undefined
  // When it was made says the nonce, by our own clock.
  if (typeof iat !== 'number' || typeof jti !== 'string' || jti === '' || jti.length > MAX_ID_CHARS) return undefined
  return { jti, nonce: typeof nonce === 'string' ? nonce : undefined }
}

interface ProofKey {
  readonly jwk: JsonWebKey
  readonly thumbprint: string
  readonly digest: 'sha256' | null
}

/** Only the members that the thumbprint covers are used, so that nothing beside them has a say. */
function keyOf(header: Record<string, unknown>): ProofKey | undefined {
  const given = header['jwk']
  if (!isRecord(given)) return undefined
  const { kty, crv, x, y } = given
  if (typeof x !== 'string') return undefined
  if (header['alg'] === 'ES256' && kty === 'EC' && crv === 'P-256' && typeof y === 'string') {
    return { jwk: { crv, kty, x, y }, thumbprint: thumbprintOf({ crv, kty, x, y }), digest: 'sha256' }
  }
  if (header['alg'] === 'EdDSA' && kty === 'OKP' && crv === 'Ed25519') {
    return { jwk: { crv, kty, x }, thumbprint: thumbprintOf({ crv, kty, x }), digest: null }
  }
  return undefined
}

/** RFC 7638 §3: the required members in the order of their names. */
const thumbprintOf = (members: object): string =>
  createHash('sha256').update(JSON.stringify(members)).digest('base64url')

function placeOf(htu: string): string | undefined {
  const url = URL.canParse(htu) ? new URL(htu) : undefined
  return url && `${url.origin}${url.pathname}`.replace(/\/+$/, '')
}

function decode(part: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'))
    return isRecord(value) ? value : undefined
  } catch {
    return undefined
  }
}
