import { isLoopbackHostname } from '../kernel/loopback.ts'
import { openOutbound, send, type OutboundFetch } from './outbound.ts'

/**
 * Our own requests about one route's server. The operator named its address, so that one may be private; wherever its
 * metadata leads from there is a stranger's word and goes through `outbound`. Plain HTTP is for development alone: where the
 * operator named a plain server on this computer, others under the same name of this computer may be asked as well.
 */
export function openRouteOutbound(
  { to, authorityPem }: { readonly to: URL; readonly authorityPem: string | undefined },
  outbound: OutboundFetch,
): OutboundFetch {
  const named = openOutbound({
    privateHosts: [to.hostname.replace(/^\[|\]$/g, '').toLowerCase()],
    privateCaPem: authorityPem,
  })
  const isPlain = to.protocol === 'http:' && isLoopbackHostname(to.hostname)
  return async (address, options = {}) => {
    const url = URL.canParse(address) ? new URL(address) : undefined
    if (url === undefined) return outbound(address, options)
    if (to.protocol === 'https:' && url.origin === to.origin) return named(address, options)
    const isHere = isPlain && url.protocol === 'http:' && url.hostname === to.hostname
    return isHere && url.username === '' && url.password === '' ? send(url, options, {}) : outbound(address, options)
  }
}
