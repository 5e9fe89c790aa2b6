/** Where upstreams find the public keys of assertions, on the host that those name; the second is Pomerium's. */
export const JWKS_PATHS = ['/.well-known/sallyport/jwks.json', '/.well-known/pomerium/jwks.json'] as const

/** Where a protected resource describes itself, best first (RFC 9728 §3.1; MCP 2025-11-25 adds the root). */
export function resourceMetadataPlaces(resource: string): readonly [string, string] {
  const { origin, pathname } = new URL(resource)
  const wellKnown = `${origin}/.well-known/oauth-protected-resource`
  return [`${wellKnown}${pathname.replace(/\/$/, '')}`, wellKnown]
}

/** Where an authorization server describes itself, in the order of MCP 2025-11-25, server metadata discovery. */
export function serverMetadataPlaces(issuer: string): readonly string[] {
  const { origin, pathname } = new URL(issuer)
  const path = pathname.replace(/\/$/, '')
  const names = ['oauth-authorization-server', 'openid-configuration']
  const inserted = names.map((name) => `${origin}/.well-known/${name}${path}`)
  return path === '' ? inserted : [...inserted, `${origin}${path}/.well-known/openid-configuration`]
}
