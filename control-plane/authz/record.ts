import type { CallDecided, Caller, RefusedToken } from '../audit/event.ts'
import type { ToolProblem } from '../catalogue/catalogue.ts'
import { shortText } from '../kernel/short-text.ts'
import type { Era } from '../mcp/era.ts'
import { subjectOf, type Message } from '../mcp/message.ts'
import type { Decision } from '../policy/decide.ts'
import type { PolicyInput } from '../policy/input.ts'
import type { Identified } from './credentials.ts'
import { NOT_YET, reasonsOf, traceOf, type Evidence } from './evidence.ts'
import { pathOf, type Hearing } from './hearing.ts'
import { isAllowedOrigin } from './origin.ts'
import type { Verdict } from './verdict.ts'

/** A verdict, and everything that follows from it. */
export interface Judged {
  readonly verdict: Verdict
  readonly event: CallDecided | undefined
  /** Without it the event lacks what takes time to find out. */
  readonly evidence?: Evidence
  /** The page that may read the answer (CORS); undefined for other clients and for pages of a foreign origin. */
  readonly readableBy: string | undefined
}

/** What was found out before the verdict, as far as the checks came. */
export interface Findings {
  readonly identified?: Identified | undefined
  readonly token?: RefusedToken
  readonly message?: Message | undefined
  readonly era?: Era
  readonly input?: PolicyInput
  readonly decision?: Decision
  /** Which limit it was. */
  readonly limit?: string | undefined
  readonly toolProblem?: ToolProblem
  /** What settled it, where the policy was not asked. */
  readonly rule?: string
  /** It named a task of somebody else, or none. */
  readonly isStrangersTask?: true
}

export function record(hearing: Hearing, verdict: Verdict, found: Findings = {}): Judged {
  const { request, route, location, world, nowMs } = hearing
  const { message, identified, era, decision } = found
  const event: CallDecided = {
    kind: 'call.decided',
    atMs: nowMs,
    requestId: request.id,
    route: route.key,
    resource: location.resource,
    clientAddress: request.clientAddress,
    caller: identified && callerOf(identified),
    token: found.token,
    httpMethod: request.method,
    method: brief(message === undefined || message.kind === 'response' ? undefined : message.method),
    subject: brief(message && subjectOf(message)),
    path: shortText(pathOf(hearing), MAX_EVENT_TEXT),
    era,
    trace: traceOf(request, message),
    requestBytes: request.body.length,
    verdict: outcomeOf(verdict),
    reasons: reasonsOf(verdict, found),
    ...NOT_YET,
  }
  const evidence: Evidence = {
    publication: world.publication,
    route,
    decision,
    isSettledByPolicy: decision !== undefined && (verdict.kind === 'allow' || !decision.allowed),
    arguments: found.input?.mcp.arguments,
    sealedSession: era === 'modern' ? undefined : request.headers.get('mcp-session-id'),
    headers: request.headers,
    rule: found.rule,
  }
  const origin = request.headers.get('origin')
  const readable = origin !== undefined && isAllowedOrigin(origin, world.publication.allowedOrigins)
  return { verdict, event, evidence, readableBy: readable ? origin : undefined }
}

/** What the audit record and the terminal call it. */
function outcomeOf(verdict: Verdict): CallDecided['verdict'] {
  switch (verdict.kind) {
    case 'refuse':
    case 'refuse_plain':
      return verdict.outcome ?? 'refuse'
    case 'preflight':
      return 'answer'
    case 'allow':
    case 'challenge':
      return verdict.kind
  }
}

/** Longer than any name that means something. Events are logged and kept for terminals, also those of refused calls. */
const MAX_EVENT_TEXT = 1024

const brief = (text: string | undefined): string | undefined =>
  text === undefined || text.length <= MAX_EVENT_TEXT ? text : `${shortText(text, MAX_EVENT_TEXT)}…`

const callerOf = ({ caller, grantId }: Identified): Caller => ({
  userId: caller.userId,
  email: caller.email,
  clientId: caller.clientId,
  grantId,
  scopes: caller.scopes,
})
