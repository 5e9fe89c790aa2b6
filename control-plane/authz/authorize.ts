import type { Assertions } from '../assertion/assertions.ts'
import type { TokenCopy } from '../upstream-connections/token-copy.ts'
import type { Standing } from '../identity/standing.ts'
import type { CallDecided, Caller, RefusedToken } from '../audit/event.ts'
import type { CallLimiter } from '../limits/call-limiter.ts'
import { maxBodyBytesOf, type Limits } from '../limits/limit.ts'
import type { Era } from '../mcp/era.ts'
import { subjectOf, type Message } from '../mcp/message.ts'
import { mcpFactsOf } from './mcp-facts.ts'
import { errorCode } from '../mcp/refusal.ts'
import { unsealSession, type SealingKey } from '../mcp/session-seal.ts'
import type { AccessTokenVerifier } from '../oauth/access-token.ts'
import type { DpopProblem, DpopVerifier } from '../oauth/dpop.ts'
import { DEFAULT_SCOPE } from '../oauth/support.ts'
import { mayAdmitAnonymous, decide, type Decision } from '../policy/decide.ts'
import { shortText } from '../kernel/short-text.ts'
import { locate, resourceMetadataUrl, type Location } from '../routes/addressing.ts'
import type { Publication, Route, RouteTable } from '../routes/publication.ts'
import type { Presence } from '../tunnels/presence.ts'
import { readBody } from './body.ts'
import { chooseConnector } from './choose-connector.ts'
import { readCredentials, type Identified } from './credentials.ts'
import { NOT_YET, reasonsOf, traceOf, type Evidence } from './evidence.ts'
import type { GatewayRequest } from './gateway-request.ts'
import { refuseLargeBody, sendWithinLimits } from './limited.ts'
import { isAllowedOrigin, isPreflight, refuseForeignPage } from './origin.ts'
import { upstreamHeadersOf } from './upstream-headers.ts'
import { chooseUpstreamToken, refuseUntilSignedIn, type UpstreamTokenChoice } from './upstream-token.ts'
import type { Allow, RefusePlain, Verdict } from './verdict.ts'

/** The authorizer's copies of what the rest of the system knows. Nothing here waits or reads a disk (invariant 10). */
export interface World {
  readonly publication: Publication
  readonly routes: RouteTable
  readonly standing: Standing
  readonly presence: Presence
  readonly tokens: AccessTokenVerifier
  readonly proofs: DpopVerifier
  /** The first seals, all unseal. */
  readonly sealingKeys: readonly SealingKey[]
  readonly assertions: Assertions
  readonly upstreamTokens: TokenCopy
  readonly limiter: CallLimiter
}

export interface Judged {
  readonly verdict: Verdict
  readonly event: CallDecided | undefined
  /** Without it the event lacks what takes time to find out. */
  readonly evidence?: Evidence
  /** The page that may read the answer (CORS); undefined for other clients and for pages of a foreign origin. */
  readonly readableBy: string | undefined
}

/** Of no meaning in the modern era. */
const SESSION_HEADERS = ['mcp-session-id', 'last-event-id']
const METHODS = new Set(['GET', 'POST', 'DELETE'])

/**
 * Judges one request. Pure but for the token cache: the same world, request and time give the same verdict. Throws when
 * it cannot decide; the edge turns that into a refusal (invariant 1).
 */
export function authorize(request: GatewayRequest, world: World, nowMs: number): Judged {
  if (!world.standing.isFresh(nowMs)) throw new Error('Standing is stale')
  const location = locate(world.publication.addressing, request.host, request.path)
  const route = location === undefined ? undefined : world.routes.find(location.route)
  if (location === undefined || route === undefined) {
    return {
      verdict: { kind: 'refuse_plain', status: 404, message: 'There is no tunnel at this address' },
      event: undefined,
      readableBy: undefined,
    }
  }
  return new Hearing(request, { world, location, route, nowMs }).judge()
}

interface DirectedFacts {
  readonly era: Era
  readonly identified: Identified | undefined
  readonly message: Message | undefined
  readonly decision: Decision
  readonly arguments: Evidence['arguments']
}

/** One request on its way through the checks, in the order in which `judge` lists them. */
class Hearing {
  readonly #request: GatewayRequest
  readonly #world: World
  readonly #location: Location
  readonly #route: Route
  readonly #nowMs: number

  constructor(
    request: GatewayRequest,
    context: { readonly world: World; readonly location: Location; readonly route: Route; readonly nowMs: number },
  ) {
    this.#request = request
    this.#world = context.world
    this.#location = context.location
    this.#route = context.route
    this.#nowMs = context.nowMs
  }

