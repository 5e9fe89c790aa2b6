import { referenceOf } from '../attempts/attempts.ts'
import { enumOf } from '../../proto/codec.ts'
import type { envoy } from '../../proto/envoy.d.ts'
import { struct, type JsonObject } from '../../proto/struct.ts'
import { challengeHeader, dpopChallengeHeader, type Challenge } from '../mcp/challenge.ts'
import { rpcErrorBody, type RpcError } from '../mcp/refusal.ts'
import { DPOP_ALGORITHMS } from '../oauth/support.ts'
import {
  CLUSTER_HEADER,
  HOLD_KEY,
  HOLD_YES,
  HOLDS_SLOT_KEY,
  INSPECT_ANSWER,
  INSPECT_KEY,
  INSPECT_SESSION,
} from '../xds/names.ts'
import { encodeAnswerFacts } from './answer-facts.ts'
import type { Judged } from './record.ts'
import type { GatewayRequest } from './gateway-request.ts'
import type { Allow, Verdict } from './verdict.ts'

type CheckResponse = envoy.service.auth.v3.CheckResponse
type HeaderValueOption = envoy.config.core.v3.HeaderValueOption

const AppendAction = enumOf('envoy.config.core.v3.HeaderValueOption.HeaderAppendAction')
const GRPC_OK = 0
const GRPC_PERMISSION_DENIED = 7

/** Headers of the client that never reach an upstream, whatever the verdict says. */
const ALWAYS_REMOVED = [
  'authorization',
  'dpop',
  'proxy-authorization',
  'cookie',
  'origin',
  'x-pomerium-authorization',
  // Frameworks let these replace the method and the path that were authorised.
  'x-http-method',
  'x-http-method-override',
  'x-method-override',
  'x-original-url',
  'x-rewrite-url',
]

/** `facts` become dynamic metadata: what the access log, the local replies and the response side learn of a decision. */
export function encodeVerdict(
  { verdict, readableBy }: Pick<Judged, 'verdict' | 'readableBy'>,
  request: GatewayRequest,
  facts: JsonObject,
): CheckResponse {
  const cors = corsHeaders(readableBy)
  // Only what is there: a dozen names that are not would cost both sides on every call.
  const removed = ALWAYS_REMOVED.filter((name) => request.headers.has(name))
  if (verdict.kind === 'allow') return allow(verdict, { cors, removed, facts })
  const { status, headers, body } = answerOf(verdict, request)
  return {
    status: { code: GRPC_PERMISSION_DENIED },
    dynamic_metadata: struct({ ...facts, decision: 'deny' }),
    denied_response: { status: { code: status as HttpCode }, headers: [...headers, ...cors], body },
  }
}

type HttpCode = NonNullable<NonNullable<envoy.type.v3.HttpStatus>['code']>

function allow(
  verdict: Allow,
  context: {
    readonly cors: readonly HeaderValueOption[]
    readonly removed: readonly string[]
    readonly facts: JsonObject
  },
): CheckResponse {
  const { cors, removed, facts } = context
  const { session, seal, expiresInMs, rpcId, upstreamToken, holdsSlot } = verdict
  const headers = [set(CLUSTER_HEADER, verdict.cluster)]
  for (const { name, value } of verdict.upstreamHeaders) headers.push(set(name, value.reveal()))
  // Envoy removes after it has set.
  const isSet = (name: string): boolean => verdict.upstreamHeaders.some((header) => header.name === name)
  if (verdict.prefix !== '') headers.push(set('x-forwarded-prefix', verdict.prefix))
  if (session !== undefined) headers.push(set('mcp-session-id', session.upstreamId))
  if (expiresInMs !== undefined) headers.push(set('x-envoy-upstream-rq-timeout-ms', String(Math.ceil(expiresInMs))))
  const answers = session === undefined ? [] : [replace('mcp-session-id', session.sealedId)]
  const ours = Object.entries(verdict.answerHeaders ?? {}).map(([name, value]) => set(name, value))
  return {
    status: { code: GRPC_OK },
    dynamic_metadata: struct({
      ...facts,
      decision: 'allow',
      ...(rpcId === undefined ? {} : { rpc_id: rpcId }),
      ...(holdsSlot ? { [HOLDS_SLOT_KEY]: true } : {}),
      ...(upstreamToken === undefined
        ? {}
        : { upstream_token: { user: upstreamToken.userId, generation: upstreamToken.generation } }),
      ...(seal === undefined
        ? {}
        : {
            [INSPECT_KEY]: INSPECT_SESSION,
            seal: { user: seal.userId, client: seal.clientId, connector: seal.connectorId, tasks: seal.mayMakeTasks },
          }),
      ...(verdict.facts === undefined ? {} : { call: encodeAnswerFacts(verdict.facts) }),
      ...(verdict.inspect ? { [INSPECT_KEY]: INSPECT_ANSWER } : {}),
      ...(verdict.hold ? { [HOLD_KEY]: HOLD_YES } : {}),
    }),
    ok_response: {
      headers,
      headers_to_remove: [...removed, ...verdict.removeHeaders].filter((name) => !isSet(name)),
      response_headers_to_add: [...answers, ...cors, ...ours],
    },
  }
}

