/** What holds of every policy and every call, on random ones. */
import fc from 'fast-check'
import { expect, test } from 'vitest'

import { compilePolicy, type Policy } from './compile.ts'
import { decide, hides, mayUse, reasonsFor } from './decide.ts'
import { explain } from './explain.ts'
import { NOTHING_NAMED, type PolicyInput } from './input.ts'
import { printPolicy } from './print.ts'
import { allOf, anyOf, negated, type Truth } from './truth.ts'
import type { Vocabulary } from './vocabulary.ts'

const PEOPLE = ['ann@example.com', 'bob@example.com', 'eve@evil.example']
const TOOLS = ['read', 'write', 'delete_all']
const GROUPS = ['admins', 'users', 'local']
const VOCABULARY: Vocabulary = {
  groups: new Map([['local', new Set(['ann@example.com', 'usr_bob@example.com'])]]),
  policies: new Map(),
}

const person = fc.constantFrom(...PEOPLE)
const tool = fc.constantFrom(...TOOLS)
const criterion: fc.Arbitrary<Record<string, unknown>> = fc.oneof(
  fc.constantFrom({ accept: true }, { reject: true }, { authenticated_user: true }),
  person.map((email) => ({ email })),
  person.map((email) => ({ email: { not: email } })),
  fc.constantFrom('example.com', 'evil.example').map((domain) => ({ domain })),
  tool.map((name) => ({ mcp_tool: name })),
  tool.map((name) => ({ mcp_tool: { not: name } })),
  fc.subarray(TOOLS, { minLength: 1 }).map((list) => ({ mcp_tool: { in: list } })),
  fc.constantFrom(...GROUPS).map((group) => ({ groups: group })),
  fc.constantFrom(...GROUPS).map((group) => ({ groups: { exclude: group } })),
  fc.constantFrom(...GROUPS).map((group) => ({ groups: { is: group } })),
  fc.integer({ min: 0, max: 9 }).map((limit) => ({ 'mcp_argument/n': { lt: limit } })),
  fc.constantFrom('tools/list', 'tools/call').map((method) => ({ mcp_method: method })),
  fc.constantFrom('files:read', 'files:write').map((scope) => ({ oauth_scope: scope })),
  fc.boolean().map((value) => ({ 'tool_annotation/readOnlyHint': value })),
  fc.boolean().map((value) => ({ tool_annotation: { destructiveHint: value } })),
  fc.constantFrom('file:///srv/**', 'file:///etc/*').map((glob) => ({ mcp_resource: glob })),
  fc.constantFrom(
    { cel: 'user.domain == "example.com" && tool.startsWith("read")' },
    { cel: 'args.n < 5 || "local" in groups' },
    { cel: 'resource.startsWith("file:///srv/")' },
  ),
  fc.constantFrom({ source_ip: '10.0.0.0/8' }, { oauth_client: { host: 'claude.ai' } }, { ssh_username: 'ann' }),
)
const body = fc.dictionary(fc.constantFrom('and', 'or', 'not', 'nor'), fc.array(criterion, { maxLength: 3 }), {
  maxKeys: 3,
})
const ruleSets = fc.array(fc.dictionary(fc.constantFrom('allow', 'deny'), body, { maxKeys: 2 }), { maxLength: 4 })
/** As written and compiled, without those that contradict themselves. */
const written = ruleSets.filter((data) => compilePolicy(data, VOCABULARY).ok)

const caller = fc.record({
  email: person,
  groups: fc.option(fc.subarray(GROUPS), { nil: undefined }),
  scopes: fc.subarray(['mcp', 'files:read', 'files:write']),
  clientId: fc.constantFrom('c', 'https://claude.ai/client.json', 'https://claude.ai@evil.example/client.json'),
})
const annotations = fc.record({ readOnlyHint: fc.boolean(), destructiveHint: fc.boolean() }, { requiredKeys: [] })
const given = fc.record({ n: fc.oneof(fc.integer({ min: 0, max: 9 }), fc.constant('5')) }, { requiredKeys: [] })
const mcp: fc.Arbitrary<PolicyInput['mcp']> = fc.oneof(
  fc
    .constantFrom('tools/list', 'initialize', 'resources/list', undefined)
    .map((method) => ({ ...NOTHING_NAMED, method })),
  fc
    .record({ tool, arguments: given, annotations: fc.option(annotations, { nil: undefined }) })
    .map((named) => ({ ...NOTHING_NAMED, method: 'tools/call', ...named })),
  fc
    .constantFrom('file:///srv/a/b', 'file:///etc/passwd', 'file:///srv/../etc/passwd')
    .map((resource) => ({ ...NOTHING_NAMED, method: 'resources/read', resource })),
)
const input: fc.Arbitrary<PolicyInput> = fc
  .record({ caller: fc.option(caller, { nil: undefined }), mcp, address: fc.constantFrom('10.0.0.1', '192.0.2.1') })
  .map((asked) => ({
    caller: asked.caller && {
      userId: `usr_${asked.caller.email}`,
      email: asked.caller.email,
      clientId: asked.caller.clientId,
      scopes: asked.caller.scopes,
      claims: asked.caller.groups === undefined ? {} : { groups: asked.caller.groups },
    },
    http: { method: 'POST', path: '/r/mcp', clientAddress: asked.address },
    mcp: asked.mcp,
    atMs: 0,
  }))

