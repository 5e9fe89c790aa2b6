import { expect, test } from 'vitest'

import { parseMessage } from '../mcp/message.ts'
import { compilePolicy } from './compile.ts'
import { decide, hides, mayAdmitAnonymous, reasonsFor } from './decide.ts'
import { inputOf } from './hypothetical.ts'
import { NOTHING_NAMED, type PolicyInput, type PolicyMcp } from './input.ts'
import type { Truth } from './truth.ts'

const ANN: PolicyInput['caller'] = {
  userId: 'usr_ann',
  email: 'ann@example.com',
  clientId: 'https://claude.ai/client.json',
  scopes: ['mcp', 'files'],
  claims: { groups: ['staff', 'local'], roles: ['operator'] },
}
const vocabulary = { groups: new Map([['local', new Set(['bob@example.com'])]]), policies: new Map() }

interface Facts {
  readonly caller?: PolicyInput['caller']
  readonly http?: PolicyInput['http']
  readonly mcp?: Partial<PolicyMcp>
}

const input = (facts: Facts): PolicyInput => ({
  caller: 'caller' in facts ? facts.caller : ANN,
  http: 'http' in facts ? facts.http : { method: 'POST', path: '/team/mcp', clientAddress: '192.0.2.1' },
  mcp: { ...NOTHING_NAMED, ...facts.mcp },
  atMs: Date.UTC(2026, 5, 1, 12),
})
const call = (tool: string, args: Record<string, unknown> = {}): Facts => ({
  mcp: { method: 'tools/call', tool, arguments: args },
})
const read = (resource: string): Facts => ({ mcp: { method: 'resources/read', resource } })

function truth(cel: string, facts: Facts): Truth {
  const policy = compilePolicy({ allow: { and: [{ cel }] } }, vocabulary)
  if (!policy.ok) throw new Error(JSON.stringify(policy.error))
  return policy.value.allow[0]?.truthOf(input(facts)) ?? 'no'
}

test.each<[string, Facts, Truth]>([
  ['user.domain == "example.com" && user.id == "usr_ann"', {}, 'yes'],
  ['user.email.endsWith("@example.com") && "staff" in groups', {}, 'yes'],
  // A group that is defined here is only this, also in an expression; the claim is what the identity provider says.
  ['"local" in groups', {}, 'no'],
  ['"local" in claims.groups', {}, 'yes'],
  ['claims.roles.exists(role, role == "operator")', {}, 'yes'],
  ['client.startsWith("https://claude.ai/") && "files" in scopes', {}, 'yes'],
  ['http.method == "POST" && http.path == "/team/mcp" && http.address == "192.0.2.1"', {}, 'yes'],
  ['now > timestamp("2026-01-01T00:00:00Z") && now.getHours() == 12', {}, 'yes'],
  ['method == "tools/call" && tool == "read"', call('read'), 'yes'],
  ['args.n > 5 && args.n < 7.5', call('t', { n: 7 }), 'yes'],
  ['args.n == 5', call('t', { n: 5 }), 'yes'],
  ['args.to in ["a", "b"]', call('t', { to: 'c' }), 'no'],
  ['args.list.all(x, x.startsWith("/srv/"))', call('t', { list: ['/srv/a', '/srv/b'] }), 'yes'],
  ['args["a b"] == "x"', call('t', { 'a b': 'x' }), 'yes'],
  ['!has(args.force) || args.force == false', call('t'), 'yes'],
  ['size(args) == 1', call('t', { a: 1 }), 'yes'],
  ['tool.matches("^read_[a-z]+$")', call('read_a'), 'yes'],
  ['tool.matches("^read_[a-z]+$") && tool.matches("b")', call('read_a'), 'no'],
  ['resource.startsWith("file:///srv/") || tool == "read"', read('file:///srv/a'), 'yes'],
  ['prompt == "greet"', { mcp: { method: 'prompts/get', prompt: 'greet', arguments: {} } }, 'yes'],
])('%s of %j is %s', (cel, facts, expected) => {
  expect(truth(cel, facts)).toBe(expected)
})

