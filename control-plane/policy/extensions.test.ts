/** Criteria that Pomerium does not have, or that mean something else here. */
import { describe, expect, test } from 'vitest'

import { compilePolicy, usesToolAnnotations, type Policy } from './compile.ts'
import { decide, hides, mayUse } from './decide.ts'
import { inputOf } from './hypothetical.ts'
import { NOTHING_NAMED, type PolicyInput, type ToolAnnotations } from './input.ts'

function policy(data: unknown): Policy {
  const compiled = compilePolicy(data)
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.error))
  return compiled.value
}
const ann = { userId: 'usr_ann', email: 'ann@example.com', clientId: 'c', scopes: ['mcp'], claims: {} }
const input = (rest: Partial<PolicyInput>): PolicyInput => ({
  caller: ann,
  http: undefined,
  mcp: NOTHING_NAMED,
  atMs: 0,
  ...rest,
})
const call = (tool: string, annotations?: ToolAnnotations): PolicyInput =>
  input({ mcp: { ...NOTHING_NAMED, method: 'tools/call', tool, arguments: {}, annotations } })
const allows = (criterion: unknown, asked: PolicyInput): boolean =>
  decide(policy({ allow: { and: [criterion] } }), asked).allowed
const denies = (criterion: unknown, asked: PolicyInput): boolean =>
  !decide(policy({ allow: { or: [{ accept: 1 }] }, deny: { or: [criterion] } }), asked).allowed

describe('tool_annotation', () => {
  test.each<[unknown, ToolAnnotations, boolean]>([
    [{ 'tool_annotation/readOnlyHint': true }, { readOnlyHint: true }, true],
    [{ 'tool_annotation/readOnlyHint': true }, {}, false],
    [{ 'tool_annotation/destructiveHint': true }, {}, true],
    [{ 'tool_annotation/idempotentHint': false }, {}, true],
    [{ 'tool_annotation/openWorldHint': true }, {}, true],
    [{ tool_annotation: { readOnlyHint: true, openWorldHint: false } }, { readOnlyHint: true }, false],
    [
      { tool_annotation: { readOnlyHint: true, openWorldHint: false } },
      { readOnlyHint: true, openWorldHint: false },
      true,
    ],
  ])('%j of %j is %s', (criterion, annotations, expected) => {
    expect(allows(criterion, call('t', annotations))).toBe(expected)
  })

  test('of a tool that the catalogue does not know neither admits nor fails to deny', () => {
    const criterion = { 'tool_annotation/readOnlyHint': true }

    expect(allows(criterion, call('t'))).toBe(false)
    expect(denies(criterion, call('t'))).toBe(true)
    expect(allows(criterion, input({}))).toBe(true)
    expect(denies(criterion, input({}))).toBe(false)
  })

  test('is seen by usesToolAnnotations()', () => {
    expect(usesToolAnnotations(policy({ deny: { or: [{ tool_annotation: { readOnlyHint: false } }] } }))).toBe(true)
    expect(usesToolAnnotations(policy({ allow: { or: [{ mcp_tool: 'x' }] } }))).toBe(false)
  })
})

test.each<[unknown, string, boolean]>([
  ['c', 'c', true],
  [{ in: ['c', 'd'] }, 'd', true],
  [{ host: 'claude.ai' }, 'https://claude.ai/client.json', true],
  [{ host: 'claude.ai' }, 'https://claude.ai:8443/client.json', true],
  [{ host: 'claude.ai' }, 'https://claude.ai@evil.example/client.json', false],
  [{ host: 'claude.ai' }, 'https://claude.ai.evil.example/client.json', false],
  [{ host: 'claude.ai' }, 'http://claude.ai/client.json', false],
  [{ host: 'claude.ai' }, 'claude.ai', false],
  [{ host: 'claude.ai', ends_with: '/a' }, 'https://claude.ai/b', false],
])('oauth_client %j of "%s" is %s', (matcher, clientId, expected) => {
  expect(allows({ oauth_client: matcher }, input({ caller: { ...ann, clientId } }))).toBe(expected)
})

describe('oauth_scope', () => {
  const criterion = { oauth_scope: 'files:read' }

  test('is asked of whatever names something, and not of lists', () => {
    const read = input({ mcp: { ...NOTHING_NAMED, method: 'resources/read', resource: 'file:///a' } })

    expect(allows(criterion, read)).toBe(false)
    expect(decide(policy({ allow: { and: [criterion] } }), read).missingScopes).toEqual(['files:read'])
    expect(allows(criterion, input({ mcp: { ...NOTHING_NAMED, method: 'resources/list' } }))).toBe(true)
  })
})

