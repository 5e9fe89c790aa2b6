import { LIST_KIND } from '../mcp/list-answer.ts'
import { hides, mayMeet } from '../policy/decide.ts'
import { NOTHING_NAMED, type PolicyInput } from '../policy/input.ts'
import { watchesTools, type Route } from '../routes/publication.ts'

/** The method by which a caller uses what a list shows. */
export const METHOD_OF_LISTED = {
  tools: 'tools/call',
  prompts: 'prompts/get',
  resources: 'resources/read',
  resourceTemplates: 'resources/read',
} as const

/**
 * Whether the response side must read the answer. Most answers pass untouched: reading one costs about as much as
 * judging its request.
 */
export function needsInspection({ policy, rules }: Route, input: PolicyInput): boolean {
  const { redact, maxResponseBytes, serverRequests } = rules
  if (redact !== undefined || maxResponseBytes !== undefined || serverRequests !== undefined) return true
  // Clients take an answer from whatever stream it comes on: a list that came with a tool's result would be pinned by nobody.
  if (rules.tools.changes === 'block') return true
  const { method } = input.mcp
  // The answer to a list may come on the stream that a client resumes.
  const isStream = input.http?.method === 'GET'
  const kind = method === undefined || !Object.hasOwn(LIST_KIND, method) ? undefined : LIST_KIND[method]
  if (kind === undefined && !isStream) return false
  if ((isStream || kind === 'tools') && watchesTools({ policy, rules })) return true
  const methods = kind === undefined ? new Set(Object.values(METHOD_OF_LISTED)) : [METHOD_OF_LISTED[kind]]
  return [...methods].some((each) => hides(policy, { ...input, mcp: { ...NOTHING_NAMED, method: each } }))
}

/** Whether a person has to allow the call. What could be read in two ways is asked about. */
export function needsApproval({ rules: { approval } }: Route, input: PolicyInput): boolean {
  if (approval === undefined || input.mcp.method !== 'tools/call') return false
  return mayMeet(approval.when, input)
}
