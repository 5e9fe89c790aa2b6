import { hash } from 'node:crypto'

import type { CallDecided } from '../audit/event.ts'
import { DEFAULT_ARGUMENT_MODE, recordArguments } from '../audit/recorded-arguments.ts'
import { parseTraceParent, type TraceParent } from '../audit/trace-context.ts'
import { isRecord } from '../kernel/record.ts'
import { shortText } from '../kernel/short-text.ts'
import type { Message } from '../mcp/message.ts'
import { reasonsFor, type Decision } from '../policy/decide.ts'
import type { Publication, Route } from '../routes/publication.ts'
import { shareIdAt } from '../sharing/share.ts'
import type { GatewayRequest } from './gateway-request.ts'
import type { Verdict } from './verdict.ts'

/** What a record is completed from when Envoy has its answer: nobody waits for hashes. */
export interface Evidence {
  readonly publication: Publication
  readonly route: Route
  /** Undefined where the policy was not asked. */
  readonly decision: Decision | undefined
  /** Whether the decision is why the call ended as it did. */
  readonly isSettledByPolicy: boolean
  readonly arguments: Readonly<Record<string, unknown>> | undefined
  /** As the client sent it. */
  readonly sealedSession: string | undefined
  /** What settled it, where the policy was not asked. */
  readonly rule?: string | undefined
  /** All of them: what is kept is picked when nobody waits. */
  readonly headers?: ReadonlyMap<string, string>
}

/** Headers that an event may hold: none that carries a secret, now or in a later version of a protocol. */
const SHOWN_HEADERS = [
  'user-agent',
  'accept',
  'content-type',
  'origin',
  'mcp-protocol-version',
  'mcp-method',
  'mcp-name',
  'last-event-id',
]
const MAX_HEADER_TEXT = 256

const shownHeaders = (headers: ReadonlyMap<string, string>): CallDecided['headers'] =>
  SHOWN_HEADERS.flatMap((name) => {
    const value = headers.get(name)
    return value === undefined ? [] : [[name, shortText(value, MAX_HEADER_TEXT)] as const]
  })

export function withEvidence(event: CallDecided, evidence: Evidence): CallDecided {
  const { publication, route, decision, sealedSession } = evidence
  const mode = route.recordArguments ?? publication.recordArguments ?? DEFAULT_ARGUMENT_MODE
  return {
    ...event,
    reasons: decision !== undefined && evidence.isSettledByPolicy ? reasonsFor(route.policy, decision) : event.reasons,
    arguments: recordArguments(evidence.arguments, mode),
    rule: evidence.rule ?? (decision && ruleOf(decision, route, publication)),
    session: sealedSession && sessionReference(sealedSession),
    headers: evidence.headers && shownHeaders(evidence.headers),
  }
}

/** Why, for the record, where it was not the policy: what else stopped the call, or what the caller was told. */
export function reasonsOf(
  verdict: Verdict,
  facts: {
    readonly limit?: string | undefined
    readonly toolProblem?: string
    readonly isStrangersTask?: true
    readonly token?: object
  },
): readonly string[] {
  const { limit, toolProblem } = facts
  if (toolProblem !== undefined) return [toolProblem]
  if (facts.isStrangersTask === true) return ['task-not-theirs']
  if (limit !== undefined) return ['limit', limit]
  switch (verdict.kind) {
    case 'refuse':
      return [verdict.error.message]
    case 'refuse_plain':
      return [verdict.message]
    case 'challenge':
      // What is wrong with a token is told beside it.
      return facts.token === undefined ? ['no-token'] : []
    case 'allow':
    case 'preflight':
      return []
  }
}

/** In an event without its evidence. */
export const NOT_YET = { arguments: undefined, rule: undefined, session: undefined }

/** The header speaks of this very request; `_meta` (SEP-414) is for clients that cannot set it. */
export function traceOf({ headers }: GatewayRequest, message: Message | undefined): TraceParent | undefined {
  const fromHeader = parseTraceParent(headers.get('traceparent'))
  if (fromHeader !== undefined || message === undefined || message.kind === 'response') return fromHeader
  const meta = message.params['_meta']
  return isRecord(meta) ? parseTraceParent(meta['traceparent']) : undefined
}

/** One session has one sealed id, and this is a hash of it: it joins records and opens nothing. */
export const sessionReference = (sealedId: string): string => `ses_${hash('sha256', sealedId).slice(0, 16)}`

/** By route and block, which routes may share: where it stands takes a walk through the document. */
const places = new WeakMap<object, WeakMap<object, string>>()

function ruleOf({ decidedBy }: Decision, { policyAt }: Route, publication: Publication): string {
  if (decidedBy === undefined) return 'default'
  const { action, path } = decidedBy
  const share = shareIdAt(path)
  if (share !== undefined) return `share ${share}`
  // A personal tunnel's policy stands nowhere.
  if (policyAt === undefined) return `${action} owner`
  const known = places.get(policyAt) ?? new WeakMap<object, string>()
  const place = known.get(path) ?? publication.placeOf?.([...policyAt, ...path]) ?? ''
  places.set(policyAt, known.set(path, place))
  return place === '' ? action : `${action} ${place}`
}
