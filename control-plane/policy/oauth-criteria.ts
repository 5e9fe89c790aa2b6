import { err, ok } from '../kernel/result.ts'
import { ofCaller } from './caller-criteria.ts'
import type { ParsedCriterion } from './criterion.ts'
import { namesSomething } from './input.ts'
import type { PolicyProblem } from './problem.ts'
import { parseStringMatcher } from './string-matcher.ts'

/** RFC 6749 §3.3: what a scope may be called. */
const SCOPE = /^[\x21\x23-\x5b\x5d-\x7e]+$/
const HOST = /^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/

/**
 * `oauth_scope: NAME` or a list of which all are needed. A scope can be asked for, so a message that names nothing is let
 * pass without it: the call that needs it gets the step-up.
 */
export function parseOAuthScope(data: unknown): ParsedCriterion {
  const scopes = scopesIn(data)
  if (scopes === undefined) {
    return err([
      { path: [], message: 'Expected the name of a scope, or a list of names', hint: 'such as "tools:write"' },
    ])
  }
  return ok({
    truthOf: ({ caller, mcp }) => {
      if (caller !== undefined && scopes.every((scope) => caller.scopes.includes(scope))) return 'yes'
      return caller !== undefined && !namesSomething(mcp) ? 'open' : 'no'
    },
    reasonOf: (truth) => (truth === 'yes' ? 'oauth-scope-ok' : 'oauth-scope-missing'),
  })
}

/**
 * The client's id, with the string operators, or `{ host: claude.ai }`: the host of an id that is an https URL, where the
 * client's metadata was fetched from, so nobody else can have it. Names are not here: clients choose them.
 */
export function parseOAuthClient(data: unknown): ParsedCriterion {
  const matcher = clientMatcher(data)
  if (!matcher.ok) return matcher
  return ok(ofCaller('oauth-client', ({ caller }) => caller !== undefined && matcher.value(caller.clientId)))
}

function clientMatcher(data: unknown): ReturnType<typeof parseStringMatcher> {
  if (typeof data !== 'object' || data === null || Array.isArray(data)) return parseStringMatcher(data)
  const { host, name, ...rest } = data as Readonly<Record<string, unknown>>
  const problems: PolicyProblem[] = []
  if (name !== undefined) {
    const hint = 'use the client’s id, or "host" for clients with a metadata document'
    problems.push({ path: ['name'], message: 'Clients choose their own names, so a rule cannot rest on one', hint })
  }
  if (host !== undefined && (typeof host !== 'string' || !HOST.test(host))) {
    problems.push({ path: ['host'], message: '"host" needs a host name in lower case', hint: 'such as "claude.ai"' })
  }
  const onId = Object.keys(rest).length === 0 && problems.length + (host === undefined ? 0 : 1) > 0
  const others = onId ? ok((): boolean => true) : parseStringMatcher(rest)
  if (!others.ok) problems.push(...others.error)
  if (!others.ok || problems.length > 0) return err(problems)
  if (typeof host !== 'string') return others
  return ok((id) => hostOf(id) === host && others.value(id))
}

const hostOf: (clientId: string) => string | undefined = (clientId) =>
  clientId.startsWith('https://') && URL.canParse(clientId) ? new URL(clientId).hostname : undefined

/** The scopes that one criterion of a block names; none for other criteria. Its data was read already. */
export const scopesNamedBy = ({ name, data }: { readonly name: string; readonly data: unknown }): readonly string[] =>
  name === 'oauth_scope' ? ([data].flat() as readonly string[]) : []

function scopesIn(data: unknown): readonly string[] | undefined {
  const scopes: readonly unknown[] = Array.isArray(data) ? data : [data]
  const areNames = scopes.length > 0 && scopes.every((scope) => typeof scope === 'string' && SCOPE.test(scope))
  return areNames ? (scopes as readonly string[]) : undefined
}