test.each<[string, Facts]>([
  ['args.path.startsWith("/srv")', call('t')],
  ['args.path.startsWith("/srv")', call('t', { path: ['/srv'] })],
  ['args.n > 5', call('t', { n: '7' })],
  ['args.flag', call('t', { flag: 'yes' })],
  ['args.toString == "x"', call('t')],
  ['args.__proto__ == "x"', call('t')],
  ['user.email != "eve@evil.example"', { caller: undefined }],
  ['!("staff" in groups)', { caller: undefined }],
])('%s of %j fails, so it neither admits nor fails to deny', (cel, facts) => {
  expect(truth(cel, facts)).toBe('unclear')
  const deny = compilePolicy({ allow: { or: [{ accept: 1 }] }, deny: { or: [{ cel }] } })
  expect(deny.ok && decide(deny.value, input(facts)).allowed).toBe(false)
})

test.each<[string, Facts, Truth]>([
  ['tool == "read"', { mcp: { method: 'tools/list' } }, 'open'],
  ['tool == "read"', { mcp: { method: 'tools/call' } }, 'open'],
  ['args.path == "/srv"', { mcp: { method: 'tools/call', tool: 'read' } }, 'open'],
  ['resource == "file:///a"', { mcp: { method: 'initialize' } }, 'open'],
  ['prompt == "greet"', {}, 'open'],
  ['tool == "read"', read('file:///a'), 'no'],
  ['resource == "file:///a"', { mcp: { method: 'tools/call' } }, 'no'],
  ['method == "tools/list"', { mcp: { method: 'initialize' } }, 'open'],
  ['method == "tools/list"', { mcp: { method: 'resources/list' } }, 'no'],
  ['http.path == "/a"', { http: undefined }, 'open'],
  ['user.id == "usr_ann"', { mcp: { method: 'tools/list' } }, 'yes'],
  // What holds whatever the tool will be is certain before there is one.
  ['user.domain == "elsewhere.example" && tool == "read"', { mcp: { method: 'tools/list' } }, 'no'],
  ['user.domain == "example.com" && tool == "read"', { mcp: { method: 'tools/list' } }, 'open'],
  ['user.domain == "example.com" || tool == "read"', { mcp: { method: 'tools/list' } }, 'yes'],
  ['claims.nothing.exists(x, x == "a") && tool == "read"', { mcp: { method: 'tools/list' } }, 'no'],
  ['tool == "read" && args.path == "/srv"', { mcp: { method: 'tools/call', tool: 'write' } }, 'no'],
  ['tool == "read" && args.path == "/srv"', { mcp: { method: 'tools/call', tool: 'read' } }, 'open'],
  // Nobody is not let in to look.
  ['user.domain == "example.com" && tool == "read"', { caller: undefined, mcp: { method: 'tools/list' } }, 'unclear'],
  ['tool == "read"', { caller: undefined, mcp: { method: 'tools/list' } }, 'open'],
])('before there is a call, or of another kind of thing: %s of %j is %s', (cel, facts, expected) => {
  expect(truth(cel, facts)).toBe(expected)
})

test('an expression about the caller admits nobody, also not to look', () => {
  const mayAdmit = (cel: string): boolean => {
    const policy = compilePolicy({ allow: { and: [{ cel }] } })
    return policy.ok && mayAdmitAnonymous(policy.value, 0)
  }

  expect(mayAdmit('user.domain == "example.com" && tool == "read"')).toBe(false)
  expect(mayAdmit('user.domain == "example.com" && http.method == "POST"')).toBe(false)
  expect(mayAdmit('tool == "read"')).toBe(true)
})

test('a list is filtered where an expression looks at the tool, and only there', () => {
  const hidesFor = (cel: string): boolean => {
    const policy = compilePolicy({ allow: { or: [{ cel }] } })
    return !policy.ok || hides(policy.value, input({ mcp: { method: 'tools/list' } }))
  }

  expect(hidesFor('tool.startsWith("read_")')).toBe(true)
  expect(hidesFor('user.domain == "example.com"')).toBe(false)
})

test.each([
  ['user.emial == "a"', 'No such key: emial, at character 6 of the expression'],
  ['tol == "a"', 'Unknown variable: tol, at character 1 of the expression'],
  ['tool ==', 'Unexpected token: EOF, at character 8 of the expression'],
  ['"a" + 1 == "b"', 'no such overload: string + int, at character 1 of the expression'],
  ['tool', 'The expression is string, not true or false'],
  ['tool.matches("(")', 'error parsing regexp: missing closing ): `(`'],
  ['tool.matches(client)', '"matches" needs a pattern that stands in the expression'],
  ['tool.matches("(?=x)")', 'error parsing regexp'],
  ['args.a.exists(x, args.b.exists(y, args.c.exists(z, z == x)))', 'nested more than 2 deep'],
  [`"${'a'.repeat(2000)}" == tool`, 'longer than 2000'],
  ['tool.matches(// matches\n"a")', 'Write "matches" and its pattern without a comment between them'],
  ['fetch("https://example.com") == "a"', 'fetch'],
])('%s is a problem: %s', (cel, message) => {
  const policy = compilePolicy({ allow: { and: [{ cel }] } })

  expect(policy.ok ? '' : policy.error[0]?.message).toContain(message)
})