describe('SSH criteria', () => {
  const KEY = 'AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl'
  const serving = (username: string, publicKey: string | undefined = KEY): PolicyInput =>
    input({
      ssh: { username, publicKey },
      caller: { ...ann, claims: { logins: ['root', 'deploy'] } },
    })

  test.each<[unknown, PolicyInput, boolean]>([
    [{ ssh_publickey: `ssh-ed25519 ${KEY} ann@laptop` }, serving('ann'), true],
    [{ ssh_publickey: [`ssh-ed25519 ${KEY.replace('IOMq', 'IOMr')}`, `ssh-ed25519 ${KEY}`] }, serving('ann'), true],
    [{ ssh_publickey: `ssh-ed25519 ${KEY.replace('IOMq', 'IOMr')}` }, serving('ann'), false],
    [{ ssh_username: { in: ['ann', 'bob'] } }, serving('bob'), true],
    [{ ssh_username: 'ann' }, serving('bob'), false],
    [{ ssh_username_matches_email: true }, serving('ann'), true],
    [{ ssh_username_matches_email: true }, serving('ann@example.com'), false],
    [{ ssh_username_matches_claim: 'logins' }, serving('deploy'), true],
    [{ ssh_username_matches_claim: 'logins' }, serving('ann'), false],
    [{ ssh_username: { not: 'root' } }, call('t'), false],
    [{ cors_preflight: true }, call('t'), false],
  ])('%j: case %# is %s', (criterion, asked, expected) => {
    expect(allows(criterion, asked)).toBe(expected)
  })

  test('a user without an address or a key matches neither', () => {
    const machine = { ...serving('', undefined), caller: { ...ann, email: '' } }

    expect(allows({ ssh_username_matches_email: true }, machine)).toBe(false)
    expect(
      allows({ ssh_publickey: `ssh-ed25519 ${KEY}` }, { ...machine, ssh: { username: '', publicKey: undefined } }),
    ).toBe(false)
  })
})

describe('before there is a call', () => {
  const unknown = (tool?: string): PolicyInput => input({ mcp: { ...NOTHING_NAMED, method: 'tools/call', tool } })
  const listing = input({ mcp: { ...NOTHING_NAMED, method: 'tools/list' } })

  test('arguments are open, so a tool is shown that some arguments may use', () => {
    const rules = policy({ allow: { and: [{ mcp_tool: 'write' }, { 'mcp_argument/path': '/srv' }] } })

    expect(mayUse(rules, unknown('write'))).toBe(true)
    expect(mayUse(rules, unknown('read'))).toBe(false)
  })

  test('a tool is shown that a step-up would open', () => {
    const rules = policy({ allow: { and: [{ mcp_tool: 'write' }, { oauth_scope: 'files:write' }] } })

    expect(mayUse(rules, unknown('write'))).toBe(true)
    expect(decide(rules, unknown('write')).allowed).toBe(false)
  })

  test.each<[unknown, boolean]>([
    [{ allow: { or: [{ authenticated_user: true }] } }, false],
    [{ allow: { or: [{ email: 'ann@example.com' }, { mcp_tool: 'read' }] } }, false],
    [{ allow: { and: [{ email: 'ann@example.com' }, { mcp_tool: 'read' }] } }, true],
    [{ allow: { or: [{ accept: 1 }] }, deny: { or: [{ mcp_tool: 'read' }] } }, true],
    [{ allow: { or: [{ accept: 1 }] }, deny: { and: [{ mcp_tool: 'read' }, { email: 'bob@example.com' }] } }, false],
    [{ allow: { or: [{ accept: 1 }] }, deny: { or: [{ mcp_resource: 'file:///**' }] } }, false],
    [{ allow: { and: [{ oauth_scope: 'files:read' }] } }, true],
    [{ allow: { and: [{ mcp_method: 'tools/call' }] } }, false],
    [{ allow: { and: [{ mcp_method: 'tools/list' }] } }, true],
    [[], true],
  ])('hides() says of %j: %s', (data, expected) => {
    expect(hides(policy(data), listing)).toBe(expected)
    expect(hides(policy(data), unknown())).toBe(expected)
  })
})

test('decide() names the block that decided', () => {
  const rules = policy([{ allow: { or: [{ email: 'ann@example.com' }] } }, { deny: { or: [{ mcp_tool: 'drop' }] } }])

  expect(decide(rules, call('read')).decidedBy).toEqual({ action: 'allow', path: [0, 'allow', 'or'] })
  expect(decide(rules, call('drop')).decidedBy).toEqual({ action: 'deny', path: [1, 'deny', 'or'] })
  expect(decide(rules, { ...call('read'), caller: undefined }).decidedBy).toBeUndefined()
})

