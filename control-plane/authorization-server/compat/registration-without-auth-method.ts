import type { RegistrationRule } from './rule.ts'

/**
 * Clients that run on a person's computer often do not say how they authenticate. RFC 7591 §2 would make that
 * `client_secret_basic`, with a secret that such a client cannot keep, and that a metadata document cannot have at all: here it
 * means a public client. Who wants a secret asks for one.
 */
export const registrationWithoutAuthMethod: RegistrationRule = (metadata) => ({
  token_endpoint_auth_method: 'none',
  ...metadata,
})
