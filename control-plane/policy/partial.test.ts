import fc from 'fast-check'
import { expect, test } from 'vitest'

import { compilePolicy, type Policy } from './compile.ts'
import { decide } from './decide.ts'
import { inputOf } from './hypothetical.ts'
import { decideWithoutArguments } from './partial.ts'

function policyOf(data: unknown): Policy {
  const policy = compilePolicy(data)
  if (!policy.ok) throw new Error(JSON.stringify(policy.error))
  return policy.value
}
const call = inputOf({ user: { email: 'ann@example.com' }, tool: 'write' }, 0)
const ARGUMENT = { 'mcp_argument/path': { path_within: '~/project' } }

test('decideWithoutArguments() is decide() where no criterion looks at arguments', () => {
  const policy = policyOf({ allow: { and: [{ mcp_tool: 'write' }, { oauth_scope: 'extra' }] } })

  expect(decideWithoutArguments(policy, call)).toEqual(decide(policy, call))
})

test.each([
  ['needs them for an allow', { allow: { and: [{ mcp_tool: 'write' }, ARGUMENT] } }, undefined],
  ['needs them for a deny', { allow: { and: [{ accept: true }] }, deny: { and: [ARGUMENT] } }, undefined],
  ['needs none where another criterion fails', { allow: { and: [{ mcp_tool: 'read' }, ARGUMENT] } }, false],
  ['needs none where another block allows', { allow: { or: [ARGUMENT, { mcp_tool: 'write' }] } }, true],
  [
    'needs none where a deny fires anyway',
    { allow: { and: [ARGUMENT] }, deny: { or: [ARGUMENT, { accept: true }] } },
    false,
  ],
  ['needs them where "not" turns them round', { allow: { not: [ARGUMENT] } }, undefined],
])('decideWithoutArguments() %s', (_, data, allowed) => {
  expect(decideWithoutArguments(policyOf(data), call)?.allowed).toBe(allowed)
})

test('decideWithoutArguments() never says what decide() does not say with the arguments', () => {
  const criterion = fc.constantFrom(
    ARGUMENT,
    { 'mcp_argument/n': { lt: 5 } },
    { mcp_tool: 'write' },
    { mcp_tool: 'read' },
    { email: 'ann@example.com' },
    { reject: true },
  )
  const blocks = fc.dictionary(
    fc.constantFrom('and', 'or', 'not', 'nor'),
    fc.array(criterion, { minLength: 1, maxLength: 3 }),
    { maxKeys: 2 },
  )
  const given = fc.record(
    { path: fc.constantFrom('~/project/a', '/etc', 7, '~/project/%2e%2e/x'), n: fc.constantFrom(1, 9, '1') },
    { requiredKeys: [] },
  )

  fc.assert(
    fc.property(blocks, blocks, given, (allow, deny, values) => {
      const compiled = compilePolicy({ allow, deny })
      // Two names of one tool in one block contradict each other, and do not load.
      fc.pre(compiled.ok)
      const policy = compiled.value
      const known = decide(policy, { ...call, mcp: { ...call.mcp, arguments: values } })
      const told = decideWithoutArguments(policy, call)
      return told === undefined || told.allowed === known.allowed
    }),
    { numRuns: 2000 },
  )
})