interface Answer {
  readonly status: number
  readonly headers: readonly HeaderValueOption[]
  readonly body: string
}

function answerOf(verdict: Exclude<Verdict, Allow>, request: GatewayRequest): Answer {
  switch (verdict.kind) {
    case 'challenge': {
      const isStepUp = verdict.challenge.error === 'insufficient_scope'
      const body = JSON.stringify({
        error: verdict.challenge.error ?? 'unauthorized',
        message: isStepUp ? 'This needs another permission: authorize again' : 'Sign in to use this tunnel',
        reference: referenceOf(request.id),
      })
      return {
        status: isStepUp ? 403 : 401,
        headers: [JSON_TYPE, NO_STORE, ...challengeHeaders(verdict.challenge)],
        body,
      }
    }
    case 'refuse':
      return {
        status: verdict.status,
        headers: [JSON_TYPE, NO_STORE, ...retryHeaders(verdict.retryAfterMs)],
        body: rpcErrorBody(verdict.rpcId, withReference(verdict.error, request)),
      }
    case 'refuse_plain':
      return {
        status: verdict.status,
        headers: [TEXT_TYPE, NO_STORE],
        body: `${verdict.message}\nReference: ${referenceOf(request.id)}\n`,
      }
    case 'preflight':
      return { status: 204, headers: preflightHeaders(request), body: '' }
  }
}

/** Whole seconds (RFC 9110 §10.2.3), never too early. */
const retryHeaders = (afterMs: number | undefined): readonly HeaderValueOption[] =>
  afterMs === undefined ? [] : [set('retry-after', String(Math.ceil(afterMs / 1000)))]

/** By which a person finds, on a page of ours, where their client stopped and why. */
const withReference = (error: RpcError, request: GatewayRequest): RpcError => ({
  ...error,
  data: { ...error.data, reference: referenceOf(request.id) },
})

function challengeHeaders(challenge: Challenge): readonly HeaderValueOption[] {
  const bearer = set('www-authenticate', challengeHeader(challenge))
  if (challenge.dpop === undefined) return [bearer]
  const { error, nonce } = challenge.dpop
  const value = dpopChallengeHeader(error, DPOP_ALGORITHMS)
  const second = {
    header: { key: 'www-authenticate', value },
    append_action: AppendAction.APPEND_IF_EXISTS_OR_ADD,
  }
  return [bearer, second, set('dpop-nonce', nonce)]
}

/** Naming the origin lets that page, and only that page, read the answer. */
function corsHeaders(origin: string | undefined): readonly HeaderValueOption[] {
  if (origin === undefined) return []
  return [
    set('access-control-allow-origin', origin),
    set(
      'access-control-expose-headers',
      'WWW-Authenticate, Retry-After, DPoP-Nonce, Mcp-Session-Id, MCP-Protocol-Version',
    ),
    set('vary', 'Origin'),
  ]
}

function preflightHeaders(request: GatewayRequest): readonly HeaderValueOption[] {
  const wanted = request.headers.get('access-control-request-headers')
  return [
    set('access-control-allow-methods', 'GET, POST, DELETE, OPTIONS'),
    // "*" does not cover Authorization, so the wanted names are repeated; the values are judged later anyway.
    ...(wanted === undefined ? [] : [set('access-control-allow-headers', wanted)]),
    set('access-control-max-age', '600'),
  ]
}

function set(key: string, value: string): HeaderValueOption {
  return { header: { key, value }, append_action: AppendAction.OVERWRITE_IF_EXISTS_OR_ADD }
}

function replace(key: string, value: string): HeaderValueOption {
  return { header: { key, value }, append_action: AppendAction.OVERWRITE_IF_EXISTS }
}

const JSON_TYPE = set('content-type', 'application/json')
const TEXT_TYPE = set('content-type', 'text/plain; charset=utf-8')
const NO_STORE = set('cache-control', 'no-store')
