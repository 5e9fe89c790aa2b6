import { isLoopbackHostname } from '../../kernel/loopback.ts'
import type { RegistrationRule } from './rule.ts'

/**
 * Cursor, Gemini CLI, opencode, Inspector 1 and Python 1.x register loopback or private-scheme redirects without
 * `application_type`, or with "web". Such a redirect makes a native app (RFC 8252 §7), which may use any loopback port.
 */
export const registrationOfNativeAppAsWeb: RegistrationRule = (metadata) => {
  const redirects = Array.isArray(metadata['redirect_uris']) ? metadata['redirect_uris'] : []
  return redirects.some((redirect) => typeof redirect === 'string' && isNative(redirect))
    ? { ...metadata, application_type: 'native' }
    : metadata
}

function isNative(redirect: string): boolean {
  const url = URL.canParse(redirect) ? new URL(redirect) : undefined
  if (url === undefined || url.protocol === 'https:') return false
  return url.protocol !== 'http:' || isLoopbackHostname(url.hostname)
}
