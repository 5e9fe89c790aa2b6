import { isRecord } from '../kernel/record.ts'
import { subjectOf, type Message, type Params } from '../mcp/message.ts'
import { NOTHING_NAMED, type PolicyMcp } from '../policy/input.ts'

const RESOURCE_METHODS = new Set(['resources/read', 'resources/subscribe', 'resources/unsubscribe'])

/** Asks the catalogue: the request cannot say what a tool is. */
type HintsOf = (tool: string) => PolicyMcp['annotations']

/**
 * What a policy may look at of a message: read once, from the bytes that are forwarded. Several where a message acts on
 * several things; each has to be allowed.
 */
export function mcpFactsOf(message: Message | undefined, hintsOf: HintsOf): readonly [PolicyMcp, ...PolicyMcp[]] {
  if (message === undefined || message.kind === 'response') return [NOTHING_NAMED]
  const { method, params } = message
  const subject = subjectOf(message)
  const facts = { ...NOTHING_NAMED, method }
  if (method === 'tools/call' && subject !== undefined) {
    return [{ ...facts, tool: subject, annotations: hintsOf(subject), arguments: argumentsIn(params) }]
  }
  if (method === 'prompts/get') return [{ ...facts, prompt: subject, arguments: argumentsIn(params) }]
  if (RESOURCE_METHODS.has(method)) return [{ ...facts, resource: subject }]
  if (method === 'completion/complete') return [{ ...facts, ...referenceIn(params) }]
  if (method === 'subscriptions/listen')
    return [facts, ...subscribedIn(params).map((resource) => ({ ...facts, resource }))]
  return [facts]
}

const argumentsIn = ({ arguments: given }: Params): Readonly<Record<string, unknown>> => (isRecord(given) ? given : {})

/** What a completion is for: a prompt, or a resource, mostly as a template. */
function referenceIn({ ref }: Params): Partial<PolicyMcp> {
  const { type, name, uri } = isRecord(ref) ? ref : {}
  if (type === 'ref/prompt' && typeof name === 'string') return { prompt: name }
  if (typeof uri !== 'string') return {}
  return uri.includes('{') ? { resourceTemplate: uri } : { resource: uri }
}

function subscribedIn({ notifications }: Params): readonly string[] {
  const uris = isRecord(notifications) ? notifications['resourceSubscriptions'] : undefined
  return Array.isArray(uris) ? uris.filter((uri) => typeof uri === 'string') : []
}
