import { isKnownMethod } from './mcp-methods.ts'

/** Who asks, as far as it was proven. Undefined in an input means nobody: no session, no token. */
export interface PolicyCaller {
  readonly userId: string
  readonly email: string
  readonly clientId: string
  readonly scopes: readonly string[]
  /** Values by claim name, as the identity provider gave them. */
  readonly claims: Readonly<Record<string, readonly string[]>>
}

/** A person without a client: may they ever, may they serve this, may they decide about that? */
export const callerWithoutClient = ({
  id,
  email,
  claims,
}: Pick<PolicyCaller, 'email' | 'claims'> & { readonly id: string }): PolicyCaller => ({
  userId: id,
  email,
  clientId: '',
  scopes: [],
  claims,
})

/** Everything a policy may look at. Plain data, so that a decision can be repeated and explained later. */
export interface PolicyInput {
  readonly caller: PolicyCaller | undefined
  /** Undefined where there is no request yet: may this person ever, may they serve this route? */
  readonly http: PolicyHttp | undefined
  readonly mcp: PolicyMcp
  /** Of who wants to serve a route over SSH; never there for a call. */
  readonly ssh?: PolicySsh | undefined
  readonly atMs: number
}

export interface PolicyHttp {
  readonly method: string
  /** As Envoy normalised it, without the query. */
  readonly path: string
  readonly clientAddress: string
  /** Undefined where the client presented none: one that is not valid gets no connection. */
  readonly certificate?: ClientCertificate | undefined
}

/** Of a client that has proven its key, signed by an authority that the configuration names. */
export interface ClientCertificate {
  /** SHA-256 of the certificate, 64 hex digits. */
  readonly fingerprint: string
  /** SHA-256 of its public key, base64. */
  readonly spkiHash: string
  /** Subject alternative names. */
  readonly emails: readonly string[]
  readonly dnsNames: readonly string[]
  readonly uris: readonly string[]
}

export interface PolicySsh {
  /** Before the `@` of `ssh ann@HOST`. Chosen by the client: proves nothing by itself. */
  readonly username: string
  /** The proven key's blob (RFC 4253 §6.6), base64; undefined for who signed in by a link without a key. */
  readonly publicKey: string | undefined
}

/** Hints of a tool's definition (MCP 2025-06-18, ToolAnnotations), from the catalogue that was recorded. */
export interface ToolAnnotations {
  readonly readOnlyHint?: boolean | undefined
  readonly destructiveHint?: boolean | undefined
  readonly idempotentHint?: boolean | undefined
  readonly openWorldHint?: boolean | undefined
}

/** What is undefined is not named by this message, or cannot be told. */
export interface PolicyMcp {
  /** JSON-RPC method; undefined for GET, DELETE and a client's answer to a server's request. */
  readonly method: string | undefined
  /** Set for `tools/call` only, and then always: a call without a name never gets this far. */
  readonly tool: string | undefined
  /** URI of `resources/read`, `resources/subscribe` and `resources/unsubscribe`. */
  readonly resource: string | undefined
  /** RFC 6570, where a message or a list names many resources in one. */
  readonly resourceTemplate?: string | undefined
  /** Of `prompts/get`, and of a completion for one. */
  readonly prompt: string | undefined
  /**
   * Of `tools/call` and `prompts/get`; empty where the message has none. Undefined beside these methods means that they are
   * not known yet: what a list may show is asked before there is a call.
   */
  readonly arguments: Readonly<Record<string, unknown>> | undefined
  /** Of the tool; undefined where the catalogue does not know it. */
  readonly annotations?: ToolAnnotations | undefined
}

export const NOTHING_NAMED: PolicyMcp = {
  method: undefined,
  tool: undefined,
  resource: undefined,
  prompt: undefined,
  arguments: undefined,
}

/** Methods that act on one thing, and what it is. Without its name the question is about any of them. */
const NAMING: Readonly<Record<string, 'tool' | 'resource' | 'prompt'>> = {
  'tools/call': 'tool',
  'resources/read': 'resource',
  'resources/subscribe': 'resource',
  'resources/unsubscribe': 'resource',
  'prompts/get': 'prompt',
}

/** What kind of thing this message acts on, whether it names one or not; undefined for lists and the like. */
export function kindOf({
  method,
  tool,
  resource,
  resourceTemplate,
  prompt,
}: PolicyMcp): 'tool' | 'resource' | 'prompt' | undefined {
  if (tool !== undefined) return 'tool'
  if (resource !== undefined || resourceTemplate !== undefined) return 'resource'
  if (prompt !== undefined) return 'prompt'
  return method !== undefined && Object.hasOwn(NAMING, method) ? NAMING[method] : undefined
}

/** Whether the message says on which thing it acts. */
export const namesSomething = ({ tool, resource, prompt }: PolicyMcp): boolean =>
  tool !== undefined || resource !== undefined || prompt !== undefined

/**
 * What a criterion on a name says of a message that has none. A method that is not known here may act on anything, under
 * whatever key, so it is neither let pass by an allow nor overlooked by a deny.
 */
export const unnamed = ({ method }: PolicyMcp): 'open' | 'unclear' =>
  method === undefined || isKnownMethod(method) ? 'open' : 'unclear'
