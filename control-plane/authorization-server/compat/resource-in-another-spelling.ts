import type { ParameterRule } from './rule.ts'

/** Upper-case scheme or host and a default port are the same URL (MCP 2026-07-28: servers should accept them). */
export const resourceInAnotherSpelling: ParameterRule = {
  endpoints: ['authorize', 'token', 'par', 'device-authorization'],
  apply(parameters) {
    const resources = parameters.getAll('resource')
    parameters.delete('resource')
    for (const resource of resources) {
      parameters.append('resource', URL.canParse(resource) ? new URL(resource).href : resource)
    }
  },
}
