import type { ParameterRule } from './rule.ts'

const KNOWN = new Set(['mcp'])

/**
 * Clients ask for no scope at all, for scopes that other servers have (`openid`, `offline_access`), or with stray
 * blanks. What is left of the known scopes counts; nothing left means the default (RFC 6749 §3.3).
 */
export const scopeMissingOrUnknown: ParameterRule = {
  endpoints: ['authorize', 'par'],
  apply(parameters) {
    const scopes = (parameters.get('scope') ?? '').split(/\s+/).filter((scope) => KNOWN.has(scope))
    parameters.set('scope', [...new Set(['mcp', ...scopes])].join(' '))
  },
}
