import type { ParameterRule } from './rule.ts'

/**
 * Codex refreshes with the scopes that it once asked for instead of those that it got, and a stricter server answers
 * invalid_scope. Without the parameter a refresh means the granted scopes (RFC 6749 §6), which is never more.
 */
export const scopeOnRefresh: ParameterRule = {
  endpoints: ['token'],
  apply(parameters) {
    if (parameters.get('grant_type') === 'refresh_token') parameters.delete('scope')
  },
}
