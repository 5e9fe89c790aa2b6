import { Assertions } from '../assertion/assertions.ts'
import type { CallDecided } from '../audit/event.ts'
import { authorize } from '../authz/authorize.ts'
import { encodeVerdict } from '../authz/check-response.ts'
import { withEvidence, type Evidence } from '../authz/evidence.ts'
import type { World } from '../authz/hearing.ts'
import type { Judged } from '../authz/record.ts'
import { Catalogue } from '../catalogue/catalogue.ts'
import { decodeCheckRequest } from '../authz/gateway-request.ts'
import { extAuthzMethod } from '../grpc/ext-authz.ts'
import { openUnaryServer } from '../grpc/unary-server.ts'
import { Standing } from '../identity/standing.ts'
import { messageOf } from '../kernel/fault.ts'
import { deferred } from '../kernel/bus.ts'
import type { Clock } from '../kernel/clock.ts'
import { currentOf, type Current } from '../kernel/current.ts'
import type { Lifecycle } from '../kernel/lifecycle.ts'
import type { Log } from '../kernel/log.ts'
import type { Secret } from '../kernel/secret.ts'
import type { Random } from '../kernel/random.ts'
import { CallLimiter } from '../limits/call-limiter.ts'
import { ConcurrentCalls } from '../limits/concurrent-calls.ts'
import { SlidingWindows } from '../limits/sliding-windows.ts'
import type { SealingKey } from '../mcp/session-seal.ts'
import { AccessTokenVerifier } from '../oauth/access-token.ts'
import { DpopVerifier } from '../oauth/dpop.ts'
import type { SigningKey } from '../oauth/signing-keys.ts'
import { RouteTable, type Publication } from '../routes/publication.ts'
import { TaskOwners } from '../tasks/task-owners.ts'
import { Presence } from '../tunnels/presence.ts'
import { TokenCopy } from '../upstream-connections/token-copy.ts'
import { clusterOf } from '../xds/names.ts'
import { SOCKETS, type Topics } from './topics.ts'

/** The authorizer role: copies of what it needs, and one socket on which Envoy asks. Subscribe it before the brain speaks. */
export async function openAuthorizer(
  publication: Current<Publication>,
  ports: {
    topics: Topics
    clock: Clock
    log: Log
    random: Random
    sealingKeys: readonly SealingKey[]
    /** The private key that signs assertions now. Not part of Standing, which docks hear too. */
    assertionKey: () => SigningKey | undefined
    dpopKey: Secret<Buffer>
    lifecycle: Lifecycle
    offlineSince: Iterable<readonly [string, number]>
  },
): Promise<Current<World>> {
  const { topics, clock } = ports
  const standing = new Standing()
  const presence = new Presence(ports.offlineSince)
  topics.standing.subscribe((delta) => standing.apply(delta, clock.nowMs()))
  topics.presence.subscribe((change) => presence.apply(change))
  const upstreamTokens = new TokenCopy()
  topics.upstreamTokens.subscribe((delta) => upstreamTokens.apply(delta, clock.nowMs()))
  const catalogue = new Catalogue()
  topics.tools.subscribe((tool) => catalogue.apply(tool))
  const tasks = new TaskOwners()
  topics.tasks.subscribe((task) => tasks.apply(task, clock.nowMs()))
  const slots = new ConcurrentCalls()
  topics.events.subscribe((event) => {
    const isOver = event.kind === 'call.completed' || (event.kind === 'call.inspected' && event.hasEnded === true)
    if (isOver) slots.release(event.requestId)
    if (event.kind === 'call.abandoned') slots.abandon(event.requestId)
  })
  topics.presence.subscribe((change) => {
    if (change.kind === 'down') slots.releaseAllOn(clusterOf(change.connectorId))
  })
  const issuer = publication.value.addressing.publicUrl.origin
  const lasting = {
    standing,
    presence,
    tokens: new AccessTokenVerifier(),
    proofs: new DpopVerifier(ports.dpopKey),
    sealingKeys: ports.sealingKeys,
    assertions: new Assertions({
      issuer,
      currentKey: ports.assertionKey,
      random: ports.random,
    }),
    upstreamTokens,
    catalogue,
    tasks,
    limiter: new CallLimiter(new SlidingWindows(), slots),
  }
  const worldOf = (now: Publication): World => {
    const routes = new RouteTable(now, (name) => standing.findOwnerOf(name), standing)
    return { ...lasting, publication: now, routes }
  }
  const world = currentOf(worldOf(publication.value))
  publication.subscribe((next) => world.replace(worldOf(next)))
  // Invariant 10: Envoy gets its answer before anybody hears of the call.
  const tell = deferred<Judged>({
    publish({ event, evidence }) {
      if (event !== undefined) topics.events.publish(complete(event, evidence, ports.log))
    },
  })
  const method = extAuthzMethod((check) => {
    const request = decodeCheckRequest(check)
    const judged = authorize(request, world.value, clock.nowMs())
    const response = encodeVerdict(judged, request, { request_id: request.id, route: judged.event?.route ?? '' })
    if (judged.event !== undefined) tell(judged)
    return response
  }, ports.log)
  ports.lifecycle.own('authorizer', await openUnaryServer(SOCKETS.authorizer, method))
  return world
}

/** A record that lacks something is better than none, and nobody is there any more who could be refused. */
function complete(event: CallDecided, evidence: Evidence | undefined, log: Log): CallDecided {
  try {
    return evidence === undefined ? event : withEvidence(event, evidence)
  } catch (cause) {
    log.error('audit.incomplete', { requestId: event.requestId, reason: messageOf(cause) })
    return event
  }
}
