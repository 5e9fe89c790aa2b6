import { err, ok, type Result } from '../kernel/result.ts'
import type { Criterion } from './criterion.ts'
import type { PolicyProblem } from './problem.ts'

/** RFC 6749 §3.3: what a scope may be called. */
const SCOPE = /^[\x21\x23-\x5b\x5d-\x7e]+$/

/**
 * `oauth_scope: NAME` or a list of which all are needed. A scope can be asked for, so a method that names no tool is let
 * pass without it: the call that needs it gets the step-up.
 */
export function parseOAuthScope(data: unknown): Result<Criterion, readonly PolicyProblem[]> {
  const scopes = scopesIn(data)
  if (scopes === undefined) {
    return err([
      { path: [], message: 'Expected the name of a scope, or a list of names', hint: 'such as "tools:write"' },
    ])
  }
  return ok((input) => {
    if (scopes.every((scope) => input.caller?.scopes.includes(scope))) return { truth: 'yes', reason: 'oauth-scope-ok' }
    const isOpen = input.caller !== undefined && input.mcp.tool === undefined
    return { truth: isOpen ? 'open' : 'no', reason: 'oauth-scope-missing' }
  })
}

/** The scopes that one criterion of a block names; none for other criteria. */
export const scopesNamedBy = (criterion: unknown): readonly string[] =>
  typeof criterion === 'object' && criterion !== null && 'oauth_scope' in criterion
    ? (scopesIn(criterion.oauth_scope) ?? [])
    : []

function scopesIn(data: unknown): readonly string[] | undefined {
  const scopes: readonly unknown[] = Array.isArray(data) ? data : [data]
  const areNames = scopes.length > 0 && scopes.every((scope) => typeof scope === 'string' && SCOPE.test(scope))
  return areNames ? (scopes as readonly string[]) : undefined
}
