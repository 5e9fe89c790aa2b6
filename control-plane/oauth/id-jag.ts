import { createLocalJWKSet, decodeJwt, jwtVerify, type JSONWebKeySet } from 'jose'

/** An issuer of ID-JAGs that the operator trusts. */
export interface EnterpriseIssuer {
  readonly issuer: string
  /** Undefined: from the issuer's discovery document. */
  readonly jwksUri: string | undefined
  /** Mail domains for whose people it speaks; an address there finds its account, or makes it. Lower case. */
  readonly domains: readonly string[]
}

/** An identity assertion authorization grant (draft-ietf-oauth-identity-assertion-authz-grant §3.1), verified. */
export interface IdJag {
  readonly issuer: string
  readonly subject: string
  readonly clientId: string
  readonly id: string
  readonly expiresAtMs: number
  readonly scope: string | undefined
  readonly resource: string | undefined
  readonly email: string | undefined
  readonly claims: Readonly<Record<string, unknown>>
}

/** Longer ones are no single-use grants: their replay record would have to be kept as long. */
const MAX_LIFE_S = 60 * 60
const CLOCK_TOLERANCE_S = 30
const KEYS_FRESH_MS = 5 * 60_000

/** Verifies assertions against the keys of the issuers that are trusted. */
export class IdJagVerifier {
  readonly #issuers: readonly EnterpriseIssuer[]
  readonly #audience: string
  readonly #fetchJson: (url: string) => Promise<unknown>
  readonly #nowMs: () => number
  readonly #keys = new Map<string, { readonly set: JSONWebKeySet; readonly fetchedAtMs: number }>()

  constructor(options: {
    issuers: readonly EnterpriseIssuer[]
    /** Our own issuer identifier. */
    audience: string
    fetchJson: (url: string) => Promise<unknown>
    nowMs: () => number
  }) {
    this.#issuers = options.issuers
    this.#audience = options.audience
    this.#fetchJson = options.fetchJson
    this.#nowMs = options.nowMs
  }

  /** Throws with a sentence for the client's developer. */
  async verify(assertion: string): Promise<IdJag> {
    const trusted = this.#issuers.find(({ issuer }) => issuer === issuerOf(assertion))
    if (trusted === undefined) throw new Error('the issuer of the assertion is not trusted here')
    const claims = await this.#verifyWith(assertion, trusted)
    const { sub, jti, exp, iat } = claims
    const clientId = claims['client_id']
    if (typeof sub !== 'string' || typeof jti !== 'string' || typeof clientId !== 'string') {
      throw new Error('the assertion lacks sub, jti or client_id')
    }
    if (exp === undefined || iat === undefined || exp - iat > MAX_LIFE_S) {
      throw new Error(`the assertion must live at most ${MAX_LIFE_S} seconds`)
    }
    return {
      issuer: trusted.issuer,
      subject: sub,
      clientId,
      id: jti,
      expiresAtMs: exp * 1000,
      scope: text(claims['scope']),
      resource: text(claims['resource']),
      email: text(claims['email']),
      claims,
    }
  }

  async #verifyWith(
    assertion: string,
    trusted: EnterpriseIssuer,
  ): Promise<Awaited<ReturnType<typeof jwtVerify>>['payload']> {
    const options = {
      issuer: trusted.issuer,
      audience: this.#audience,
      typ: 'oauth-id-jag+jwt',
      algorithms: ['ES256', 'ES384', 'RS256', 'PS256', 'EdDSA'],
      clockTolerance: CLOCK_TOLERANCE_S,
      currentDate: new Date(this.#nowMs()),
    }
    const known = this.#keys.get(trusted.issuer)
    if (known !== undefined && this.#nowMs() - known.fetchedAtMs < KEYS_FRESH_MS) {
      try {
        return (await jwtVerify(assertion, createLocalJWKSet(known.set), options)).payload
      } catch (cause) {
        // A key that was not there yet is worth one look.
        if (!(cause instanceof Error && 'code' in cause && cause.code === 'ERR_JWKS_NO_MATCHING_KEY')) throw cause
      }
    }
    const set = await this.#fetchKeys(trusted)
    this.#keys.set(trusted.issuer, { set, fetchedAtMs: this.#nowMs() })
    return (await jwtVerify(assertion, createLocalJWKSet(set), options)).payload
  }

  async #fetchKeys({ issuer, jwksUri }: EnterpriseIssuer): Promise<JSONWebKeySet> {
    const uri = jwksUri ?? (await this.#discover(issuer))
    const set = await this.#fetchJson(uri)
    if (!isKeySet(set)) throw new Error('the issuer publishes no key set')
    return set
  }

  async #discover(issuer: string): Promise<string> {
    const metadata = await this.#fetchJson(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`)
    const found = typeof metadata === 'object' && metadata !== null ? Object.entries(metadata) : []
    const { issuer: named, jwks_uri: uri } = Object.fromEntries(found) as Record<string, unknown>
    if (named !== issuer || typeof uri !== 'string') throw new Error('the issuer’s metadata names another issuer')
    return uri
  }
}

const isKeySet = (value: unknown): value is JSONWebKeySet =>
  typeof value === 'object' && value !== null && 'keys' in value && Array.isArray(value.keys)

function issuerOf(assertion: string): string | undefined {
  try {
    return decodeJwt(assertion).iss
  } catch {
    return undefined
  }
}

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)
