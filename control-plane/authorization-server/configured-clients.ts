import type { ClientMetadata, JWK } from 'oidc-provider'

import { isLoopbackHostname } from '../kernel/loopback.ts'
import type { ConfiguredClient } from '../oauth/configured-client.ts'
import { grantType } from '../oauth/support.ts'

/** A client of the configuration, in the library's words. */
export function libraryClientOf(client: ConfiguredClient): ClientMetadata {
  const { authentication } = client
  const hasCode = client.grantTypes.includes(grantType.authorizationCode)
  return {
    client_id: client.id,
    client_name: client.name,
    redirect_uris: [...client.redirectUris],
    grant_types: [...client.grantTypes],
    response_types: hasCode ? ['code'] : [],
    application_type: client.redirectUris.some(isNative) ? 'native' : 'web',
    token_endpoint_auth_method: authentication.method,
    ...('secret' in authentication ? { client_secret: authentication.secret.reveal() } : {}),
    ...('keys' in authentication ? { jwks: { keys: [...authentication.keys] as JWK[] } } : {}),
    ...('jwksUri' in authentication ? { jwks_uri: authentication.jwksUri } : {}),
  }
}

function isNative(redirect: string): boolean {
  const { protocol, hostname } = new URL(redirect)
  return protocol !== 'https:' && (protocol !== 'http:' || isLoopbackHostname(hostname))
}
