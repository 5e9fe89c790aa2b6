import { oidc, type Preset } from './preset.ts'

/**
 * https://www.keycloak.org/docs/latest/server_admin/: one issuer for each realm; group paths begin with a slash (`/staff`)
 * when the mapper writes full paths; realm roles are below `realm_access`. Without `offline_access` a refresh token ends
 * with the person's session there, which is a matter of minutes.
 */
export const keycloak: Preset = {
  ...oidc,
  name: 'Keycloak',
  issuerForm: 'it is https://HOST/realms/REALM, without a slash at its end',
  isIssuer: (issuer) => /\/realms\/[^/]+$/.test(issuer.pathname),
  optionalScopes: ['offline_access'],
  parameters: () => ({}),
  claims: { groups: 'groups', roles: 'realm_access.roles' },
  groupName: (group) => group.replace(/^\//, ''),
}
