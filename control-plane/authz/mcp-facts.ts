import { isRecord } from '../kernel/record.ts'
import { subjectOf, type Message } from '../mcp/message.ts'
import { NOTHING_NAMED, type PolicyMcp } from '../policy/input.ts'

const RESOURCE_METHODS = new Set(['resources/read', 'resources/subscribe', 'resources/unsubscribe'])

/** What a policy may look at of a message: read once, from the bytes that are forwarded, but for the hints, which the request cannot say. */
export function mcpFactsOf(
  message: Message | undefined,
  hintsOf: (tool: string) => PolicyMcp['annotations'],
): PolicyMcp {
  if (message === undefined || message.kind === 'response') return NOTHING_NAMED
  const { method, params } = message
  const subject = subjectOf(message)
  const given = params['arguments']
  const takesArguments = method === 'tools/call' || method === 'prompts/get'
  return {
    method,
    tool: method === 'tools/call' ? subject : undefined,
    annotations: method === 'tools/call' && subject !== undefined ? hintsOf(subject) : undefined,
    resource: RESOURCE_METHODS.has(method) ? subject : undefined,
    prompt: method === 'prompts/get' ? subject : undefined,
    arguments: takesArguments ? (isRecord(given) ? given : {}) : undefined,
  }
}
