import { foldCase } from '../kernel/fold-case.ts'
import { isRecord } from '../kernel/record.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import { parseStrictJson, type JsonProblem } from './strict-json.ts'

export type RequestId = string | number

/** One JSON-RPC 2.0 message, read in exactly one way. */
export type Message =
  | { readonly kind: 'request'; readonly id: RequestId; readonly method: string; readonly params: Params }
  | { readonly kind: 'notification'; readonly method: string; readonly params: Params }
  | { readonly kind: 'response'; readonly id: RequestId }

export type Params = Readonly<Record<string, unknown>>

export type MessageProblem =
  | JsonProblem
  | 'batch'
  | 'not_an_object'
  | 'not_json_rpc'
  | 'case_variant_key'
  | 'bad_id'
  | 'bad_params'
  | 'bad_method'
  | 'missing_subject'
  | 'bad_subject'

/** Keys with a meaning in JSON-RPC and MCP. Some servers read keys without regard to case, so variants are refused. */
export const ENVELOPE_KEYS: ReadonlySet<string> = new Set(['jsonrpc', 'id', 'method', 'params', 'result', 'error'])
const PARAMS_KEYS = new Set([
  'name',
  'uri',
  'arguments',
  '_meta',
  'ref',
  'cursor',
  'taskid',
  'requestid',
  'level',
  'notifications',
  'task',
])
const SPELLING: Readonly<Record<string, string>> = {
  taskid: 'taskId',
  requestid: 'requestId',
  uritemplate: 'uriTemplate',
  resourcetemplates: 'resourceTemplates',
  resourcesubscriptions: 'resourceSubscriptions',
}

/** Compared as they are written: `1.0` is no integer to typed readers, and another id to those that repeat it. */
const ID_KEYS = new Set(['id', 'requestId'])

/** The one parameter that says what a method acts on. Without it such a request cannot be judged, so it is refused. */
const SUBJECT_KEY: Readonly<Record<string, 'name' | 'uri' | 'taskId'>> = {
  'tools/call': 'name',
  'prompts/get': 'name',
  'resources/read': 'uri',
  'resources/subscribe': 'uri',
  'resources/unsubscribe': 'uri',
  'tasks/get': 'taskId',
  'tasks/result': 'taskId',
  'tasks/update': 'taskId',
  'tasks/cancel': 'taskId',
}

/** Further down: of a completion's `ref`, and of what a subscription asks for. */
const REF_KEYS = new Set(['type', 'name', 'uri'])
const LISTEN_KEYS = new Set(['resourcesubscriptions'])
/** Each is judged by itself. */
const MAX_SUBSCRIPTIONS = 100

const TAKES_ARGUMENTS = new Set(['tools/call', 'prompts/get'])

/**
 * 2026-07-28 removed these, and its clients expect the server's own "method not found" for them, with or without a URI.
 * One that names nothing acts on nothing, so it may pass to the server.
 */
const MAY_NAME_NOTHING = new Set(['resources/subscribe', 'resources/unsubscribe'])

export function parseMessage(body: Uint8Array): Result<Message, MessageProblem> {
  const json = parseStrictJson(body, ID_KEYS)
  if (!json.ok) return json
  if (Array.isArray(json.value)) return err('batch')
  if (!isRecord(json.value)) return err('not_an_object')
  const { jsonrpc, id, method, params } = json.value
  if (hasVariantOf(ENVELOPE_KEYS, json.value)) return err('case_variant_key')
  if (jsonrpc !== '2.0') return err('not_json_rpc')
  if (id !== undefined && !isRequestId(id)) return err('bad_id')
  if (method === undefined) return parseResponse(json.value, id)
  if (typeof method !== 'string' || !isPlainMethod(method)) return err('bad_method')
  if ('result' in json.value || 'error' in json.value) return err('not_json_rpc')
  if (params !== undefined && !isRecord(params)) return err('bad_params')
  const named = params ?? {}
  if (hasVariantOf(PARAMS_KEYS, named)) return err('case_variant_key')
  // What is no object here has no names by which a rule could look at it.
  if (TAKES_ARGUMENTS.has(method) && named['arguments'] != null && !isRecord(named['arguments']))
    return err('bad_params')
  // No notification is called like one of these. As one, a call would count under no limit, and nobody would learn of a refusal.
  if (id === undefined && KNOWN_METHODS.has(method)) return err('bad_id')
  const problem = findSubjectProblem(method, named) ?? findReferenceProblem(method, named)
  if (problem !== undefined) return err(problem)
  return ok(
    id === undefined ? { kind: 'notification', method, params: named } : { kind: 'request', id, method, params: named },
  )
}

