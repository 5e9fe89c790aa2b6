import { grantType } from '../../oauth/support.ts'
import type { RegistrationRule } from './rule.ts'

/** A client that forgets refresh_token would have to ask its person again every half hour. */
const ALWAYS: readonly string[] = [grantType.authorizationCode, grantType.refreshToken]

/** Clients list grants that other servers have. What a self-registered client may have of them stays. */
export const registrationWithForeignGrants: RegistrationRule = (metadata, support) => {
  const asked = Array.isArray(metadata['grant_types']) ? metadata['grant_types'] : []
  // Without a place to return to there is only the device flow.
  const isDevice = asked.includes(grantType.deviceCode) && metadata['redirect_uris'] === undefined
  const grants = support.selfRegisteredGrantTypes.filter(
    (grant) => asked.includes(grant) || (isDevice ? grant === grantType.refreshToken : ALWAYS.includes(grant)),
  )
  return {
    ...metadata,
    ...(isDevice ? { redirect_uris: [] } : {}),
    grant_types: isDevice ? grants.filter((grant) => grant !== grantType.authorizationCode) : grants,
    response_types: isDevice ? [] : ['code'],
  }
}
