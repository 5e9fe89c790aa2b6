import { errors } from 'oidc-provider'

import { isLoopbackHostname } from '../../kernel/loopback.ts'
import type { RegistrationRule } from './rule.ts'

/** Schemes that a browser runs or shows by itself: a code sent there is a code given away. */
const DANGEROUS = new Set([
  'about:',
  'blob:',
  'data:',
  'file:',
  'ftp:',
  'intent:',
  'javascript:',
  'mailto:',
  'sms:',
  'tel:',
  'vbscript:',
  'view-source:',
  'ws:',
  'wss:',
])

/** Not a habit but an attack: a redirect over plain HTTP, or to a scheme that is no app's own, leaks the code. */
export const registrationWithPlainHttp: RegistrationRule = (metadata) => {
  const redirects: unknown = metadata['redirect_uris']
  if (!Array.isArray(redirects)) return metadata
  for (const redirect of redirects) {
    const url = typeof redirect === 'string' && URL.canParse(redirect) ? new URL(redirect) : undefined
    const safe =
      url !== undefined &&
      !DANGEROUS.has(url.protocol) &&
      (url.protocol !== 'http:' || isLoopbackHostname(url.hostname))
    if (!safe) throw new errors.InvalidRedirectUri('redirect_uris must use https, http on loopback, or an app scheme')
  }
  return metadata
}
