import fc from 'fast-check'
import { expect, test } from 'vitest'

import { compilePolicy, type Policy } from './compile.ts'
import { decide } from './decide.ts'
import { explain } from './explain.ts'
import { inputOf, type Hypothetical } from './hypothetical.ts'

const PEOPLE = ['ann@example.com', 'bob@example.com', 'eve@evil.example']
const TOOLS = ['read', 'write', 'delete_all']

const criterion = fc.oneof(
  fc.constantFrom({ accept: true }, { reject: true }, { authenticated_user: true }),
  fc.constantFrom(...PEOPLE).map((email) => ({ email })),
  fc.constantFrom(...TOOLS).map((tool) => ({ mcp_tool: tool })),
  fc.constantFrom(...TOOLS).map((tool) => ({ mcp_tool: { not: tool } })),
  fc.constantFrom('admins', 'users').map((group) => ({ groups: group })),
  fc.integer({ min: 0, max: 9 }).map((limit) => ({ 'mcp_argument/n': { lt: limit } })),
  fc.constantFrom('tools/list', 'tools/call').map((method) => ({ mcp_method: method })),
)
const body = fc.dictionary(fc.constantFrom('and', 'or', 'not', 'nor'), fc.array(criterion, { maxLength: 3 }), {
  maxKeys: 3,
})
const rules = fc.array(fc.dictionary(fc.constantFrom('allow', 'deny'), body, { maxKeys: 2 }), { maxLength: 4 })
const call: fc.Arbitrary<Hypothetical> = fc
  .record({
    email: fc.option(fc.constantFrom(...PEOPLE), { nil: undefined }),
    tool: fc.option(fc.constantFrom(...TOOLS), { nil: undefined }),
    n: fc.oneof(fc.integer({ min: 0, max: 9 }), fc.constant('5'), fc.constant(undefined)),
    groups: fc.subarray(['admins', 'users']),
  })
  .map(({ email, tool, n, groups }) => ({
    ...(email === undefined ? {} : { user: { email, groups } }),
    tool,
    arguments: n === undefined ? {} : { n },
  }))

function compiled(data: unknown): Policy {
  const policy = compilePolicy(data)
  if (!policy.ok) throw new Error(JSON.stringify(policy.error))
  return policy.value
}
const allows = (data: unknown, asked: Hypothetical): boolean => decide(compiled(data), inputOf(asked, 0)).allowed

test('explain() says what decide() says, and its deciding block is of that side', () => {
  fc.assert(
    fc.property(rules, call, (data, asked) => {
      const { decision, blocks } = explain(compiled(data), inputOf(asked, 0))
      const deciding = blocks.filter(({ decides }) => decides)

      expect(decision).toEqual(decide(compiled(data), inputOf(asked, 0)))
      expect(deciding.length).toBeLessThanOrEqual(1)
      expect(decision.allowed).toBe(deciding[0]?.action === 'allow')
    }),
  )
})

test('a deny that fires beats every allow, wherever either stands', () => {
  fc.assert(
    fc.property(rules, call, (data, asked) => {
      expect(allows([...data, { deny: { or: [{ accept: true }] } }], asked)).toBe(false)
      expect(allows([{ deny: { or: [{ accept: true }] } }, ...data], asked)).toBe(false)
    }),
  )
})

test('rules that match nothing change no verdict, and their order changes none', () => {
  fc.assert(
    fc.property(rules, call, (data, asked) => {
      const unrelated = [{ allow: { and: [{ reject: true }] } }, { deny: { or: [{ reject: true }] } }]

      expect(allows([...data, ...unrelated], asked)).toBe(allows(data, asked))
      expect(allows(data.toReversed(), asked)).toBe(allows(data, asked))
    }),
  )
})

test('a policy with one mistake is not loaded at all, and every mistake has its place', () => {
  const bad = compilePolicy([
    { allow: { and: [{ accept: true }] } },
    { allow: { and: [{ emial: 'x' }] }, deny: { or: [{ 'mcp_argument/x': { lt: 'a' } }] } },
  ])

  expect(bad.ok).toBe(false)
  expect(bad.ok ? [] : bad.error.map(({ path }) => path.join('.'))).toEqual([
    '1.allow.and.0.emial',
    '1.deny.or.0.mcp_argument/x.lt',
  ])
})

test('explain() names each criterion with its place', () => {
  const { blocks } = explain(
    compiled([{ allow: { and: [{ email: 'ann@example.com' }, { mcp_tool: 'read' }] } }]),
    inputOf({ user: { email: 'ann@example.com' }, tool: 'write' }, 0),
  )

  expect(blocks).toEqual([
    {
      action: 'allow',
      operator: 'and',
      path: [0, 'allow', 'and'],
      truth: 'no',
      decides: false,
      criteria: [
        { name: 'email', path: [0, 'allow', 'and', 0], truth: 'yes', reason: 'email-ok' },
        { name: 'mcp_tool', path: [0, 'allow', 'and', 1], truth: 'no', reason: 'mcp-tool-no-match' },
      ],
    },
  ])
})
