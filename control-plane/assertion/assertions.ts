import { createPrivateKey, sign, type KeyObject } from 'node:crypto'

import { LRUCache } from 'lru-cache'

import type { User } from '../identity/user.ts'
import { base32 } from '../kernel/ids.ts'
import type { Random } from '../kernel/random.ts'
import { Secret } from '../kernel/secret.ts'
import type { SigningKey } from '../oauth/signing-keys.ts'
import type { UpstreamHeader } from '../routes/upstream-side.ts'

/** `aud` is the route's base URL, `iss` the gateway's. */
export const ASSERTION_HEADER = 'x-sallyport-assertion'
/** The same in the shape that Pomerium's clients verify: `aud` and `iss` are both the route's host. */
export const POMERIUM_HEADER = 'x-pomerium-jwt-assertion'

/** From `nbf` to `exp`. */
export const ASSERTION_LIFE_S = 300
/** `nbf` lies this far back, for upstreams whose clock is slow. */
const BACKDATED_S = 60
/** Signing costs as much as the rest of a decision, so one signature serves a person's calls for this long. */
const REUSED_MS = 60_000
/** Characters of all assertions together; one that was dropped is signed again. */
const MAX_KEPT_CHARS = 16 * 1024 * 1024

/** For whom an assertion is meant. */
export interface Audience {
  /** The route's key. */
  readonly route: string
  /** The base of the route's URLs, without a trailing slash. */
  readonly baseUrl: string
  /** The route's host; in path mode, where all routes have one host, with the route's path. */
  readonly host: string
}

interface Kept {
  readonly user: User
  readonly kid: string
  readonly untilMs: number
  readonly headers: readonly UpstreamHeader[]
}

/**
 * Signed statements of who calls, for upstreams. Their keys sign nothing else and their `typ` is their own, so that an
 * assertion is no access token and an access token no assertion, also for whoever looks at one of the two only.
 */
export class Assertions {
  readonly #issuer: string
  readonly #currentKey: () => SigningKey | undefined
  readonly #random: Random
  readonly #kept = new LRUCache<string, Kept>({ maxSize: MAX_KEPT_CHARS, sizeCalculation: sizeOf })
  #key: { readonly kid: string; readonly privateKey: KeyObject } | undefined

  constructor(ports: { issuer: string; currentKey: () => SigningKey | undefined; random: Random }) {
    this.#issuer = ports.issuer
    this.#currentKey = ports.currentKey
    this.#random = ports.random
  }

  /** Throws without a key: a route whose upstream relies on the assertion is not called without it. */
  headersFor(user: User, audience: Audience, nowMs: number): readonly UpstreamHeader[] {
    const key = this.#load()
    const id = `${user.id} ${audience.route}`
    const kept = this.#kept.get(id)
    // Standing never changes a user, it replaces them: the same object has the same claims.
    if (kept !== undefined && kept.user === user && kept.kid === key.kid && nowMs < kept.untilMs) return kept.headers
    const claims = this.#claimsOf(user, nowMs)
    const own = { iss: this.#issuer, aud: audience.baseUrl, ...claims }
    const pomerium = { iss: audience.host, aud: audience.host, ...claims }
    const headers = [
      { name: ASSERTION_HEADER, value: new Secret(signed(own, { ...key, typ: 'sallyport-assertion+jwt' })) },
      { name: POMERIUM_HEADER, value: new Secret(signed(pomerium, { ...key, typ: 'JWT' })) },
    ]
    this.#kept.set(id, { user, kid: key.kid, untilMs: nowMs + REUSED_MS, headers })
    return headers
  }

  #claimsOf(user: User, nowMs: number): Readonly<Record<string, unknown>> {
    const iat = Math.floor(nowMs / 1000)
    const [name] = user.claims['name'] ?? []
    return {
      sub: user.id,
      user: user.id,
      // A client that acts for itself has no address.
      ...(user.email === '' ? {} : { email: user.email, email_verified: user.emailVerified }),
      ...(name === undefined ? {} : { name }),
      groups: user.claims['groups'] ?? [],
      iat,
      nbf: iat - BACKDATED_S,
      exp: iat - BACKDATED_S + ASSERTION_LIFE_S,
      jti: base32(this.#random.bytes(17)),
    }
  }

  #load(): { readonly kid: string; readonly privateKey: KeyObject } {
    const current = this.#currentKey()
    if (current === undefined) throw new Error('No key for assertions is loaded')
    if (this.#key?.kid !== current.kid) {
      const privateKey = createPrivateKey({ key: current.jwk.reveal(), format: 'jwk' })
      this.#key = { kid: current.kid, privateKey }
    }
    return this.#key
  }
}

function signed(
  claims: Readonly<Record<string, unknown>>,
  by: { readonly kid: string; readonly privateKey: KeyObject; readonly typ: string },
): string {
  const encoded = [{ alg: 'ES256', typ: by.typ, kid: by.kid }, claims].map((part) =>
    Buffer.from(JSON.stringify(part)).toString('base64url'),
  )
  const input = encoded.join('.')
  const signature = sign('sha256', Buffer.from(input), { key: by.privateKey, dsaEncoding: 'ieee-p1363' })
  return `${input}.${signature.toString('base64url')}`
}

const sizeOf = ({ headers }: Kept): number => headers.reduce((sum, { value }) => sum + value.reveal().length, 0)
