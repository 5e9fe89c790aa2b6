/** What rules say of a message that does not name, or not clearly, what they are about. */
import { expect, test } from 'vitest'

import { compilePolicy } from './compile.ts'
import { isWithinCost } from './cel-cost.ts'
import { decide, hides, reasonsFor } from './decide.ts'
import { inputOf } from './hypothetical.ts'
import { NOTHING_NAMED, type PolicyInput } from './input.ts'
import { isPathWithin } from './path-within.ts'
import { allOf, anyOf } from './truth.ts'

function policyOf(data: unknown) {
  const policy = compilePolicy(data)
  if (!policy.ok) throw new Error(JSON.stringify(policy.error))
  return policy.value
}
const ann = { id: 'usr_ann', email: 'ann@example.com' }
const asked = (mcp: Partial<PolicyInput['mcp']>, more: Partial<PolicyInput> = {}): PolicyInput => ({
  ...inputOf({ user: ann }, 0),
  mcp: { ...NOTHING_NAMED, ...mcp },
  ...more,
})
const admits = (criterion: object, input: PolicyInput): boolean =>
  decide(policyOf({ allow: { and: [criterion] } }), input).allowed
const denies = (criterion: object, input: PolicyInput): boolean =>
  !decide(policyOf([{ allow: { and: [{ accept: true }] } }, { deny: { or: [criterion] } }]), input).allowed
function reasonsOf(criterion: object, input: PolicyInput): readonly string[] {
  const policy = policyOf({ allow: { and: [criterion] } })
  return reasonsFor(policy, decide(policy, input))
}

test.each([{ mcp_tool: 'read' }, { 'mcp_argument/x': 1 }, { mcp_resource: 'file:///a' }, { mcp_prompt: 'p' }])(
  'a method that nobody knows may act on anything: %j neither admits it nor fails to deny it',
  (criterion) => {
    expect(admits(criterion, asked({ method: 'vendor/run' }))).toBe(false)
    expect(denies(criterion, asked({ method: 'vendor/run' }))).toBe(true)
    expect(admits(criterion, asked({ method: 'notifications/vendor' }))).toBe(true)
  },
)

test('a list operator on what is no list is neither, and `is` is the bare value', () => {
  const call = (x: unknown) => asked({ method: 'tools/call', tool: 't', arguments: { x } })

  expect(admits({ 'mcp_argument/x': { has: 'a' } }, call('a'))).toBe(false)
  expect(denies({ 'mcp_argument/x': { has: 'a' } }, call('a'))).toBe(true)
  expect(admits({ 'mcp_argument/x': { is: 5 } }, call(5))).toBe(true)
  expect(admits({ 'mcp_argument/x': { starts_with: 'a' } }, call([]))).toBe(false)
})

test('a URI that can be read in two ways is neither admitted nor overlooked', () => {
  const read = asked({ method: 'resources/read', resource: 'file:///srv/a%00' })

  expect(admits({ mcp_resource: 'file:///srv/**' }, read)).toBe(false)
  expect(denies({ mcp_resource: 'file:///srv/**' }, read)).toBe(true)
  expect(reasonsOf({ mcp_resource: 'file:///srv/**' }, read)).toEqual(['no-allow', 'mcp-resource-unclear'])
})

test('before there is a request, what it would come by is open', () => {
  const question = asked({}, { http: undefined })

  expect(admits({ http_method: 'POST' }, question)).toBe(true)
  expect(reasonsOf({ source_ip: '10.0.0.0/8' }, question)).toEqual(['source-ip-not-known'])
  expect(reasonsOf({ http_method: 'GET' }, asked({}))).toEqual(['no-allow', 'http-method-unauthorized'])
  expect(reasonsOf({ http_path: { not: '/admin' } }, asked({}))).toEqual(['http-path-ok'])
})

