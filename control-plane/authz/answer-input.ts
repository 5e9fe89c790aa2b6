import type { Standing } from '../identity/standing.ts'
import type { PolicyInput, PolicyMcp } from '../policy/input.ts'
import type { AnswerFacts } from './answer-facts.ts'

/**
 * What the policy is asked about a call after its verdict: the caller is who they are now. Undefined for somebody whose
 * account has ended meanwhile.
 */
export function inputAfterVerdict(
  facts: AnswerFacts,
  now: { readonly standing: Standing; readonly mcp: PolicyMcp; readonly nowMs: number },
): PolicyInput | undefined {
  const { caller } = facts
  const user = caller && now.standing.findUser(caller.userId)
  if (caller !== undefined && user === undefined) return undefined
  return {
    caller: user &&
      caller && {
        userId: user.id,
        email: user.email,
        clientId: caller.clientId,
        scopes: caller.scopes,
        claims: user.claims,
      },
    http: {
      // What a stream shows is used with a POST, too.
      method: 'POST',
      path: facts.path,
      clientAddress: facts.clientAddress,
      certificate: facts.certificate,
    },
    mcp: now.mcp,
    atMs: now.nowMs,
  }
}