test('an expression of too many parts is a problem', () => {
  const policy = compilePolicy({ allow: { and: [{ cel: Array(120).fill('tool == "a"').join(' || ') }] } })

  expect(policy.ok ? '' : policy.error[0]?.message).toContain('Exceeded maxAstNodes (300)')
})

test('an expression that is no text is a problem, and a variable that was probably meant is named', () => {
  const problemOf = (cel: unknown) => {
    const policy = compilePolicy({ allow: { and: [{ cel }] } })
    return policy.ok ? undefined : policy.error[0]
  }

  expect(problemOf(5)?.message).toBe('Expected an expression')
  expect(problemOf('tol == "a"')).toMatchObject({ path: ['allow', 'and', 0, 'cel'], hint: 'did you mean "tool"?' })
})

/** A caller's own arguments must not hold everybody up; what is beside those that are looked at does not count. */
test.each<[string, Record<string, unknown>, Truth]>([
  [
    'args.a.exists(x, args.b.exists(y, x == y))',
    { a: Array(100_000).fill('x'), b: Array(100_000).fill('y') },
    'unclear',
  ],
  ['args.a.exists(x, x == "b")', { a: Array(501).fill('x') }, 'unclear'],
  ['args.a.exists(x, x == "b")', { a: Array(400).fill('x') }, 'no'],
  ['args.a.contains(args.b)', { a: 'a'.repeat(1_000_000), b: `b${'a'.repeat(500_000)}` }, 'unclear'],
  ['args.a.matches("^(a+)+$")', { a: `${'a'.repeat(20_000)}b` }, 'no'],
  ['args.path == "/srv"', { path: '/srv', content: 'x'.repeat(3_000_000) }, 'yes'],
  ['args.a == args.b', { a: Array(100_000).fill(1), b: Array(100_000).fill(1) }, 'unclear'],
])('%s ends soon, whatever the caller sends', (cel, args, expected) => {
  const began = performance.now()

  expect(truth(cel, call('t', args))).toBe(expected)
  expect(performance.now() - began).toBeLessThan(500)
})

// The rule denies a path; the caller writes it as "PATH", which Go's encoding/json reads as "path".
test.each([
  [{ path: '/etc' }, false],
  [{ PATH: '/etc' }, false],
  [{ path: '/srv', PATH: '/etc' }, false],
  [{ opts: { Path: '/etc' } }, false],
  [{ path: '/srv', opts: { path: '/srv' } }, true],
  [{ path: '/srv', Other: 1 }, true],
])('an argument in another case cannot dodge an expression: %j', (given, allowed) => {
  const policy = compilePolicy({
    allow: { and: [{ accept: true }] },
    deny: {
      or: [
        {
          cel: 'has(args.path) && args.path.startsWith("/etc") || has(args.opts) && has(args.opts.path) && args.opts.path.startsWith("/etc")',
        },
      ],
    },
  })
  if (!policy.ok) throw new Error(JSON.stringify(policy.error))

  expect(decide(policy.value, inputOf({ tool: 'read', arguments: given }, 0)).allowed).toBe(allowed)
})

test('a number with more digits than an expression sees is unclear', () => {
  const message = parseMessage(
    Buffer.from(
      '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"pay","arguments":{"n":9007199254740993}}}',
    ),
  )
  if (!message.ok || message.value.kind !== 'request') throw new Error('No message')
  const given = message.value.params['arguments'] as Record<string, unknown>
  const policy = compilePolicy({ allow: { and: [{ cel: 'args.n != 5.0' }] } })
  if (!policy.ok) throw new Error(JSON.stringify(policy.error))

  const decision = decide(policy.value, inputOf({ tool: 'pay', arguments: given }, 0))

  expect(reasonsFor(policy.value, decision)).toEqual(['no-allow', 'cel-unclear'])
})
