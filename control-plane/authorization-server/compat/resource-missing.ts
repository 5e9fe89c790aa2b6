import type { ParameterRule } from './rule.ts'

/**
 * Clients of the 2025-03-26 revision know no `resource` (RFC 8707 came with 2025-06-18). Where the last challenge that
 * went to their network names one, the person is asked about that one; the consent page shows it.
 */
export const resourceMissing: ParameterRule = {
  endpoints: ['authorize', 'par'],
  apply(parameters, { guessResource }) {
    if (parameters.has('resource') || parameters.has('request_uri')) return
    const guess = guessResource()
    if (guess !== undefined) parameters.set('resource', guess)
  },
}