/** Tool, prompt, resource URI or task; undefined for methods that name none. */
export function subjectOf(message: Message): string | undefined {
  if (message.kind === 'response') return undefined
  const key = SUBJECT_KEY[message.method]
  const subject = key === undefined ? undefined : message.params[key]
  return typeof subject === 'string' ? subject : undefined
}

function parseResponse(envelope: Record<string, unknown>, id: RequestId | undefined): Result<Message, MessageProblem> {
  const answers = 'result' in envelope !== 'error' in envelope
  if (!answers || 'params' in envelope || id === undefined) return err('not_json_rpc')
  return ok({ kind: 'response', id })
}

/**
 * Printable ASCII, and no other spelling of a method that rules know by name: a server that is not exact about methods would
 * act where the policy saw nothing to judge.
 */
function isPlainMethod(method: string): boolean {
  return KNOWN_METHODS.has(method) || (/^[\x21-\x7e]+$/.test(method) && !FOLDED_METHODS.has(foldMethod(method)))
}

const foldMethod = (method: string): string => method.toLowerCase().replaceAll(/[^a-z]/g, '')
/** Further ones that are judged, or whose answers are inspected, by their name. */
const NAMED_METHODS = [
  'tools/list',
  'prompts/list',
  'resources/list',
  'resources/templates/list',
  'completion/complete',
  'subscriptions/listen',
  'initialize',
  'server/discover',
  'logging/setLevel',
]
const KNOWN_METHODS = new Set([...Object.keys(SUBJECT_KEY), ...NAMED_METHODS])
const FOLDED_METHODS = new Set(Array.from(KNOWN_METHODS, foldMethod))

/** MCP forbids a null id; a fraction is allowed by JSON-RPC but rounded by some readers. */
const isRequestId = (id: unknown): id is RequestId =>
  (typeof id === 'string' && isSingular(id)) || (typeof id === 'number' && Number.isSafeInteger(id))

function findSubjectProblem(method: string, params: Params): MessageProblem | undefined {
  const key = SUBJECT_KEY[method]
  if (key === undefined) return undefined
  const subject = params[key]
  if (subject === undefined && MAY_NAME_NOTHING.has(method)) return undefined
  if (typeof subject !== 'string' || subject === '') return 'missing_subject'
  return isSingular(subject) ? undefined : 'bad_subject'
}

/** What a completion is for, or which resources a subscription is about: named further down. */
function findReferenceProblem(method: string, params: Params): MessageProblem | undefined {
  if (method === 'completion/complete') return findRefProblem(params['ref'])
  if (method !== 'subscriptions/listen') return undefined
  const wanted = params['notifications']
  if (wanted === undefined) return undefined
  if (!isRecord(wanted)) return 'bad_params'
  if (hasVariantOf(LISTEN_KEYS, wanted)) return 'case_variant_key'
  const { resourceSubscriptions: uris = [] } = wanted
  if (!Array.isArray(uris) || uris.length > MAX_SUBSCRIPTIONS) return 'bad_params'
  return uris.every((uri: unknown) => typeof uri === 'string' && uri !== '' && isSingular(uri))
    ? undefined
    : 'bad_subject'
}

function findRefProblem(ref: unknown): MessageProblem | undefined {
  if (!isRecord(ref)) return 'missing_subject'
  if (hasVariantOf(REF_KEYS, ref)) return 'case_variant_key'
  const subject = ref['type'] === 'ref/prompt' ? ref['name'] : ref['type'] === 'ref/resource' ? ref['uri'] : undefined
  if (typeof subject !== 'string' || subject === '') return 'missing_subject'
  return isSingular(subject) ? undefined : 'bad_subject'
}

/** No U+0000, where some readers end a name; half a surrogate pair has been refused before. */
const isSingular = (name: string): boolean => !name.includes('\0')

/** Whether a key is one of these to a reader who does not look at case, and something else to one who does. */
export const hasVariantOf = (known: ReadonlySet<string>, record: Record<string, unknown> | Params): boolean =>
  Object.keys(record).some((key) => {
    const folded = foldCase(key)
    return known.has(folded) && key !== (SPELLING[folded] ?? folded)
  })
