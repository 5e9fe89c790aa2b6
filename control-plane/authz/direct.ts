import type { Era } from '../mcp/era.ts'
import { subjectOf, type Message } from '../mcp/message.ts'
import { unsealSession } from '../mcp/session-seal.ts'
import { negotiatesTasks } from '../mcp/task.ts'
import type { PolicyInput } from '../policy/input.ts'
import { chooseConnector } from './choose-connector.ts'
import type { Identified } from './credentials.ts'
import { pathOf, type Hearing } from './hearing.ts'
import { needsApproval, needsInspection } from './inspection.ts'
import { challenge, idOf, offline, sessionNotFound, targetRefused } from './refusals.ts'
import { isAboutTasks } from './tasks.ts'
import { upstreamHeadersOf } from './upstream-headers.ts'
import { chooseUpstreamToken, refuseUntilSignedIn, type UpstreamTokenChoice } from './upstream-token.ts'
import type { Allow, Verdict } from './verdict.ts'

/** Of no meaning in the modern era. */
const SESSION_HEADERS = ['mcp-session-id', 'last-event-id']
/** What comes compressed cannot be read here. */
const COMPRESSION_HEADERS = ['accept-encoding']

/** What the policy allowed. */
export interface AllowedCall {
  readonly message: Message | undefined
  readonly era: Era
  readonly identified: Identified | undefined
  readonly input: PolicyInput
  /** Where a share allowed it. */
  readonly shareEndsAtMs?: number | undefined
}

/**
 * From permission to destination: the session's connector, or one that serves the route now. `holdsSlot`: the call counts
 * until its answer has ended, so somebody has to see it end.
 */
export function direct(hearing: Hearing, call: AllowedCall, holdsSlot: boolean): Verdict {
  const { world, route, request, location, nowMs } = hearing
  const { message, era, identified, input } = call
  const { caller } = identified ?? {}
  const binding = { userId: caller?.userId ?? '', clientId: caller?.clientId ?? '', route: route.key }
  // The modern era has no sessions: an id beside a modern message is removed like any other header we own.
  const sealed = era === 'modern' ? undefined : request.headers.get('mcp-session-id')
  const session = sealed === undefined ? undefined : unsealSession(sealed, binding, { keys: world.sealingKeys, nowMs })
  if (sealed !== undefined && session === undefined) return sessionNotFound(message)

  const isHandshake = input.mcp.method === 'initialize' && era === 'legacy'
  const choice = chooseConnector(route, {
    presence: world.presence,
    connectorId: session?.connectorId,
    beginsSession: isHandshake,
    nowMs,
  })
  if (choice.kind === 'gone') return sessionNotFound(message)
  if (choice.kind === 'offline') return offline(hearing, message)
  if (choice.kind === 'refused') return targetRefused(hearing, message, choice.target)
  const token = upstreamToken(hearing, caller?.userId)
  if (token.kind === 'nobody') return challenge(hearing)
  if (token.kind !== 'chosen' && token.kind !== 'not_needed') return refuseUntilSignedIn(token, message, request.id)
  const headers = upstreamHeadersOf(route, { ...world, userId: caller?.userId, nowMs })
  const inspect = holdsSlot || needsInspection(route, input) || isAboutTasks(hearing, message, session)
  const hold = needsApproval(route, input)
  return {
    kind: 'allow',
    cluster: choice.cluster,
    rpcId: idOf(message),
    prefix: location.prefix,
    removeHeaders: [...headersToRemove(hearing, era), ...(inspect ? COMPRESSION_HEADERS : [])],
    upstreamHeaders: token.kind === 'chosen' ? [...headers, token.header] : headers,
    upstreamToken: token.kind === 'chosen' ? { userId: binding.userId, generation: token.generation } : undefined,
    session: session === undefined || sealed === undefined ? undefined : { upstreamId: session.id, sealedId: sealed },
    seal: isHandshake
      ? { ...binding, connectorId: choice.connectorId, mayMakeTasks: negotiatesTasks(message) }
      : undefined,
    facts: inspect || hold ? factsOf(hearing, call) : undefined,
    inspect,
    hold,
    holdsSlot,
    expiresInMs: identified && Math.min(identified.expiresAtMs, call.shareEndsAtMs ?? Infinity) - nowMs,
  }
}

function factsOf(hearing: Hearing, { message, identified, input: { http, mcp } }: AllowedCall): Allow['facts'] {
  return {
    httpMethod: hearing.request.method,
    path: pathOf(hearing),
    clientAddress: hearing.request.clientAddress,
    certificate: http?.certificate,
    method: mcp.method,
    subject: message && subjectOf(message),
    caller: identified && {
      userId: identified.caller.userId,
      clientId: identified.caller.clientId,
      scopes: identified.caller.scopes,
      grantId: identified.grantId,
      expiresAtMs: identified.expiresAtMs,
    },
  }
}

function upstreamToken({ route, location, world, nowMs }: Hearing, userId: string | undefined): UpstreamTokenChoice {
  if (route.side?.oauth === undefined) return { kind: 'not_needed' }
  const path = new URL(location.resource).pathname.slice(location.prefix.length)
  return chooseUpstreamToken(route, { ...world, userId, path, nowMs })
}

/** Legacy servers may speak the modern era too, and would act on its routing headers: those go (invariant 2). */
function headersToRemove({ request }: Hearing, era: Era): readonly string[] {
  if (era === 'modern') return SESSION_HEADERS.filter((name) => request.headers.has(name))
  return [...request.headers.keys()].filter(isModernRouting)
}

const isModernRouting = (header: string): boolean =>
  header === 'mcp-method' || header === 'mcp-name' || header.startsWith('mcp-param-')
