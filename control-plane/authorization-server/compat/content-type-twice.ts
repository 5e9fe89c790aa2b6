import type { HeaderRule } from './rule.ts'

const FORM = 'application/x-www-form-urlencoded'

/**
 * A client that adds its headers for every request to those of this one names two types, as Inspector 1 does when it
 * refreshes: `application/json, application/x-www-form-urlencoded`. These endpoints take forms, so that is what it is.
 */
export const contentTypeTwice: HeaderRule = {
  endpoints: ['token', 'par', 'device-authorization', 'revoke', 'introspect'],
  apply(headers) {
    const types = headers['content-type']?.split(',').map((type) => type.trim()) ?? []
    if (types.length > 1 && types.some((type) => type.startsWith(FORM)))
      Object.assign(headers, { 'content-type': FORM })
  },
}
