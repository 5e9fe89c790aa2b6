import { oidc, type Preset } from './preset.ts'

/**
 * https://developer.okta.com/docs/concepts/auth-servers/: the organisation's own server has a `groups` scope, a custom one
 * (`/oauth2/NAME`) only if somebody made it; asking for a scope that is not there is refused.
 */
export const okta: Preset = {
  ...oidc,
  name: 'Okta',
  issuerForm: 'it is https://NAME.okta.com, or https://NAME.okta.com/oauth2/SERVER of a custom authorization server',
  isIssuer: (issuer) => /^\/(?:oauth2\/[\w-]+)?$/.test(issuer.pathname),
  // Okta gives a refresh token for the scope alone; a consent prompt is refused by applications that have it turned off.
  parameters: () => ({}),
}
