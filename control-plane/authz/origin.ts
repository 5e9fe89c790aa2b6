import { isLoopbackHostname } from '../kernel/loopback.ts'
import type { GatewayRequest } from './gateway-request.ts'
import type { Verdict } from './verdict.ts'

/** Destinations of a browser's own making, as against a script's `fetch` (which sends `empty`). */
const FETCH_DEST_REFUSED = new Set([
  'document',
  'iframe',
  'frame',
  'embed',
  'object',
  'script',
  'worker',
  'sharedworker',
  'serviceworker',
  'style',
  'manifest',
])

/**
 * Refuses requests that a web page of somebody else makes (MCP 2025-11-25, transports: Origin must be validated), and,
 * where tunnels share our origin, everything by which a browser would load a tunnel's content as part of a page.
 */
export function refuseForeignPage(
  request: GatewayRequest,
  rules: { readonly allowedOrigins: ReadonlySet<string>; readonly sharesOurOrigin: boolean },
): Verdict | undefined {
  const origin = request.headers.get('origin')
  if (origin !== undefined && !isAllowedOrigin(origin, rules.allowedOrigins)) {
    return { kind: 'refuse_plain', status: 403, message: 'This origin may not call MCP routes' }
  }
  const destination = request.headers.get('sec-fetch-dest')
  if (rules.sharesOurOrigin && destination !== undefined && FETCH_DEST_REFUSED.has(destination)) {
    return { kind: 'refuse_plain', status: 403, message: 'This address is for MCP clients, not for pages' }
  }
  return undefined
}

export const isPreflight = (request: GatewayRequest): boolean =>
  request.method === 'OPTIONS' && request.headers.has('origin') && request.headers.has('access-control-request-method')

/** `loopback` in the list stands for any page that this computer serves itself, such as MCP Inspector. */
export function isAllowedOrigin(origin: string, allowed: ReadonlySet<string>): boolean {
  if (allowed.has(origin)) return true
  const url = URL.canParse(origin) ? new URL(origin) : undefined
  return (
    allowed.has('loopback') && url?.origin === origin && url.protocol === 'http:' && isLoopbackHostname(url.hostname)
  )
}
