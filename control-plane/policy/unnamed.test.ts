/** What rules say of a message that does not name, or not clearly, what they are about. */
import { expect, test } from 'vitest'

import { compilePolicy } from './compile.ts'
import { isWithinCost } from './cel-cost.ts'
import { decide, hides } from './decide.ts'
import { inputOf } from './hypothetical.ts'
import { NOTHING_NAMED, type PolicyInput } from './input.ts'
import { isPathWithin } from './path-within.ts'

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
const reasonsOf = (criterion: object, input: PolicyInput): readonly string[] =>
  decide(policyOf({ allow: { and: [criterion] } }), input).reasons

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