test('an expression finds empty texts where a message names nothing of the kind', () => {
  expect(admits({ cel: 'method == ""' }, asked({}))).toBe(true)
  expect(
    admits({ cel: 'prompt == "" && resource == ""' }, asked({ method: 'tools/call', tool: 't', arguments: {} })),
  ).toBe(true)
  expect(admits({ cel: 'user.domain == ""' }, { ...asked({}), ...inputOf({ user: { id: 'cli_ci' } }, 0) })).toBe(true)
  expect(admits({ cel: 'args[tool] == "x"' }, asked({ method: 'tools/call', tool: 'a', arguments: { a: 'x' } }))).toBe(
    true,
  )
})

test('arguments are never looked at by loops that are deeper than any that loads', () => {
  const expression = {
    variables: new Set<string>(),
    argumentNames: undefined,
    claimNames: new Set<string>(),
    keys: new Set<string>(),
    comparesTexts: false,
    matches: [],
    patterns: [],
  }

  expect(isWithinCost({}, { ...expression, nestedLoops: 2 })).toBe(true)
  expect(isWithinCost({}, { ...expression, nestedLoops: 3 })).toBe(false)
})

test('a folder that can be read in two ways holds nothing for certain, and the root everything', () => {
  expect(isPathWithin('/srv/a', '..')).toBeUndefined()
  expect(isPathWithin('/srv/a', '/')).toBe(true)
})

test('who serves a route without an account has no address and no claims', () => {
  const serving = asked({}, { caller: undefined, ssh: { username: 'ann', publicKey: undefined } })

  expect(admits({ ssh_username_matches_email: true }, serving)).toBe(false)
  expect(admits({ ssh_username_matches_claim: 'logins' }, serving)).toBe(false)
  expect(admits({ ssh_username: 'ann' }, serving)).toBe(true)
})

test('all scopes of a list are needed', () => {
  const call = asked({ method: 'tools/call', tool: 't', arguments: {} })
  const criterion = { oauth_scope: ['a', 'b'] }
  const withScopes = (...scopes: string[]): PolicyInput => ({
    ...call,
    caller: call.caller && { ...call.caller, scopes },
  })

  expect(admits(criterion, withScopes('a', 'b'))).toBe(true)
  expect(decide(policyOf({ allow: { and: [criterion] } }), withScopes('a')).missingScopes).toEqual(['a', 'b'])
})

test('a question is about what it names, and about a list where it names nothing', () => {
  const methodOf = (question: Parameters<typeof inputOf>[0]): unknown => inputOf(question, 0).mcp.method

  expect(methodOf({ resource: 'file:///a' })).toBe('resources/read')
  expect(methodOf({ prompt: 'p' })).toBe('prompts/get')
  expect(methodOf({})).toBe('tools/list')
  expect(inputOf({ user: { groups: ['staff'] } }, 0).caller?.claims).toEqual({ groups: ['staff'] })
})

test('a stream, of which nobody knows what comes on it, hides what any list would', () => {
  expect(hides(policyOf({ allow: { and: [{ mcp_tool: 'a' }] } }), asked({}))).toBe(true)
})

test.each<[string, number, boolean]>([
  ['12AM', 0, true],
  ['12PM', 12, true],
  ['1PM', 14, false],
])('until %s at %d o’clock: %s', (before, hour, expected) => {
  expect(admits({ time_of_day: { before } }, { ...asked({}), atMs: Date.UTC(2026, 0, 1, hour) })).toBe(expected)
})

test('an expression says in the record whether it held, failed, or was about something else', () => {
  const call = asked({ method: 'tools/call', tool: 'a', arguments: {} })

  expect(reasonsOf({ cel: 'tool == "a"' }, call)).toEqual(['cel-match'])
  expect(reasonsOf({ cel: 'tool == "b"' }, call)).toEqual(['no-allow', 'cel-no-match'])
  expect(reasonsOf({ cel: 'args.n < 5' }, call)).toEqual(['no-allow', 'cel-unclear'])
  expect(reasonsOf({ cel: 'args.n < 5' }, asked({ method: 'tools/list' }))).toEqual(['cel-not-named'])
})

