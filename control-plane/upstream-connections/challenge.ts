/** The parameters of a `Bearer` challenge (RFC 6750 §3), lower-case names. Undefined where there is none. */
export function bearerChallengeOf(header: string): ReadonlyMap<string, string> | undefined {
  const start = /(?:^|,)\s*bearer(?:\s+|$)/i.exec(header)
  if (start === null) return undefined
  const parameters = new Map<string, string>()
  const PARAMETER = /\s*([A-Za-z0-9!#$%&'*+.^_`|~-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s",]+))\s*(?:,|$)/y
  PARAMETER.lastIndex = start.index + start[0].length
  // Ends where the next scheme begins.
  for (let found = PARAMETER.exec(header); found !== null; found = PARAMETER.exec(header)) {
    const [, name = '', quoted, plain = ''] = found
    parameters.set(name.toLowerCase(), quoted?.replace(/\\(.)/g, '$1') ?? plain)
  }
  return parameters
}

/** RFC 6749 §3.3: what a scope may consist of; anything else of a stranger's is dropped. */
const SCOPE_TOKEN = /^[\x21\x23-\x5b\x5d-\x7e]{1,200}$/
const MAX_SCOPES = 50

/** Each name once, in the order in which they came. */
export const scopeNames = (...scopes: readonly (string | undefined)[]): readonly string[] =>
  [...new Set(scopes.flatMap((scope) => scope?.split(' ') ?? []).filter((name) => SCOPE_TOKEN.test(name)))].slice(
    0,
    MAX_SCOPES,
  )

/** The scopes that a call lacked (RFC 6750 §3.1, `insufficient_scope`); undefined where that is not what the answer says. */
export function missingScopeOf(header: string): readonly string[] | undefined {
  const challenge = bearerChallengeOf(header)
  if (challenge?.get('error') !== 'insufficient_scope') return undefined
  const names = scopeNames(challenge.get('scope'))
  return names.length === 0 ? undefined : names
}
