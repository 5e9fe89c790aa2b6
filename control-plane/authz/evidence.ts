import { hash } from 'node:crypto'

import type { CallDecided } from '../audit/event.ts'
import { DEFAULT_ARGUMENT_MODE, recordArguments } from '../audit/recorded-arguments.ts'
import type { Decision } from '../policy/decide.ts'
import type { Publication, Route } from '../routes/publication.ts'

/** What a record is completed from when Envoy has its answer: nobody waits for hashes. */
export interface Evidence {
  readonly publication: Publication
  readonly route: Route
  /** Undefined where the policy was not asked. */
  readonly decision: Decision | undefined
  readonly arguments: Readonly<Record<string, unknown>> | undefined
  /** As the client sent it. */
  readonly sealedSession: string | undefined
}

export function withEvidence(event: CallDecided, evidence: Evidence): CallDecided {
  const { publication, route, decision, sealedSession } = evidence
  const mode = route.recordArguments ?? publication.recordArguments ?? DEFAULT_ARGUMENT_MODE
  return {
    ...event,
    arguments: recordArguments(evidence.arguments, mode),
    rule: decision && ruleOf(decision, route, publication),
    session: sealedSession && sessionReference(sealedSession),
  }
}

/** One session has one sealed id, and this is a hash of it: it joins records and opens nothing. */
export const sessionReference = (sealedId: string): string => `ses_${hash('sha256', sealedId).slice(0, 16)}`

/** By block: where it stands takes a walk through the document. */
const places = new WeakMap<object, string>()

function ruleOf({ decidedBy }: Decision, { policyAt }: Route, publication: Publication): string {
  if (decidedBy === undefined) return 'default'
  const { action, path } = decidedBy
  // A personal tunnel's policy stands nowhere.
  if (policyAt === undefined) return `${action} owner`
  const known = places.get(path)
  const place = known ?? publication.placeOf?.([...policyAt, ...path]) ?? ''
  if (known === undefined) places.set(path, place)
  return place === '' ? action : `${action} ${place}`
}
