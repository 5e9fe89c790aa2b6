import type { CallRecord } from './call-record.ts'

/** A record as others read it: in lines of JSON, and from the command line. What is unknown is left out. */
export function lineOf(record: CallRecord): Readonly<Record<string, unknown>> {
  const { caller, trace, outcome, arguments: given } = record
  const fields = {
    time: new Date(record.atMs).toISOString(),
    request_id: record.requestId,
    trace_id: trace?.traceId,
    verdict: record.verdict,
    rule: record.rule,
    reasons: record.reasons,
    approval: outcome.approval,
    route: record.route,
    user: caller?.userId,
    email: caller?.email,
    client: caller?.clientId,
    grant: caller?.grantId,
    scopes: caller?.scopes,
    address: record.clientAddress,
    session: record.session,
    era: record.era,
    http_method: record.httpMethod,
    path: record.path,
    method: record.method,
    tool: record.tool,
    resource: record.resource,
    prompt: record.prompt,
    arguments: given,
    request_bytes: record.requestBytes,
    status: outcome.httpStatus,
    is_error: outcome.isError,
    ms: outcome.durationMs,
    bytes_in: outcome.bytesIn,
    bytes_out: outcome.bytesOut,
    flags: outcome.flags,
  }
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined && value !== ''))
}
