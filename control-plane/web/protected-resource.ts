import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

import type { Attempts } from '../attempts/attempts.ts'
import type { Clock } from '../kernel/clock.ts'
import { DEFAULT_SCOPE, type Support } from '../oauth/support.ts'
import { networkOf } from './browser.ts'
import { corsOf, preflight } from './oauth-endpoints.ts'

/** Protected resource metadata (RFC 9728 §2): which authorization server a tunnel trusts. */
export function protectedResourceRoutes(
  app: FastifyInstance,
  ports: {
    issuer: string
    findResourceUrl: (host: string, path: string) => string | undefined
    support: () => Support
    attempts: Attempts
    clock: Clock
  },
): void {
  const answer = async (request: FastifyRequest, reply: FastifyReply): Promise<unknown> => {
    const path = request.url.split('?', 1)[0]?.replace('/.well-known/oauth-protected-resource', '') ?? ''
    // A host of its own serves one MCP URL: clients that look at the root first mean that one.
    const resource = ports.findResourceUrl(request.headers.host ?? '', path === '' ? '/mcp' : path)
    reply.headers(corsOf(request))
    const reference = ports.attempts.note({
      step: 'resource_metadata',
      outcome: resource === undefined ? 'failed' : 'done',
      atMs: ports.clock.nowMs(),
      network: networkOf(request),
      resource,
      ...(resource === undefined ? { problem: { code: 'not_found', detail: `nothing is served at ${path}` } } : {}),
    })
    if (resource === undefined)
      return reply.code(404).send({ error: 'not_found', message: 'There is no tunnel at this address', reference })
    return {
      // Exactly what was asked for: clients compare it with the URL that was typed, slash included.
      resource: path.endsWith('/') ? `${resource}/` : resource,
      authorization_servers: [ports.issuer],
      // Clients ask for what is listed here; more than this is asked for when a call needs it.
      scopes_supported: [DEFAULT_SCOPE],
      bearer_methods_supported: ['header'],
      dpop_signing_alg_values_supported: ports.support().dpopAlgorithms,
      resource_name: 'Sallyport tunnel',
    }
  }
  for (const url of ['/.well-known/oauth-protected-resource', '/.well-known/oauth-protected-resource/*']) {
    app.get(url, answer)
    app.options(url, preflight)
  }
}
