import type { Support } from '../oauth/support.ts'

/** What the library leaves out of its metadata, or says in its own way (RFC 8414 §2). */
export function describe(metadata: Record<string, unknown>, support: Support): Record<string, unknown> {
  if (!('issuer' in metadata)) return metadata
  return {
    ...metadata,
    // It lists only OpenID Connect's scopes. Some clients (Gemini CLI) ask for every one that is listed.
    scopes_supported: support.scopes,
    grant_types_supported: support.grantTypes,
    ...(support.enterpriseManaged
      ? { authorization_grant_profiles_supported: ['urn:ietf:params:oauth:grant-profile:id-jag'] }
      : {}),
    revocation_endpoint_auth_methods_supported: support.clientAuthMethods,
    introspection_endpoint_auth_methods_supported: support.clientAuthMethods,
  }
}
