import { expect, test } from 'vitest'

import { compilePolicy } from './compile.ts'
import { decide } from './decide.ts'
import { NOTHING_NAMED, type PolicyHttp, type PolicyInput, type PolicyMcp } from './input.ts'

const HTTP: PolicyHttp = { method: 'POST', path: '/team/mcp', clientAddress: '203.0.113.7' }
const ANN: PolicyInput['caller'] = {
  userId: 'usr_ann',
  email: 'ann@example.com',
  clientId: 'c',
  scopes: ['mcp'],
  claims: {},
}
/** Wednesday. */
const NOON = Date.UTC(2026, 10, 25, 12)

type Facts = Partial<Omit<PolicyInput, 'mcp'>> & { readonly mcp?: Partial<PolicyMcp> }
const input = ({ mcp, ...rest }: Facts): PolicyInput => ({
  caller: ANN,
  http: HTTP,
  atMs: NOON,
  ...rest,
  mcp: { ...NOTHING_NAMED, ...mcp },
})
const call = (tool: string, given: Record<string, unknown> = {}): Partial<PolicyMcp> => ({
  method: 'tools/call',
  tool,
  arguments: given,
})

function verdict(action: 'allow' | 'deny', criterion: Record<string, unknown>, facts: Facts): boolean {
  const rules =
    action === 'allow'
      ? { allow: { and: [criterion] } }
      : { allow: { or: [{ accept: true }] }, deny: { or: [criterion] } }
  const policy = compilePolicy(rules)
  if (!policy.ok) throw new Error(JSON.stringify(policy.error))
  return decide(policy.value, input(facts)).allowed
}
const admits = (criterion: Record<string, unknown>, facts: Facts): boolean => verdict('allow', criterion, facts)
const denies = (criterion: Record<string, unknown>, facts: Facts): boolean => !verdict('deny', criterion, facts)

test.each<[Record<string, unknown>, Facts, boolean]>([
  [{ http_method: 'POST' }, {}, true],
  [{ http_method: { not: 'POST' } }, {}, false],
  [{ http_path: { starts_with: '/team' } }, {}, true],
  [{ http_path: '/other' }, {}, false],
  [{ source_ip: '203.0.113.0/24' }, {}, true],
  [{ source_ip: ['10.0.0.0/8', '203.0.113.7'] }, {}, true],
  [{ source_ip: '10.0.0.0/8' }, {}, false],
  [{ source_ip: '203.0.113.0/24' }, { http: { ...HTTP, clientAddress: '::ffff:203.0.113.9' } }, true],
  [{ source_ip: '2001:db8::/32' }, { http: { ...HTTP, clientAddress: '2001:db8::1' } }, true],
  [{ date: { after: '2026-01-01', before: '2026-12-31T23:59:59Z' } }, {}, true],
  [{ date: { before: '2026-11-25T11:59:59' } }, {}, false],
  [{ date: { after: '2026-11-25T13:00:00+02:00' } }, {}, true],
  [{ day_of_week: 'mon-fri' }, {}, true],
  [{ day_of_week: 'sat,sun' }, {}, false],
  [{ day_of_week: 'fri-wed' }, {}, true],
  [{ day_of_week: '*' }, {}, true],
  [{ time_of_day: { after: '9:00', before: '5:00PM' } }, {}, true],
  [{ time_of_day: { timezone: 'America/New_York', after: '9:00' } }, {}, false],
  [{ time_of_day: { timezone: 'America/New_York', after: '7:00', before: '7:00:00' } }, {}, true],
  [{ time_of_day: { after: '22:00', before: '6:00' } }, {}, false],
  [{ time_of_day: { after: '22:00', before: '12:30' } }, {}, true],
  [{ mcp_method: 'tools/list' }, { mcp: { method: 'tools/list' } }, true],
  [{ mcp_method: 'tools/list' }, { mcp: { method: 'resources/list' } }, false],
  [{ mcp_method: 'tools/list' }, { mcp: { method: 'initialize' } }, true],
  [{ mcp_method: 'tools/list' }, { mcp: { method: undefined } }, true],
  [{ mcp_prompt: 'greet' }, { mcp: { method: 'prompts/get', prompt: 'greet', arguments: {} } }, true],
  [{ mcp_prompt: 'greet' }, { mcp: { method: 'prompts/get', prompt: 'other', arguments: {} } }, false],
  [{ mcp_prompt: 'greet' }, { mcp: call('greet') }, false],
  [{ mcp_prompt: 'greet' }, { mcp: { method: 'prompts/list' } }, true],
  [{ mcp_resource: 'file:///srv/*' }, { mcp: { method: 'resources/read', resource: 'file:///srv/a.txt' } }, true],
  [{ mcp_resource: 'file:///srv/*' }, { mcp: { method: 'resources/read', resource: 'file:///srv/a/b.txt' } }, false],
  [{ mcp_resource: 'file:///srv/**' }, { mcp: { method: 'resources/read', resource: 'file:///srv/a/b.txt' } }, true],
  [
    { mcp_resource: 'file:///srv/**' },
    { mcp: { method: 'resources/read', resource: 'file:///srv/../etc/passwd' } },
    false,
  ],
  [
    { mcp_resource: 'file:///srv/**' },
    { mcp: { method: 'resources/read', resource: 'file:///srv/%2e%2e/etc' } },
    false,
  ],
  [{ mcp_resource: { starts_with: 'ui://' } }, { mcp: { method: 'resources/read', resource: 'ui://card' } }, true],
  [{ mcp_resource: 'file:///srv/**' }, { mcp: call('read') }, false],
])('an allow rule of %j, for %j: %s', (criterion, facts, expected) => {
  expect(admits(criterion, facts)).toBe(expected)
})