function compiled(data: unknown): Policy {
  const policy = compilePolicy(data, VOCABULARY)
  if (!policy.ok) throw new Error(JSON.stringify(policy.error))
  return policy.value
}
const verdict = (data: unknown, asked: PolicyInput): boolean => decide(compiled(data), asked).allowed

/** The language by its definition, with every criterion asked and no short cut. */
function slowVerdict({ allow, deny }: Policy, asked: PolicyInput): boolean {
  const truthOf = (block: Policy['allow'][number]): Truth => {
    const truths = block.criteria.map((each) => each.truthOf(asked))
    const positive = block.operator === 'and' || block.operator === 'or' ? truths : truths.map(negated)
    return block.operator === 'and' || block.operator === 'not' ? allOf(positive) : anyOf(positive)
  }
  if (deny.some((block) => ['yes', 'unclear'].includes(truthOf(block)))) return false
  return allow.some((block) => ['yes', 'open'].includes(truthOf(block)))
}

test('a decision is what the definition of the language says', () => {
  fc.assert(
    fc.property(written, input, (data, asked) => {
      expect(verdict(data, asked)).toBe(slowVerdict(compiled(data), asked))
    }),
    { numRuns: 1000 },
  )
})

test('explain() says what decide() says, and its deciding block is the one that decide() names', () => {
  fc.assert(
    fc.property(written, input, (data, asked) => {
      const { decision, blocks } = explain(compiled(data), asked)
      const deciding = blocks.filter(({ decides }) => decides)

      expect(decision).toEqual(decide(compiled(data), asked))
      expect(decision.allowed).toBe(deciding[0]?.action === 'allow')
      expect(deciding.map(({ action, path }) => ({ action, path }))).toEqual(
        decision.decidedBy === undefined ? [] : [decision.decidedBy],
      )
    }),
  )
})

test('a deny that fires beats every allow, wherever either stands', () => {
  fc.assert(
    fc.property(written, input, (data, asked) => {
      const everybody = { allow: { or: [{ accept: true }] } }
      const denied = { deny: { or: [{ accept: true }] } }

      expect(verdict([...data, everybody, denied], asked)).toBe(false)
      expect(verdict([denied, everybody, ...data], asked)).toBe(false)
    }),
  )
})

test('compiling what was printed gives the same policy', () => {
  fc.assert(
    fc.property(written, input, (data, asked) => {
      const policy = compiled(data)
      const printed = printPolicy(policy)
      const again = compiled(printed)

      expect(printPolicy(again)).toEqual(printed)
      const [first, second] = [decide(policy, asked), decide(again, asked)]
      expect(second.allowed).toBe(first.allowed)
      expect(reasonsFor(again, second)).toEqual(reasonsFor(policy, first))
    }),
  )
})

test('rules that match nothing change no verdict, and their order changes none', () => {
  fc.assert(
    fc.property(written, input, (data, asked) => {
      const unrelated = [
        { allow: { and: [{ email: 'nobody@elsewhere.example' }, { reject: true }] } },
        { deny: { and: [{ user: 'usr_nobody' }] } },
      ]

      expect(verdict([...data, ...unrelated], asked)).toBe(verdict(data, asked))
      expect(verdict(data.toReversed(), asked)).toBe(verdict(data, asked))
    }),
  )
})

test('a policy with one mistake anywhere is not loaded at all', () => {
  const mistake = fc.constantFrom<Record<string, unknown>>(
    { emial: 'x' },
    { email: { iz: 'x' } },
    { email: 5 },
    { tool_annotation: { readOnlyHint: 'yes' } },
    { 'mcp_argument/n': { lt: 'a' } },
    { email: { is: 'a', not: 'a' } },
  )
  fc.assert(
    fc.property(written, mistake, fc.nat(), (data, wrong, place) => {
      const broken = data.toSpliced(place % (data.length + 1), 0, { allow: { or: [{ accept: true }, wrong] } })

      expect(compilePolicy(broken, VOCABULARY).ok).toBe(false)
    }),
  )
})

test('where hides() is false, every use is allowed', () => {
  fc.assert(
    fc.property(written, input, (data, asked) => {
      const policy = compiled(data)
      const { tool: named, resource } = asked.mcp
      fc.pre(named !== undefined || resource !== undefined)
      const list = named === undefined ? 'resources/list' : 'tools/list'
      const hidden = hides(policy, { ...asked, mcp: { ...NOTHING_NAMED, method: list } })

      fc.pre(!hidden)
      expect(decide(policy, asked).allowed).toBe(true)
    }),
    { numRuns: 300 },
  )
})

/**
 * Of a tool that is not in the catalogue what is `unclear` is stronger than what is `open`: it may be hidden. From nobody
 * whatever asks for the caller may be hidden, too: an expression about somebody lets nobody look.
 */
test('mayUse() with unknown arguments never hides a known tool that some arguments allow', () => {
  fc.assert(
    fc.property(written, input, fc.record({ tool, arguments: given, annotations }), (data, from, call) => {
      const policy = compiled(data)
      const asked: PolicyInput = { ...from, mcp: { ...NOTHING_NAMED, method: 'tools/call', ...call } }

      fc.pre(from.caller !== undefined && decide(policy, asked).allowed)
      expect(mayUse(policy, { ...asked, mcp: { ...asked.mcp, arguments: undefined } })).toBe(true)
    }),
    { numRuns: 1000 },
  )
})
