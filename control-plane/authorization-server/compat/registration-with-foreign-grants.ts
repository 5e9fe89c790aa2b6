import type { RegistrationRule } from './rule.ts'

const GRANT_TYPES = ['authorization_code', 'refresh_token']

/** VS Code registers with `device_code`, others with `client_credentials`: kept are the ones that a self-registered client can use. */
export const registrationWithForeignGrants: RegistrationRule = (metadata) => {
  const wanted = Array.isArray(metadata['grant_types']) ? metadata['grant_types'] : GRANT_TYPES
  // A client that forgets refresh_token would have to ask its person again every half hour.
  const kept = GRANT_TYPES.filter(
    (type) => type === 'authorization_code' || type === 'refresh_token' || wanted.includes(type),
  )
  return { ...metadata, grant_types: kept, response_types: ['code'] }
}
