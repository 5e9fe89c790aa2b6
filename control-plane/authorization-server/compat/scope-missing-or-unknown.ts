import { DEFAULT_SCOPE, grantType } from '../../oauth/support.ts'
import type { ParameterRule } from './rule.ts'

/**
 * Clients ask for no scope at all, for scopes that other servers have (`openid`, `offline_access`), or with stray
 * blanks. What is left of the known scopes counts; nothing left means the default (RFC 6749 §3.3).
 */
export const scopeMissingOrUnknown: ParameterRule = {
  endpoints: ['authorize', 'par', 'device-authorization', 'token'],
  apply(parameters, { support }) {
    // At the token endpoint only a machine asks anew; all others get what was granted.
    const grant = parameters.get('grant_type')
    if (grant !== null && grant !== grantType.clientCredentials) return
    const scopes = (parameters.get('scope') ?? '').split(/\s+/).filter((scope) => support.scopes.includes(scope))
    parameters.set('scope', [...new Set([DEFAULT_SCOPE, ...scopes])].join(' '))
  },
}