test.each<[unknown, unknown, boolean]>([
  ['main', 'main', true],
  [5, 5, true],
  [{ in: ['a', 'b'] }, 'b', true],
  [{ starts_with: 'ref' }, 'refs', true],
  [{ matches: '^v[0-9]+$' }, 'v12', true],
  [{ matches: '^v[0-9]+$' }, 'x', false],
  [{ gt: 10, lte: 20 }, 20, true],
  [{ gt: 10, lte: 20 }, 10, false],
  [{ contains: 'ai' }, 'main', true],
  [{ ends_with: '.ts' }, 'a.js', false],
  [{ gte: 10, lt: 20 }, 10, true],
  [{ gte: 10, lt: 20 }, 20, false],
  [{ has: 'a' }, ['a', 'b'], true],
  [{ exclude: 'a' }, ['b'], true],
  [{ path_within: '/srv' }, '/srv/a', true],
  [{ path_within: '/srv' }, '/srv/../etc', false],
])('mcp_argument %j of %j: %s', (matcher, value, expected) => {
  expect(admits({ 'mcp_argument/at/deep': matcher }, { mcp: call('t', { at: { deep: value } }) })).toBe(expected)
})

/** Mallory writes an argument so that the rule reads it in one way and the server in another. */
test.each<[unknown, unknown]>([
  [{ gt: 100 }, '1000'],
  [{ gt: 100 }, [1000]],
  [{ starts_with: '/etc' }, { path: '/etc/passwd' }],
  [{ starts_with: '/etc' }, ['/etc/passwd']],
  [{ starts_with: '/etc' }, ['/etc/passwd', '/srv/a']],
  [{ path_within: '/etc' }, ['/srv/a', '/etc/passwd']],
  [{ path_within: '/etc' }, ['/etc/passwd', ['/srv/a']]],
  [{ path_within: '/etc' }, ['/etc/passwd', 1]],
  [{ path_within: '/etc' }, '/etc\0/x'],
  [{ path_within: '/etc' }, '../../etc/passwd'],
  ['prod', ['prod']],
  [5, '5'],
  [{ in: ['prod'] }, { 0: 'prod' }],
])('a rule of %j on an argument %j neither admits nor fails to deny', (matcher, value) => {
  const criterion = { 'mcp_argument/x': matcher }

  expect(denies(criterion, { mcp: call('t', { x: value }) })).toBe(true)
  const isReal =
    Array.isArray(value) && value.length === 1 && typeof value[0] === 'string' && typeof matcher === 'object'
  expect(admits(criterion, { mcp: call('t', { x: value }) })).toBe(isReal)
})