test('a rule about arguments is not about what has none', () => {
  const read = asked({ method: 'resources/read', resource: 'file:///a' })

  expect(admits({ 'mcp_argument/n': 5 }, read)).toBe(false)
  expect(denies({ 'mcp_argument/n': 5 }, read)).toBe(false)
  expect(admits({ cel: 'size(args) == 0' }, read)).toBe(true)
})

test('a group that the configuration defines is only what it says, and `is` asks for this one alone', () => {
  const groups = new Map([['local', new Set(['ann@example.com'])]])
  const allowed = (matcher: object, user: object): boolean => {
    const policy = compilePolicy({ allow: { and: [{ groups: matcher }] } }, { groups, policies: new Map() })
    return policy.ok && decide(policy.value, inputOf({ user }, 0)).allowed
  }

  expect(allowed({ has: 'local' }, ann)).toBe(true)
  expect(allowed({ has: 'local' }, { email: 'bob@example.com', groups: ['local'] })).toBe(false)
  expect(allowed({ exclude: 'local' }, { email: 'bob@example.com' })).toBe(true)
  expect(allowed({ is: 'local' }, ann)).toBe(true)
  expect(allowed({ is: 'local' }, { ...ann, groups: ['staff'] })).toBe(false)
  const inExpression = compilePolicy(
    { allow: { and: [{ cel: '"local" in groups' }] } },
    { groups, policies: new Map() },
  )
  expect(inExpression.ok && decide(inExpression.value, inputOf({ user: ann }, 0)).allowed).toBe(true)
})

test('a scope is not asked for where it would not help', () => {
  const policy = policyOf({ allow: { and: [{ user: 'usr_bob' }, { oauth_scope: 'a' }] } })

  expect(decide(policy, asked({ method: 'tools/call', tool: 't', arguments: {} }))).not.toHaveProperty('missingScopes')
})

test('of criteria that all say no, one is no', () => {
  expect(anyOf(['no', 'no'])).toBe('no')
  expect(allOf(['yes', 'yes'])).toBe('yes')
})

const KEY = 'AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl'
test.each<[object, PolicyInput, string]>([
  [{ email: 'ann@example.com' }, asked({}), 'email-ok'],
  [{ email: 'ann@example.com' }, asked({}, { caller: undefined }), 'user-unauthenticated'],
  [{ user: 'usr_bob' }, asked({}), 'user-unauthorized'],
  [{ ssh_username: 'ann' }, asked({}, { ssh: { username: 'ann', publicKey: KEY } }), 'ssh-username-ok'],
  [{ ssh_publickey: `ssh-ed25519 ${KEY}` }, asked({}), 'ssh-publickey-unauthorized'],
  [{ day_of_week: '*' }, asked({}), 'day-of-week-ok'],
  [{ date: { after: '2026-01-01' } }, asked({}), 'date-unauthorized'],
  [{ 'tool_annotation/readOnlyHint': true }, asked({ method: 'tools/list' }), 'mcp-not-a-tool-call'],
  [{ 'tool_annotation/readOnlyHint': true }, asked({ method: 'tools/call', tool: 'a' }), 'tool-not-in-catalogue'],
  [
    { 'tool_annotation/readOnlyHint': true },
    asked({ method: 'tools/call', tool: 'a', annotations: { readOnlyHint: true } }),
    'tool-annotation-match',
  ],
  [
    { 'tool_annotation/readOnlyHint': true },
    asked({ method: 'tools/call', tool: 'a', annotations: {} }),
    'tool-annotation-no-match',
  ],
  [{ oauth_scope: 'files' }, asked({ method: 'tools/call', tool: 'a' }), 'oauth-scope-missing'],
  [{ oauth_scope: 'mcp' }, asked({}), 'oauth-scope-ok'],
  [{ reject: true }, asked({}), 'reject'],
])('the record says of %j in which words it held or did not: case %#', (criterion, input, reason) => {
  expect(reasonsOf(criterion, input).at(-1)).toBe(reason)
})