  judge(): Judged {
    const { addressing, allowedOrigins } = this.#world.publication
    const foreign = refuseForeignPage(this.#request, { allowedOrigins, sharesOurOrigin: addressing.mode === 'path' })
    if (foreign !== undefined) return this.#done(foreign)
    // A browser asks before it may send the token, so a preflight cannot be authenticated.
    if (isPreflight(this.#request)) return this.#done({ kind: 'preflight' })
    if (!METHODS.has(this.#request.method)) return this.#done(plain(405, 'Use POST, GET or DELETE'))

    const credentials = readCredentials(this.#request, {
      ...this.#world,
      issuer: this.#world.publication.addressing.publicUrl.origin,
      resource: this.#location.resource,
      nowMs: this.#nowMs,
    })
    if (credentials.kind === 'refused') {
      return this.#done(this.#challenge(credentials.dpop), { token: credentials.token })
    }
    const identified = credentials.kind === 'identified' ? credentials : undefined
    if (identified === undefined && !mayAdmitAnonymous(this.#route.policy, this.#nowMs))
      return this.#done(this.#challenge())

    const maxBytes = maxBodyBytesOf(this.#limits)
    if (maxBytes !== undefined && this.#request.body.length > maxBytes) {
      return this.#done(refuseLargeBody(maxBytes, this.#request.id), { identified, limit: `${maxBytes} bytes` })
    }
    const body = readBody(this.#request)
    if (!body.ok) return this.#done(body.error, { identified })
    const { message, era } = body.value
    const mcp = mcpFactsOf(message)

    const { method, clientAddress } = this.#request
    const decision = decide(this.#route.policy, {
      caller: identified?.caller,
      http: { method, clientAddress, path: this.#path },
      mcp,
      atMs: this.#nowMs,
    })
    const facts = { identified, message, era, decision, arguments: mcp.arguments }
    if (!decision.allowed) {
      const { missingScopes } = decision
      const verdict =
        identified === undefined
          ? this.#challenge()
          : missingScopes === undefined
            ? this.#refuse(message)
            : this.#stepUp(missingScopes)
      return this.#done(verdict, facts)
    }
    return this.#sendWithinLimits(message, facts)
  }

  #sendWithinLimits(message: Message | undefined, facts: DirectedFacts): Judged {
    const { verdict, limit } = sendWithinLimits(message, () => this.#direct(message, facts), {
      limiter: this.#world.limiter,
      limits: this.#limits,
      route: this.#route.key,
      request: this.#request,
      caller: facts.identified?.caller,
      nowMs: this.#nowMs,
    })
    return this.#done(verdict, { ...facts, limit })
  }

  get #limits(): readonly Limits[] {
    return [this.#world.publication.limits, this.#route.limits].filter((limits) => limits !== undefined)
  }

  get #path(): string {
    return this.#request.path.split('?', 1)[0] ?? ''
  }

  /** From permission to destination: the session's connector, or one that serves the route now. */
  #direct(message: Message | undefined, facts: { era: Era; identified: Identified | undefined }): Verdict {
    const { caller } = facts.identified ?? {}
    const binding = { userId: caller?.userId ?? '', clientId: caller?.clientId ?? '', route: this.#route.key }
    // The modern era has no sessions: an id beside a modern message is removed like any other header we own.
    const sealed = facts.era === 'modern' ? undefined : this.#request.headers.get('mcp-session-id')
    const session =
      sealed === undefined
        ? undefined
        : unsealSession(sealed, binding, { keys: this.#world.sealingKeys, nowMs: this.#nowMs })
    if (sealed !== undefined && session === undefined) return sessionNotFound(message)

    const choice = chooseConnector(this.#route, {
      presence: this.#world.presence,
      connectorId: session?.connectorId,
      nowMs: this.#nowMs,
    })
    if (choice.kind === 'gone') return sessionNotFound(message)
    if (choice.kind === 'offline') return this.#unavailable(message, 'tunnel_offline', this.#offlineText())
    if (choice.kind === 'refused') {
      const text = `The tunnel is open, but nothing listens on "${choice.target}" at its other end`
      return this.#unavailable(message, 'target_refused', text)
    }
    const token = this.#upstreamToken(caller?.userId)
    if (token.kind === 'nobody') return this.#challenge()
    if (token.kind !== 'chosen' && token.kind !== 'not_needed')
      return refuseUntilSignedIn(token, message, this.#request.id)
    const headers = upstreamHeadersOf(this.#route, { ...this.#world, userId: caller?.userId, nowMs: this.#nowMs })
    const seal = methodOf(message) === 'initialize' && facts.era === 'legacy'
    return {
      kind: 'allow',
      cluster: choice.cluster,
      rpcId: idOf(message),
      prefix: this.#location.prefix,
      removeHeaders: this.#headersToRemove(facts.era),
      upstreamHeaders: token.kind === 'chosen' ? [...headers, token.header] : headers,
      upstreamToken: token.kind === 'chosen' ? { userId: binding.userId, generation: token.generation } : undefined,
      session: session === undefined || sealed === undefined ? undefined : { upstreamId: session.id, sealedId: sealed },
      seal: seal ? { ...binding, connectorId: choice.connectorId } : undefined,
      holdsSlot: false,
      expiresInMs: facts.identified === undefined ? undefined : facts.identified.expiresAtMs - this.#nowMs,
    } satisfies Allow
  }

  #upstreamToken(userId: string | undefined): UpstreamTokenChoice {
    if (this.#route.side?.oauth === undefined) return { kind: 'not_needed' }
    const path = new URL(this.#location.resource).pathname.slice(this.#location.prefix.length)
    return chooseUpstreamToken(this.#route, { ...this.#world, userId, path, nowMs: this.#nowMs })
  }

  /** Legacy servers may speak the modern era too, and would act on its routing headers: those go (invariant 2). */
  #headersToRemove(era: Era): readonly string[] {
    if (era === 'modern') return SESSION_HEADERS.filter((name) => this.#request.headers.has(name))
    return [...this.#request.headers.keys()].filter(isModernRouting)
  }

  #challenge(dpop?: DpopProblem): Verdict {
    const challenge = { resourceMetadataUrl: resourceMetadataUrl(this.#location.resource), scope: DEFAULT_SCOPE }
    if (!this.#request.headers.has('authorization')) return { kind: 'challenge', challenge }
    return { kind: 'challenge', challenge: { ...challenge, error: 'invalid_token', ...(dpop && { dpop }) } }
  }

  /** Names every scope of the operation, so that one authorization is enough (MCP 2026-07-28, scope challenge handling). */
  #stepUp(missing: readonly string[]): Verdict {
    const scope = [DEFAULT_SCOPE, ...missing].join(' ')
    const challenge = { resourceMetadataUrl: resourceMetadataUrl(this.#location.resource), scope }
    return { kind: 'challenge', challenge: { ...challenge, error: 'insufficient_scope' } }
  }

  /** Says "access denied" and the request id, nothing more: which rule decided is not the caller's business. */
  #refuse(message: Message | undefined): Verdict {
    const rpcId = idOf(message)
    if (message?.kind !== 'request') return plain(403, `Access denied (request ${this.#request.id})`)
    const data = { code: 'access_denied', requestId: this.#request.id }
    return {
      kind: 'refuse',
      status: 200,
      rpcId,
      error: { code: errorCode.accessDenied, message: 'Access denied', data },
    }
  }

  #offlineText(): string {
    const sinceMs = this.#world.presence.offlineSinceMs(this.#route.key)
    const since = sinceMs === undefined ? '' : ` since ${new Date(sinceMs).toISOString()}`
    return `Tunnel offline${since}: "${this.#route.key}" is not connected right now`
  }

  #unavailable(message: Message | undefined, code: string, text: string): Verdict {
    const outcome = 'offline'
    if (message?.kind !== 'request') return { ...plain(503, text), outcome }
    const data = { code, requestId: this.#request.id }
    const error = { code: errorCode.tunnelOffline, message: text, data }
    return { kind: 'refuse', status: 200, rpcId: message.id, error, outcome }
  }

  #done(
    verdict: Verdict,
    facts: {
      readonly identified?: Identified | undefined
      readonly token?: RefusedToken
      readonly message?: Message | undefined
      readonly era?: Era
      readonly decision?: Decision
      /** Which limit it was. */
      readonly limit?: string | undefined
      readonly arguments?: Evidence['arguments']
    } = {},
  ): Judged {
    const { message, identified, era, decision } = facts
    const event: CallDecided = {
      kind: 'call.decided',
      atMs: this.#nowMs,
      requestId: this.#request.id,
      route: this.#route.key,
      resource: this.#location.resource,
      clientAddress: this.#request.clientAddress,
      caller: identified && callerOf(identified),
      token: facts.token,
      httpMethod: this.#request.method,
      method: brief(methodOf(message)),
      subject: brief(message && subjectOf(message)),
      path: shortText(this.#path, MAX_EVENT_TEXT),
      era,
      trace: traceOf(this.#request, message),
      requestBytes: this.#request.body.length,
      verdict: outcomeOf(verdict),
      reasons: reasonsOf(verdict, facts),
      ...NOT_YET,
    }
    const evidence: Evidence = {
      publication: this.#world.publication,
      route: this.#route,
      decision,
      arguments: facts.arguments,
      sealedSession: era === 'modern' ? undefined : this.#request.headers.get('mcp-session-id'),
    }
    const origin = this.#request.headers.get('origin')
    const readable = origin !== undefined && isAllowedOrigin(origin, this.#world.publication.allowedOrigins)
    return { verdict, event, evidence, readableBy: readable ? origin : undefined }
  }
}

const isModernRouting = (header: string): boolean =>
  header === 'mcp-method' || header === 'mcp-name' || header.startsWith('mcp-param-')

const plain = (status: number, message: string): RefusePlain => ({ kind: 'refuse_plain', status, message })

/** The same answer for another's, a forged and an ended session (MCP 2025-11-25, session management: 404). */
const sessionNotFound = (message: Message | undefined): Verdict => {
  const outcome = 'not_found'
  if (message?.kind !== 'request') return { ...plain(404, 'Session not found'), outcome }
  const error = { code: errorCode.sessionNotFound, message: 'Session not found' }
  return { kind: 'refuse', status: 404, rpcId: message.id, error, outcome }
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

const methodOf = (message: Message | undefined): string | undefined =>
  message === undefined || message.kind === 'response' ? undefined : message.method

const idOf = (message: Message | undefined): string | number | undefined =>
  message?.kind === 'request' ? message.id : undefined

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