test('an argument that is missing is no match, and a list does not ask for one', () => {
  const criterion = { 'mcp_argument/x': 'a' }

  expect(admits(criterion, { mcp: call('t') })).toBe(false)
  expect(admits(criterion, { mcp: { method: 'tools/list' } })).toBe(true)
  expect(denies(criterion, { mcp: { method: 'tools/list' } })).toBe(false)
  expect(admits({ 'mcp_argument/__proto__': { exclude: 'x' } }, { mcp: call('t') })).toBe(false)
})

test('an argument whose key is there in another case is neither admitted nor fails to be denied', () => {
  const criterion = { 'mcp_argument/at/deep': 'a' }
  const given = [
    { at: { deep: 'a', DEEP: 'b' } },
    { at: { deep: 'a' }, At: { deep: 'b' } },
    { AT: { deep: 'a' } },
    { at: { other: 'a', dEEp: 'a' } },
  ]

  expect(given.map((at) => admits(criterion, { mcp: call('t', at) }))).toEqual([false, false, false, false])
  expect(given.map((at) => denies(criterion, { mcp: call('t', at) }))).toEqual([true, true, true, true])
})

/** A backtracking engine would not come back from this. */
test('a pattern is judged in linear time', () => {
  const criterion = { 'mcp_argument/x': { matches: '^(a+)+$' } }

  expect(admits(criterion, { mcp: call('t', { x: `${'a'.repeat(50_000)}b` }) })).toBe(false)
})

test.each<[Record<string, unknown>, RegExp]>([
  [{ source_ip: 'nowhere' }, /no address or range/],
  [{ source_ip: ['10.0.0.0/8', '10.0.0.0/33'] }, /no address or range/],
  [{ date: { after: 'tomorrow' } }, /needs a date/],
  [{ date: { after: '2026-02-01', before: '2026-01-01' } }, /never matches/],
  [{ date: { afer: '2026-02-01' } }, /Unknown key "afer"/],
  [{ day_of_week: 'someday' }, /days of the week/],
  [{ time_of_day: { after: '25:00' } }, /needs a time of day/],
  [{ time_of_day: { timezone: 'Mars/Olympus' } }, /needs a time zone/],
  [{ mcp_argument: 'x' }, /needs a path/],
  [{ 'mcp_argument/x': { gt: 'a' } }, /"gt" needs a number/],
  [{ 'mcp_argument/x': { gt: 5, lt: 5 } }, /never matches/],
  [{ 'mcp_argument/x': { matches: '(?=x)' } }, /RE2/],
  [{ 'mcp_argument/x': { startswith: 'x' } }, /Unknown operator "startswith"/],
  [{ client_certificate: {} }, /Expected what the certificate has/],
  [{ client_certificate: { san_dsn: 'x' } }, /Unknown key "san_dsn"/],
  [{ client_certificate: { fingerprint: 'ab' } }, /Expected a SHA-256 fingerprint/],
  [{ client_certificate: { spki_hash: [] } }, /Expected the SHA-256 of a public key/],
  [{ client_certificate: { san_dns: 7 } }, /Expected a string or operators/],
  [{ mcp_tol: 'x' }, /Unknown criterion "mcp_tol"/],
])('%j is a problem', (criterion, message) => {
  const compiled = compilePolicy({ allow: { and: [criterion] } })

  expect(compiled.ok).toBe(false)
  expect(JSON.stringify(compiled.ok ? [] : compiled.error.map((problem) => problem.message))).toMatch(
    message.source.includes('"') ? new RegExp(message.source.replaceAll('"', '\\\\"')) : message,
  )
})

test('operator blocks that look joined but are alternatives are warned of, with what was probably meant', () => {
  const mixed = compilePolicy({ allow: { and: [{ domain: 'example.com' }], not: [{ email: 'eve@example.com' }] } })
  const plain = compilePolicy({
    allow: { and: [{ domain: 'example.com' }], or: [{ email: 'a@b.c' }] },
    deny: { or: [{ reject: 1 }] },
  })

  expect(mixed.ok && mixed.value.warnings).toEqual([
    {
      path: ['allow'],
      message: '"not" and "and" are alternatives here: either is enough',
      hint: 'to except somebody, write "allow: { and: [{ domain: example.com }] }" and "deny: { or: [{ email: eve@example.com }] }"',
    },
  ])
  expect(plain.ok && plain.value.warnings).toEqual([])
})
