import type { ParameterRule } from './rule.ts'

/** A public client that sends `client_secret=` has none: the parameter without a value is left out (RFC 6749 §3.2). */
export const secretEmpty: ParameterRule = {
  endpoints: ['token', 'par', 'device-authorization'],
  apply(parameters) {
    if (parameters.get('client_secret') === '') parameters.delete('client_secret')
  },
}
