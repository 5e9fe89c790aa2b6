import { LIST_METHODS } from '../mcp/list-answer.ts'
import { hides, mayMeet } from '../policy/decide.ts'
import { NOTHING_NAMED, type PolicyInput } from '../policy/input.ts'
import { watchesTools, type Route } from '../routes/publication.ts'

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
  const lists = isStream ? LIST_METHODS : LIST_METHODS.filter((list) => list === method)
  if (lists.includes('tools/list') && watchesTools({ policy, rules })) return true
  return lists.some((list) => hides(policy, { ...input, mcp: { ...NOTHING_NAMED, method: list } }))
}

/** Whether a person has to allow the call. What could be read in two ways is asked about. */
export function needsApproval({ rules: { approval } }: Route, input: PolicyInput): boolean {
  if (approval === undefined || input.mcp.method !== 'tools/call') return false
  return mayMeet(approval.when, input)
}
