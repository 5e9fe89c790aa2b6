/** The facts of a `WWW-Authenticate: Bearer` challenge (RFC 6750 §3, RFC 9728 §5.1). */
export interface Challenge {
  readonly resourceMetadataUrl: string
  readonly scope: string
  /** Absent where the request carried no credentials at all (RFC 6750 §3.1). */
  readonly error?: 'invalid_token' | 'insufficient_scope'
  /** Must not contain `scope=`: SDKs find the scope by regular expression. */
  readonly description?: string
  /** For a token that is bound to a key: what its proof lacks, and the nonce to use (RFC 9449 §7.1 and §9). */
  readonly dpop?: { readonly error: 'invalid_dpop_proof' | 'use_dpop_nonce'; readonly nonce: string }
}

/** SDKs parse only a header that starts with `Bearer`. All values are ours, so no quoting can break out. */
export function challengeHeader(challenge: Challenge): string {
  const parts: [string, string | undefined][] = [
    ['error', challenge.error],
    ['error_description', challenge.description],
    ['resource_metadata', challenge.resourceMetadataUrl],
    ['scope', challenge.scope],
  ]
  return `Bearer ${parts
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}="${value}"`)
    .join(', ')}`
}

/** A second challenge beside the first, which SDKs without proofs would not find otherwise. */
export const dpopChallengeHeader = (error: string, algorithms: readonly string[]): string =>
  `DPoP error="${error}", algs="${algorithms.join(' ')}"`
