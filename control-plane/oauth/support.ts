/** Grant types by the names that travel on the wire. */
export const grantType = {
  authorizationCode: 'authorization_code',
  refreshToken: 'refresh_token',
  clientCredentials: 'client_credentials',
  /** RFC 8628 §3.4. */
  deviceCode: 'urn:ietf:params:oauth:grant-type:device_code',
  /** RFC 7523 §2.1; here always with an ID-JAG as assertion. */
  jwtBearer: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
} as const

/** The scope of a request that asks for none. */
export const DEFAULT_SCOPE = 'mcp'

/** Signatures of DPoP proofs (RFC 9449 §5.1). */
export const DPOP_ALGORITHMS = ['ES256', 'EdDSA'] as const

/**
 * What the authorization server supports: one description, from which discovery, registration and the checks are made,
 * so that they cannot disagree.
 */
export interface Support {
  /** All of them are real: clients ask for everything that is listed. */
  readonly scopes: readonly string[]
  readonly grantTypes: readonly string[]
  /** What a client that registered itself may have of them; the first two it always gets. */
  readonly selfRegisteredGrantTypes: readonly string[]
  readonly clientAuthMethods: readonly ('none' | 'client_secret_basic' | 'client_secret_post' | 'private_key_jwt')[]
  readonly dpopAlgorithms: typeof DPOP_ALGORITHMS
  /** Only where such documents can be fetched: clients that see it advertised do not fall back to registration. */
  readonly clientIdMetadataDocuments: boolean
  /** Enterprise-managed authorization: whether some issuer of ID-JAGs is trusted. */
  readonly enterpriseManaged: boolean
}

export interface SupportChoices {
  /** Scopes that policies name, beside the default one. */
  readonly policyScopes: readonly string[]
  readonly clientIdMetadataDocuments: boolean
  readonly enterpriseManaged: boolean
  /** Whether some client of the configuration acts for itself. */
  readonly machines: boolean
}

export function supportOf(choices: SupportChoices): Support {
  const { authorizationCode, refreshToken, clientCredentials, deviceCode, jwtBearer } = grantType
  return {
    scopes: [...new Set([DEFAULT_SCOPE, ...choices.policyScopes])],
    grantTypes: [
      authorizationCode,
      refreshToken,
      deviceCode,
      ...(choices.machines ? [clientCredentials] : []),
      ...(choices.enterpriseManaged ? [jwtBearer] : []),
    ],
    selfRegisteredGrantTypes: [authorizationCode, refreshToken, deviceCode],
    clientAuthMethods: ['none', 'client_secret_basic', 'client_secret_post', 'private_key_jwt'],
    dpopAlgorithms: DPOP_ALGORITHMS,
    clientIdMetadataDocuments: choices.clientIdMetadataDocuments,
    enterpriseManaged: choices.enterpriseManaged,
  }
}
