import { DEFAULT_SCOPE } from '../../oauth/support.ts'
import type { ParameterRule } from './rule.ts'

/**
 * Clients ask for no scope at all, for scopes that other servers have (`openid`, `offline_access`), or with stray
 * blanks. What is left of the known scopes counts; nothing left means the default (RFC 6749 §3.3).
 */
export const scopeMissingOrUnknown: ParameterRule = {
  endpoints: ['authorize', 'par', 'device-authorization'],
  apply(parameters, { support }) {
    const scopes = (parameters.get('scope') ?? '').split(/\s+/).filter((scope) => support.scopes.includes(scope))
    parameters.set('scope', [...new Set([DEFAULT_SCOPE, ...scopes])].join(' '))
  },
}
