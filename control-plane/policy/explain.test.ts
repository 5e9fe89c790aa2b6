import { expect, test } from 'vitest'

import { compilePolicy, type Policy } from './compile.ts'
import { explain } from './explain.ts'
import { inputOf } from './hypothetical.ts'

function compiled(data: unknown): Policy {
  const policy = compilePolicy(data)
  if (!policy.ok) throw new Error(JSON.stringify(policy.error))
  return policy.value
}

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
        { name: 'email', data: 'ann@example.com', path: [0, 'allow', 'and', 0], truth: 'yes', reason: 'email-ok' },
        { name: 'mcp_tool', data: 'read', path: [0, 'allow', 'and', 1], truth: 'no', reason: 'mcp-tool-no-match' },
      ],
    },
  ])
})
