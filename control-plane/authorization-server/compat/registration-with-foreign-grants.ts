import type { RegistrationRule } from './rule.ts'

/** A client that forgets refresh_token would have to ask its person again every half hour. */
const GRANT_TYPES = ['authorization_code', 'refresh_token']

/** VS Code registers with `device_code`, others with `client_credentials`: a self-registered client gets these two. */
export const registrationWithForeignGrants: RegistrationRule = (metadata) => ({
  ...metadata,
  grant_types: GRANT_TYPES,
  response_types: ['code'],
})
