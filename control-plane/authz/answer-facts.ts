import type { JsonObject } from '../../proto/struct.ts'
import { isRecord } from '../kernel/record.ts'
import type { RequestId } from '../mcp/message.ts'
import type { ClientCertificate } from '../policy/input.ts'

/**
 * What the response side must know of a call to judge its answer. It travels as the verdict's dynamic metadata, so that
 * any process can inspect any answer, without asking who called a second time.
 */
export interface AnswerFacts {
  readonly requestId: string
  readonly route: string
  readonly rpcId: RequestId | undefined
  readonly httpMethod: string
  readonly path: string
  readonly clientAddress: string
  readonly certificate: ClientCertificate | undefined
  /** Of JSON-RPC; undefined for GET. */
  readonly method: string | undefined
  /** Tool, resource, prompt or task. */
  readonly subject: string | undefined
  readonly caller: FactsCaller | undefined
}

interface FactsCaller {
  readonly userId: string
  readonly clientId: string
  readonly scopes: readonly string[]
  readonly grantId: string
  /** Of the token. */
  readonly expiresAtMs: number
}

/** The part that is not on every verdict already. */
export const encodeAnswerFacts = (facts: Omit<AnswerFacts, 'requestId' | 'route' | 'rpcId'>): JsonObject => ({
  http_method: facts.httpMethod,
  path: facts.path,
  address: facts.clientAddress,
  ...(facts.certificate === undefined ? {} : { certificate: { ...facts.certificate } }),
  ...(facts.method === undefined ? {} : { method: facts.method }),
  ...(facts.subject === undefined ? {} : { subject: facts.subject }),
  ...(facts.caller === undefined
    ? {}
    : {
        user: facts.caller.userId,
        client: facts.caller.clientId,
        scopes: facts.caller.scopes,
        grant: facts.caller.grantId,
        expires_at_ms: facts.caller.expiresAtMs,
      }),
})

/** Throws where something is missing: Envoy then fails the answer. */
export function decodeAnswerFacts(verdict: JsonObject): AnswerFacts {
  const { call, rpc_id: rpcId } = verdict
  if (!isRecord(call)) throw new Error('An inspected answer without facts about its call')
  const { method, subject } = call
  return {
    requestId: textIn(verdict, 'request_id'),
    route: textIn(verdict, 'route'),
    rpcId: typeof rpcId === 'string' || typeof rpcId === 'number' ? rpcId : undefined,
    httpMethod: textIn(call, 'http_method'),
    path: textIn(call, 'path'),
    clientAddress: textIn(call, 'address'),
    certificate: certificateIn(call['certificate']),
    method: typeof method === 'string' ? method : undefined,
    subject: typeof subject === 'string' ? subject : undefined,
    caller: call['user'] === undefined ? undefined : callerIn(call),
  }
}

function certificateIn(written: unknown): ClientCertificate | undefined {
  if (!isRecord(written)) return undefined
  const names = (kind: keyof ClientCertificate): readonly string[] => {
    const list = written[kind]
    return Array.isArray(list) ? list.filter((name) => typeof name === 'string') : []
  }
  return {
    fingerprint: textIn(written, 'fingerprint'),
    spkiHash: textIn(written, 'spkiHash'),
    emails: names('emails'),
    dnsNames: names('dnsNames'),
    uris: names('uris'),
  }
}

function callerIn(call: Readonly<Record<string, unknown>>): FactsCaller {
  const { scopes, expires_at_ms: expiresAtMs } = call
  if (!Array.isArray(scopes) || typeof expiresAtMs !== 'number') throw new Error('A call without its caller’s rights')
  return {
    userId: textIn(call, 'user'),
    clientId: textIn(call, 'client'),
    scopes: scopes.filter((scope) => typeof scope === 'string'),
    grantId: textIn(call, 'grant'),
    expiresAtMs,
  }
}

export function textIn(facts: Readonly<Record<string, unknown>>, name: string): string {
  const value = facts[name]
  if (typeof value !== 'string') throw new Error(`An inspected answer without "${name}" in its facts`)
  return value
}
