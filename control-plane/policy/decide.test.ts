import { describe, expect, test } from 'vitest'

import { compilePolicy, ownerOnly, type Policy } from './compile.ts'
import { decide, mayAdmitAnonymous, reasonsFor } from './decide.ts'
import { NOTHING_NAMED, type PolicyInput } from './input.ts'

function policy(data: unknown): Policy {
  const compiled = compilePolicy(data)
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.error))
  return compiled.value
}

const who = (email: string | undefined): PolicyInput['caller'] =>
  email === undefined ? undefined : { userId: `id of ${email}`, email, clientId: 'c', scopes: ['mcp'], claims: {} }
const calling = (tool: string, email?: string): PolicyInput => ({
  caller: who(email),
  http: undefined,
  atMs: 0,
  mcp: { ...NOTHING_NAMED, method: 'tools/call', tool, arguments: {} },
})
const listing = (email?: string): PolicyInput => ({
  caller: who(email),
  http: undefined,
  atMs: 0,
  mcp: { ...NOTHING_NAMED, method: 'tools/list' },
})
const allows = (data: unknown, input: PolicyInput): boolean => decide(policy(data), input).allowed

describe('decide()', () => {
  test('denies where there is no rule, and where only deny rules are', () => {
    expect(allows([], calling('a', 'ann@example.com'))).toBe(false)
    expect(allows([{ deny: { or: [{ reject: true }] } }], calling('a', 'ann@example.com'))).toBe(false)
  })

  test('lets deny beat allow, whichever comes first', () => {
    const allow = { allow: { or: [{ accept: true }] } }
    const deny = { deny: { or: [{ email: 'eve@example.com' }] } }
    for (const rules of [
      [allow, deny],
      [deny, allow],
    ]) {
      expect(allows(rules, calling('a', 'eve@example.com'))).toBe(false)
      expect(allows(rules, calling('a', 'ann@example.com'))).toBe(true)
    }
  })

  test.each([
    ['and', [true, true], true],
    ['and', [true, false], false],
    ['or', [false, true], true],
    ['or', [false, false], false],
    ['not', [false, false], true],
    ['not', [true, false], false],
    // PPL's nor is "at least one is false".
    ['nor', [true, false], true],
    ['nor', [true, true], false],
  ])('reads %s of %j as %s', (operator, facts, expected) => {
    const criteria = facts.map((fact) => (fact ? { accept: true } : { reject: true }))

    expect(allows({ allow: { [operator]: criteria } }, calling('a'))).toBe(expected)
  })

  test('joins the blocks of one body by OR, as PPL does', () => {
    const rule = { allow: { and: [{ email: 'ann@example.com' }], not: [{ email: 'eve@example.com' }] } }

    expect(allows(rule, calling('a', 'stranger@example.com'))).toBe(true)
  })

  test('does not take an empty list for a block that holds', () => {
    for (const operator of ['and', 'or', 'not', 'nor']) {
      expect(allows({ allow: { [operator]: [] } }, calling('a', 'ann@example.com'))).toBe(false)
    }
  })

  test('lets who may call one tool list and initialize, and nobody else', () => {
    const rule = { allow: { and: [{ email: 'ann@example.com' }, { mcp_tool: 'read' }] } }

    expect(allows(rule, listing('ann@example.com'))).toBe(true)
    expect(allows(rule, listing('bob@example.com'))).toBe(false)
    expect(allows(rule, calling('read', 'ann@example.com'))).toBe(true)
    expect(allows(rule, calling('write', 'ann@example.com'))).toBe(false)
  })

  test('does not let a deny rule on a tool stop the list, nor a negated one open the call', () => {
    const rules = [{ allow: { and: [{ authenticated_user: true }] }, deny: { nor: [{ mcp_tool: 'read' }] } }]

    expect(allows(rules, listing('ann@example.com'))).toBe(true)
    expect(allows(rules, calling('read', 'ann@example.com'))).toBe(true)
    expect(allows(rules, calling('write', 'ann@example.com'))).toBe(false)
  })

  test.each([
    [{ is: 'read' }, 'read', true],
    [{ is: 'read' }, 'Read', false],
    [{ not: 'read' }, 'write', true],
    [{ in: ['read', 'list'] }, 'list', true],
    [{ not_in: ['read'] }, 'read', false],
    [{ starts_with: 'read_' }, 'read_file', true],
    [{ ends_with: '_file' }, 'read_file', true],
    [{ contains: 'secret' }, 'read_file', false],
    [{ starts_with: 'read', ends_with: 'all' }, 'read_one', false],
  ])('matches mcp_tool %j against "%s" as %s', (matcher, tool, expected) => {
    expect(allows({ allow: { and: [{ mcp_tool: matcher }] } }, calling(tool))).toBe(expected)
  })

  test('knows a domain only where there is an address', () => {
    const rule = (matcher: unknown) => ({ allow: { and: [{ domain: matcher }] } })

    expect(allows(rule('example.com'), calling('a', 'ann@example.com'))).toBe(true)
    expect(allows(rule('example.com'), calling('a', 'ann@evil-example.com'))).toBe(false)
    expect(allows(rule({ not: 'example.com' }), calling('a'))).toBe(false)
  })

  test('gives the reasons in the words of PPL', () => {
    const rule = policy({ allow: { and: [{ email: 'ann@example.com' }, { mcp_tool: 'read' }] } })

    const reasons = (input: PolicyInput): readonly string[] => reasonsFor(rule, decide(rule, input))

    expect(reasons(calling('read', 'ann@example.com'))).toEqual(['email-ok', 'mcp-tool-match'])
    expect(reasons(calling('read'))).toEqual(['no-allow', 'user-unauthenticated', 'mcp-tool-match'])
  })
})

test('ownerOnly() admits its owner and nobody else', () => {
  const rule = ownerOnly('id of ann@example.com')

  expect(decide(rule, calling('a', 'ann@example.com')).allowed).toBe(true)
  expect(decide(rule, calling('a', 'bob@example.com')).allowed).toBe(false)
  expect(decide(rule, calling('a')).allowed).toBe(false)
  expect(mayAdmitAnonymous(rule, 0)).toBe(false)
})

test('mayAdmitAnonymous() sees that an accept rule may admit some call', () => {
  expect(mayAdmitAnonymous(policy({ allow: { and: [{ accept: true }, { mcp_tool: 'read' }] } }), 0)).toBe(true)
  expect(mayAdmitAnonymous(policy({ allow: { and: [{ authenticated_user: true }] } }), 0)).toBe(false)
})
