import type { Challenge } from '../mcp/challenge.ts'
import type { RequestId } from '../mcp/message.ts'
import type { RpcError } from '../mcp/refusal.ts'
import type { SessionBinding, UpstreamSession } from '../mcp/session-seal.ts'
import type { UpstreamHeader } from '../routes/upstream-side.ts'
import type { AnswerFacts } from './answer-facts.ts'

/** Where an allowed request goes, and as what. */
export interface Allow {
  readonly kind: 'allow'
  readonly cluster: string
  readonly rpcId: RequestId | undefined
  /** Removed by Envoy before the upstream sees the path; the upstream learns it as `X-Forwarded-Prefix`. */
  readonly prefix: string
  /** Client headers that must not travel on, beyond those that Envoy always removes. */
  readonly removeHeaders: readonly string[]
  /** What the route adds on the way up, in the place of whatever the client sent under these names. */
  readonly upstreamHeaders: readonly UpstreamHeader[]
  /** Set on the answer, in the place of whatever the upstream sends under these names. */
  readonly answerHeaders?: Readonly<Record<string, string>>
  /** The upstream's own session id in the request, and the sealed one that its answers must carry instead. */
  readonly session: { readonly upstreamId: string; readonly sealedId: string } | undefined
  /** Set for `initialize`: the answer's session id is to be sealed with this. */
  readonly seal: (SessionBinding & Pick<UpstreamSession, 'connectorId' | 'mayMakeTasks'>) | undefined
  /** For whoever sees the call after the verdict: undefined where nobody does. */
  readonly facts: Omit<AnswerFacts, 'requestId' | 'route' | 'rpcId'> | undefined
  /** The response side must read the answer. */
  readonly inspect: boolean
  /** The call waits for a person before it goes anywhere. */
  readonly hold: boolean
  /** Whose token of the upstream's own goes up, and which: what the upstream says about it comes back under this. */
  readonly upstreamToken: { readonly userId: string; readonly generation: string } | undefined
  /** The call counts among those at the same time, until its answer has ended. */
  readonly holdsSlot: boolean
  /** The token's remaining life; the response is ended with it. Undefined for a request without a token. */
  readonly expiresInMs: number | undefined
}

/** A JSON-RPC error; status 200 where the message has an id to answer to. */
export interface Refuse {
  readonly kind: 'refuse'
  readonly status: number
  readonly rpcId: RequestId | undefined
  readonly error: RpcError
  /** Why, where it was not the policy. */
  readonly outcome?: 'not_found' | 'offline'
  /** When to try again. */
  readonly retryAfterMs?: number
}

/** The same for requests that carry no JSON-RPC message. */
export interface RefusePlain {
  readonly kind: 'refuse_plain'
  readonly status: number
  readonly message: string
  readonly outcome?: 'not_found' | 'offline'
}

/** How the authorizer answers; everything but `allow` is answered by us. */
export type Verdict =
  | Allow
  | Refuse
  | RefusePlain
  | { readonly kind: 'challenge'; readonly challenge: Challenge }
  | { readonly kind: 'preflight' }