test.each<[unknown, RegExp]>([
  [{ allow: { and: [{ email: 'a@b.c' }, { email: 'd@b.c' }] } }, /No value meets every "email" of this "and"/],
  [{ allow: { and: [{ mcp_tool: { is: 'a', in: ['b'] } }] } }, /No value of "mcp_tool" meets this/],
  [
    { allow: { and: [{ mcp_tool: { in: ['a', 'b'] } }, { mcp_tool: { not_in: ['a', 'b'] } }] } },
    /No value meets every/,
  ],
  [{ allow: { and: [{ 'mcp_argument/x': 1 }, { 'mcp_argument/x': { gt: 5 } }] } }, /No value meets every/],
  [{ allow: { or: [{ tool_annotation: { readonlyHint: true } }] } }, /Unknown hint "readonlyHint"/],
  [{ allow: { or: [{ 'tool_annotation/readOnlyHint': 'yes' }] } }, /needs true or false/],
  [{ allow: { or: [{ tool_annotation: {} }] } }, /Expected hints/],
  [{ allow: { or: [{ tool_annotation: { readOnlyHint: 1 } }] } }, /needs true or false/],
  [{ allow: { or: [{ oauth_client: { name: 'Claude' } }] } }, /choose their own names/],
  [{ allow: { or: [{ oauth_client: { host: 'https://claude.ai' } }] } }, /needs a host name/],
  [{ allow: { or: [{ oauth_client: { hots: 'claude.ai' } }] } }, /Unknown operator "hots"/],
  [{ allow: { or: [{ ssh_publickey: 'AAAA' }] } }, /Expected a public key/],
  [{ allow: { or: [{ ssh_username_matches_claim: 5 }] } }, /path of a claim/],
  [{ use: 'team' }, /There is no policy "team"/],
  ['team', /There is no policy "team"/],
  [[{ use: 5 }], /Expected the name of a policy/],
])('%j is a problem', (data, message) => {
  const compiled = compilePolicy(data)

  expect(compiled.ok ? '' : compiled.error.map((problem) => problem.message).join('\n')).toMatch(message)
})

test.each<[unknown, RegExp]>([
  [[{ allow: { or: [{ email: 'a@b.c' }] } }, { deny: { or: [{ accept: true }] } }], /denies everything/],
  [[{ allow: { or: [{ email: 'a@b.c' }] } }, { deny: { not: [{ reject: true }] } }], /denies everything/],
  [
    [{ allow: { and: [{ email: 'a@b.c' }, { mcp_tool: 'x' }] } }, { deny: { or: [{ mcp_tool: 'x' }] } }],
    /Whatever this allows is denied by the rule at "1.deny.or"/,
  ],
  [{ allow: { or: [{ email: 'a@b.c' }, { email: 'a@b.c' }] } }, /stands in the list twice/],
  [{ allow: { and: [{ authenticated_user: false }] } }, /means the same as/],
])('%j is warned of', (data, message) => {
  const compiled = compilePolicy(data)

  expect(compiled.ok ? compiled.value.warnings.map((warning) => warning.message).join('\n') : 'a problem').toMatch(
    message,
  )
})

test('criteria that have no meaning where they stand are warned of', () => {
  const data = { allow: { and: [{ ssh_username: 'ann' }, { mcp_tool: 'x' }] } }
  const about = (judges: 'calls' | 'serving'): readonly string[] => {
    const compiled = compilePolicy(data, { groups: new Map(), policies: new Map(), judges })
    return compiled.ok ? compiled.value.warnings.map(({ message }) => message) : []
  }

  expect(about('calls')).toEqual(['"ssh_username" has no meaning for calls: it is always false'])
  expect(about('serving')).toEqual(['"mcp_tool" has no meaning for who may serve the route'])
})

test('an element of a list is named by its place', () => {
  const policy = compilePolicy({
    allow: { and: [{ 'mcp_argument/list/1': 'b' }, { 'mcp_argument/list/1/x': { is: 1 } }] },
  })
  const single = compilePolicy({ allow: { and: [{ 'mcp_argument/list/1': 'b' }] } })
  if (!policy.ok || !single.ok) throw new Error('The policy does not compile')
  const asked = inputOf({ tool: 't', arguments: { list: ['a', 'b'] } }, 0)

  expect(decide(single.value, asked).allowed).toBe(true)
  expect(decide(policy.value, asked).allowed).toBe(false)
})
