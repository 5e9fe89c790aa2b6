import type { CallCompleted, CallDecided, Settlement } from './event.ts'

/** How a call ended, as far as it is known. */
export interface CallOutcome {
  readonly httpStatus?: number
  readonly durationMs?: number
  readonly bytesIn?: number
  readonly bytesOut?: number
  /** Envoy's response flags; empty for an answer like any other. */
  readonly flags?: string
  readonly isError?: boolean
  /** Of a call that waited for a person: `approved usr_…`, `denied usr_…`, `expired`, `gone`, `crowded`. */
  readonly approval?: string
}

/** The one record of a call: what was decided, and how it ended. */
export interface CallRecord extends Omit<CallDecided, 'kind' | 'resource' | 'token' | 'subject' | 'headers'> {
  /** The one of these that the method names. */
  readonly tool: string | undefined
  readonly resource: string | undefined
  readonly prompt: string | undefined
  readonly outcome: CallOutcome
}

export function recordOf(event: CallDecided): CallRecord {
  const { method = '', subject, token, reasons } = event
  return {
    atMs: event.atMs,
    requestId: event.requestId,
    route: event.route,
    path: event.path,
    clientAddress: event.clientAddress,
    caller: event.caller,
    session: event.session,
    era: event.era,
    trace: event.trace,
    httpMethod: event.httpMethod,
    method: event.method,
    tool: method === 'tools/call' ? subject : undefined,
    resource: method.startsWith('resources/') ? subject : undefined,
    prompt: method === 'prompts/get' ? subject : undefined,
    arguments: event.arguments,
    requestBytes: event.requestBytes,
    verdict: event.verdict,
    rule: event.rule,
    // A token that is not good is the reason, where there is one.
    reasons: token === undefined ? reasons : [token.problem, ...reasons],
    outcome: {},
  }
}

export const outcomeOf = ({ httpStatus, durationMs, bytesIn, bytesOut, flags }: CallCompleted): CallOutcome => ({
  httpStatus,
  durationMs,
  bytesIn,
  bytesOut,
  flags,
})

export const approvalOf = (settlement: Settlement): string =>
  'by' in settlement ? `${settlement.kind} ${settlement.by}` : settlement.kind

/** Whether somebody was turned away: such records are the last to be given up. */
export const isDenial = ({ verdict }: Pick<CallRecord, 'verdict'>): boolean =>
  verdict === 'refuse' || verdict === 'challenge'

/** Which calls somebody wants to see. */
export interface CallQuery {
  /** From this time on. */
  readonly sinceMs: number
  readonly route?: string | undefined
  /** Those of the tunnel of this name, with and without a label, and these. */
  readonly routesOf?: { readonly tunnelName: string; readonly routes: readonly string[] } | undefined
  /** Id or address. */
  readonly user?: string | undefined
  readonly denied?: boolean | undefined
  /** At most so many: the newest. */
  readonly limit: number
}

/** Port: records at rest. */
export interface CallStore {
  /** A record with a request id that is there already takes its place. */
  add(records: readonly CallRecord[]): Promise<void>
  /** Adds what has become known to records that are there; others are ignored. */
  complete(outcomes: ReadonlyMap<string, CallOutcome>): Promise<void>
  /** Newest first. */
  list(query: CallQuery): Promise<readonly CallRecord[]>
  /** Oldest first; `after` is the last of the page before. */
  page(from: { readonly sinceMs: number; readonly after?: CallRecord | undefined }): Promise<readonly CallRecord[]>
  /** Removes up to `limit` of the oldest before that time, and says how many. */
  removeBefore(atMs: number, limit: number): Promise<number>
}
