/**
 * How tunnels are named in URLs (DESIGN: host mode or path mode). `publicUrl` is the only source of issuer, audience
 * and links; the Host header is only ever compared with it.
 */
export type Addressing =
  | { readonly mode: 'path'; readonly publicUrl: URL }
  | { readonly mode: 'host'; readonly publicUrl: URL; readonly tunnelDomain: string }

/** Where a request or a resource URL points to. */
export interface Location {
  /** A tunnel's name, or the host (host mode) or first segment (path mode) of a route from YAML. */
  readonly route: string
  /** The URL without query and trailing slash: what access tokens are bound to. */
  readonly resource: string
  /** What Envoy removes before the upstream sees the path: `/calm-otter-4821`, or empty in host mode. */
  readonly prefix: string
}

/** RFC 3986 pchar without what proxies and servers disagree about: `;`, `\`, encoded slashes, control characters. */
const PLAIN_PATH = /^\/(?:[A-Za-z0-9\-._~!$&'()*+,=:@/]|%(?!2[fF]|5[cC]|00)[0-9A-Fa-f]{2})*$/
const NAME = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/
const PATH_ROUTE = /^\/([^/]+)(?:\/.*)?$/

/** Undefined when no route can live there: another host, our own pages, or a path that could be read in two ways. */
export function locate(addressing: Addressing, host: string, pathAndQuery: string): Location | undefined {
  const path = pathAndQuery.split('?', 1)[0] ?? ''
  if (!PLAIN_PATH.test(path) || path.includes('//') || /\/\.{1,2}(?:\/|$)/.test(path)) return undefined
  const hostname = host.toLowerCase()
  if (addressing.mode === 'host') {
    const route = hostRoute(addressing.tunnelDomain, hostname)
    if (route === undefined || hostname === addressing.publicUrl.hostname) return undefined
    return { route, resource: canonical(`${originOf(addressing, hostname)}${path}`), prefix: '' }
  }
  const route = PATH_ROUTE.exec(path)?.[1]
  if (hostname !== addressing.publicUrl.hostname || route === undefined || !NAME.test(route)) return undefined
  return { route, resource: canonical(`${addressing.publicUrl.origin}${path}`), prefix: `/${route}` }
}

/** As `locate`, for a URL that a client sent as `resource` (RFC 8707). */
export function locateResource(addressing: Addressing, resource: string): Location | undefined {
  const url = URL.canParse(resource) ? new URL(resource) : undefined
  if (url === undefined || url.search !== '' || url.hash !== '' || url.username !== '' || url.password !== '') {
    return undefined
  }
  if (url.origin !== originOf(addressing, url.hostname)) return undefined
  return locate(addressing, url.hostname, url.pathname)
}

/** The base of a route's URLs, without a trailing slash. */
export const baseUrlOf = (addressing: Addressing, route: string): string =>
  addressing.mode === 'path'
    ? `${addressing.publicUrl.origin}/${route}`
    : originOf(addressing, route.includes('.') ? route : `${route}.${addressing.tunnelDomain}`)

/** What a person pastes into an MCP client. */
export const mcpUrlOf = (addressing: Addressing, route: string): string => `${baseUrlOf(addressing, route)}/mcp`

/** RFC 9728 §3.1: the well-known part goes between host and path. */
export function resourceMetadataUrl(resource: string): string {
  const url = new URL(resource)
  return `${url.origin}/.well-known/oauth-protected-resource${url.pathname === '/' ? '' : url.pathname}`
}

function hostRoute(tunnelDomain: string, hostname: string): string | undefined {
  if (!hostname.endsWith(`.${tunnelDomain}`)) return hostname
  const label = hostname.slice(0, -tunnelDomain.length - 1)
  return NAME.test(label) ? label : undefined
}

function originOf(addressing: Addressing, hostname: string): string {
  const { protocol, port } = addressing.publicUrl
  return `${protocol}//${hostname}${port === '' ? '' : `:${port}`}`
}

/** With and without a trailing slash is the same resource. */
const canonical = (url: string): string => url.replace(/\/+$/, '')
