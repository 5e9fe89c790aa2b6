import type { HeaderRule } from './rule.ts'

/**
 * The same clients send their spent access token along. It proves no client (RFC 6749 §2.3), and the library would
 * refuse the request for a second mechanism.
 */
export const bearerAtTheTokenEndpoint: HeaderRule = {
  endpoints: ['token'],
  apply(headers) {
    if (/^bearer /i.test(headers.authorization ?? '')) Reflect.deleteProperty(headers, 'authorization')
  },
}
