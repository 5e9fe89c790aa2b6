import type { Settings } from '../config/settings.ts'
import type { StandingFeed } from '../identity/standing-feed.ts'
import { messageOf } from '../kernel/fault.ts'
import { isLoopbackHostname } from '../kernel/loopback.ts'
import { deriveKey, SecretBox } from '../kernel/secret-box.ts'
import { openOutbound } from '../outbound/outbound.ts'
import { openRouteOutbound } from '../outbound/route-outbound.ts'
import type { ConfiguredRoute, Publication } from '../routes/publication.ts'
import { upstreamClientStore } from '../store/upstream-client-store.ts'
import { upstreamConnectionStore } from '../store/upstream-connection-store.ts'
import { UpstreamConnections } from '../upstream-connections/connections.ts'
import { TokenFeed } from '../upstream-connections/token-feed.ts'
import type { UpstreamServer } from '../upstream-connections/upstream-server.ts'
import { UpstreamOAuth } from '../upstream-oauth/upstream-oauth.ts'
import type { BrainPorts } from './brain.ts'

/** The servers that demand OAuth of their own, by route, and who is connected to them. */
export interface UpstreamSignIns {
  readonly servers: ReadonlyMap<string, UpstreamServer>
  readonly connections: UpstreamConnections
}

const SWEEP_MS = 1000

export async function openUpstreamConnections(
  settings: Settings,
  publication: Publication,
  ports: BrainPorts & { readonly standing: StandingFeed },
): Promise<UpstreamSignIns> {
  const { clock, log, topics, lifecycle, random } = ports
  const { db } = ports.store
  const box = new SecretBox(deriveKey(ports.secretKey, 'upstream tokens'), random)
  const clients = upstreamClientStore(db, box)
  const outbound = openOutbound(settings.outbound)
  const serverOf = ({ key, upstream, side }: ConfiguredRoute): readonly (readonly [string, UpstreamServer])[] => {
    if (side?.oauth === undefined || upstream.kind !== 'fixed') return []
    const fetch = openRouteOutbound({ to: upstream.url, authorityPem: upstream.authorityPem }, outbound)
    return [[key, new UpstreamOAuth(side.oauth, ourSide(settings, key), { fetch, clients, clock, log })]]
  }
  const servers = new Map([...publication.routes.values()].flatMap(serverOf))
  const feed = lifecycle.own('upstream tokens', new TokenFeed(topics.upstreamTokens))
  const store = upstreamConnectionStore(db, box, ({ userId: user, route }) =>
    log.error('upstream.tokens_unreadable', { user, route }),
  )
  const connections = lifecycle.own(
    'upstream connections',
    new UpstreamConnections({ store, servers, feed, standing: ports.standing.copy, clock, random, log }),
  )
  await connections.load()

  topics.events.subscribe((event) => {
    if (event.kind === 'call.decided' && event.caller !== undefined && servers.has(event.route)) {
      connections.touch({ userId: event.caller.userId, route: event.route })
    }
    if (event.kind !== 'call.completed' || event.upstreamRefusal === undefined) return
    const { route, upstreamRefusal } = event
    connections
      .refused({ ...upstreamRefusal, route })
      .catch((cause: unknown) => log.error('upstream.refusal_lost', { route, reason: messageOf(cause) }))
  })
  const timer = setInterval(() => connections.sweep(), SWEEP_MS)
  lifecycle.own('upstream timer', { [Symbol.asyncDispose]: async () => clearInterval(timer) })
  return { servers, connections }
}

/** A document about us is of use only where a server out there can fetch it. */
function ourSide({ addressing }: Settings, route: string) {
  const { origin, protocol, hostname } = addressing.publicUrl
  const isOutside = protocol === 'https:' && !isLoopbackHostname(hostname)
  return {
    route,
    redirectUri: `${origin}/upstream/callback/${route}`,
    clientDocument: isOutside ? `${origin}/oauth/client-metadata/upstream/${route}` : undefined,
  }
}
