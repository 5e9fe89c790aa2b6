import type { ParameterRule } from './rule.ts'

/**
 * SDKs send `new URL(resource).href`, which adds a slash to a bare origin, and some add or drop one between the two
 * legs of the flow. With and without is the same resource here, so both are reduced to the form without.
 */
export const resourceWithTrailingSlash: ParameterRule = {
  endpoints: ['authorize', 'token', 'par', 'device-authorization'],
  apply(parameters) {
    const resources = parameters.getAll('resource').map((resource) => resource.replace(/\/+$/, ''))
    parameters.delete('resource')
    for (const resource of new Set(resources)) parameters.append('resource', resource)
  },
}
