import { maxBodyBytesOf } from '../limits/limit.ts'
import type { Message } from '../mcp/message.ts'
import { decideEach, mayAdmitAnonymous, type Decision } from '../policy/decide.ts'
import type { PolicyHttp, PolicyInput } from '../policy/input.ts'
import { locate } from '../routes/addressing.ts'
import type { Route } from '../routes/publication.ts'
import { shareIdAt } from '../sharing/share.ts'
import { readCertificate } from './client-certificate.ts'
import { readBody } from './body.ts'
import { readCredentials, type Identified } from './credentials.ts'
import { direct } from './direct.ts'
import type { GatewayRequest } from './gateway-request.ts'
import { limitsOf, pathOf, type Hearing, type World } from './hearing.ts'
import { refuseLargeBody, sendWithinLimits } from './limited.ts'
import { mcpFactsOf } from './mcp-facts.ts'
import { isPreflight, refuseForeignPage } from './origin.ts'
import { record, type Judged } from './record.ts'
import { isPublicRoute, judgeAsset } from './public-assets.ts'
import { challenge, plain, refuse, stepUp } from './refusals.ts'
import { isStrangersTask, taskNotFound } from './tasks.ts'
import type { Verdict } from './verdict.ts'

const METHODS = new Set(['GET', 'POST', 'DELETE'])

/**
 * Judges one request. Pure but for the token cache and the limits' counters: the same world, request and time give the same
 * verdict. Throws when it cannot decide; the edge turns that into a refusal (invariant 1).
 */
export function authorize(request: GatewayRequest, world: World, nowMs: number): Judged {
  if (!world.standing.isFresh(nowMs)) throw new Error('Standing is stale')
  const location = locate(world.publication.addressing, request.host, request.path)
  const route = location === undefined ? undefined : world.routes.find(location.route)
  if (location === undefined || route === undefined) {
    return { verdict: plain(404, 'There is no tunnel at this address'), event: undefined, readableBy: undefined }
  }
  return judge({ request, world, location, route, nowMs })
}

/** The checks in their order. */
function judge(hearing: Hearing): Judged {
  const { request, world, location, route, nowMs } = hearing
  if (isPublicRoute(hearing)) return judgeAsset(hearing)
  const { addressing, allowedOrigins } = world.publication
  const foreign = refuseForeignPage(request, { allowedOrigins, sharesOurOrigin: addressing.mode === 'path' })
  if (foreign !== undefined) return record(hearing, foreign)
  // A browser asks before it may send the token, so a preflight cannot be authenticated.
  if (isPreflight(request)) return record(hearing, { kind: 'preflight' })
  if (!METHODS.has(request.method)) return record(hearing, plain(405, 'Use POST, GET or DELETE'))

  const { origin: issuer } = addressing.publicUrl
  const credentials = readCredentials(request, { ...world, issuer, resource: location.resource, nowMs })
  if (credentials.kind === 'refused') {
    return record(hearing, challenge(hearing, credentials.dpop), { token: credentials.token })
  }
  const identified = credentials.kind === 'identified' ? credentials : undefined
  if (identified === undefined && !mayAdmitAnonymous(route.policy, nowMs)) return record(hearing, challenge(hearing))

  const maxBytes = maxBodyBytesOf(limitsOf(hearing))
  if (maxBytes !== undefined && request.body.length > maxBytes) {
    return record(hearing, refuseLargeBody(maxBytes, request.id), { identified, limit: `${maxBytes} bytes` })
  }
  const body = readBody(request)
  if (!body.ok) return record(hearing, body.error, { identified })
  const { message, era } = body.value
  // An answer to a server's question belongs to the session in which it was asked, or it could be an answer to somebody else.
  if (message?.kind === 'response' && !request.headers.has('mcp-session-id')) {
    return record(hearing, plain(400, 'An answer to the server needs its session'), { identified, message, era })
  }
  const [mcp, ...others] = mcpFactsOf(message, (tool) => world.catalogue.find(route.key, tool)?.hints)
  const input: PolicyInput = {
    caller: identified?.caller,
    http: httpFactsOf(hearing),
    mcp,
    atMs: nowMs,
  }
  const decision = decideEach(route.policy, [input, ...others.map((other) => ({ ...input, mcp: other }))])
  const found = { identified, message, era, input, decision }
  if (!decision.allowed) return record(hearing, notAllowed(hearing, found), found)
  if (isStrangersTask(hearing, message, identified)) {
    return record(hearing, taskNotFound(message), { ...found, isStrangersTask: true })
  }
  const toolProblem = toolProblemOf(hearing, input)
  if (toolProblem !== undefined) return record(hearing, refuse(hearing, message), { ...found, toolProblem })

  const call = { message, era, identified, input, shareEndsAtMs: shareEndOf(route, decision) }
  const { verdict, limit } = sendWithinLimits(hearing, call, (holdsSlot) => direct(hearing, call, holdsSlot))
  return record(hearing, verdict, { ...found, limit })
}

function httpFactsOf(hearing: Hearing): PolicyHttp {
  const { method, clientAddress, certificatePem } = hearing.request
  const certificate = certificatePem === undefined ? undefined : readCertificate(certificatePem)
  return { method, path: pathOf(hearing), clientAddress, certificate }
}

/** Nobody is asked to sign in, somebody without a permission to ask for it; else it is no. */
function notAllowed(
  hearing: Hearing,
  found: {
    readonly identified: Identified | undefined
    readonly message: Message | undefined
    readonly decision: Decision
  },
): Verdict {
  if (found.identified === undefined) return challenge(hearing)
  const { missingScopes } = found.decision
  return missingScopes === undefined ? refuse(hearing, found.message) : stepUp(hearing, missingScopes)
}

/** When the share ends that allows it: a stream must not outlive that. */
function shareEndOf({ shares }: Route, { decidedBy }: Decision): number | undefined {
  const id = decidedBy && shareIdAt(decidedBy.path)
  return shares?.find((share) => share.id === id)?.expiresAtMs
}

/** A tool that its owner has not approved, or not as it is now. */
const toolProblemOf = ({ world, route }: Hearing, { mcp: { tool } }: PolicyInput) =>
  tool === undefined ? undefined : world.catalogue.problemWith(route.rules.tools, { route: route.key, name: tool })
