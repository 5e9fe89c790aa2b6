import { oidc, type Preset } from './preset.ts'

/**
 * https://auth0.com/docs/secure/tokens/id-tokens/id-token-structure: the issuer ends in a slash; own claims have a URL for
 * a name, so groups need `claims: { groups: "https://…/groups" }`.
 */
export const auth0: Preset = {
  ...oidc,
  name: 'Auth0',
  issuerForm: 'it is https://TENANT.REGION.auth0.com/ without a path',
  isIssuer: (issuer) => issuer.pathname === '/',
  canonicalIssuer: (issuer) => (issuer.endsWith('/') ? issuer : `${issuer}/`),
  // An Auth0 tenant has one public sign-up form, unless it is turned off there: that is the tenant owner's choice.
  optionalScopes: ['offline_access'],
  parameters: () => ({}),
  choosePrompt: 'select_account',
  claims: {},
  clientAuthentication: 'client_secret_post',
}
