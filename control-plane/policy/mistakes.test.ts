import { expect, test } from 'vitest'

import { compilePolicy } from './compile.ts'
import { NO_VOCABULARY, type Vocabulary } from './vocabulary.ts'

/** `path: message (hint)`, line by line. */
function mistakesIn(data: unknown, vocabulary: Vocabulary = NO_VOCABULARY): string {
  const compiled = compilePolicy(data, vocabulary)
  if (compiled.ok) return 'no mistake'
  return compiled.error.map(({ path, message, hint }) => `${path.join('.')}: ${message} (${hint})`).join('\n')
}

const VALUE = 'Expected a value or operators'
test.each<[Record<string, unknown>, string]>([
  [{ email: { is: 5 } }, 'email.is: "is" needs a string'],
  [{ email: { xxxxxxxx: 'a' } }, 'Unknown operator "xxxxxxxx" (operators: is, not, contains'],
  [{ user: [] }, 'user: Expected a string or operators'],
  [{ groups: { xxxxxxxx: 'a' } }, 'Unknown operator "xxxxxxxx" (operators: has, is, exclude)'],
  [{ 'claim/a': 5 }, 'claim/a: Expected a string or operators'],
  [{ claim: 'a' }, '"claim" needs a path'],
  [{ http_method: 5 }, 'http_method: Expected a string or operators'],
  [{ http_path: 5 }, 'http_path: Expected a string or operators'],
  [{ mcp_resource: 5 }, 'mcp_resource: Expected a string or operators'],
  [{ mcp_prompt: 5 }, 'mcp_prompt: Expected a string or operators'],
  [{ mcp_tool: 5 }, 'mcp_tool: Expected a string or operators'],
  [{ mcp_method: 5 }, 'mcp_method: Expected a string or operators'],
  [{ 'mcp_argument/x': {} }, VALUE],
  [{ 'mcp_argument/x': [] }, VALUE],
  [{ 'mcp_argument/x': null }, VALUE],
  [{ 'mcp_argument/x': { is: {} } }, '"is" needs a string, number or boolean'],
  [{ 'mcp_argument/x': { in: [] } }, '"in" needs a list of strings, numbers or booleans'],
  [{ 'mcp_argument/x': { contains: 5 } }, '"contains" needs a string'],
  [{ 'mcp_argument/x': { has: {} } }, '"has" needs a string, number or boolean'],
  [{ 'mcp_argument/x': { matches: 5 } }, '"matches" needs a regular expression'],
  [{ 'mcp_argument/x': { zzzzzzzzz: 5 } }, 'Unknown operator "zzzzzzzzz" (operators: is, in'],
  [{ oauth_scope: [] }, 'Expected the name of a scope'],
  [{ oauth_scope: ['a', 5] }, 'Expected the name of a scope'],
  [{ oauth_scope: 'two words' }, 'Expected the name of a scope'],
  [{ ssh_publickey: ['ssh-ed25519 A', 5] }, 'ssh_publickey.0: Expected a public key'],
  [{ ssh_publickey: 5 }, 'ssh_publickey: Expected a public key'],
  [{ ssh_username: 5 }, 'ssh_username: Expected a string or operators'],
  [{ date: 'today' }, 'Expected "after", "before"'],
  [{ date: { before: 'soon' } }, '"before" needs a date'],
  [{ date: { after: '' } }, '"after" needs a string'],
  [{ date: { zzzzzzzz: 'a' } }, 'Unknown key "zzzzzzzz" (known: after, before)'],
  [{ day_of_week: 5 }, 'Expected days of the week'],
  [{ time_of_day: 'noon' }, 'Expected "timezone", "after", "before"'],
  [{ time_of_day: { before: 'noon' } }, '"before" needs a time of day'],
  [{ time_of_day: { before: '9:75' } }, '"before" needs a time of day'],
  [{ time_of_day: { before: '24:01' } }, '"before" needs a time of day'],
  [{ time_of_day: { before: '13PM' } }, '"before" needs a time of day'],
  [{ 'tool_annotation/': true }, '"tool_annotation" needs a hint'],
  [{ 'tool_annotation/zzzzzzzzzzzz': true }, 'Unknown hint "zzzzzzzzzzzz" (hints: readOnlyHint'],
  [{ 'tool_annotation/readOnlyHin': true }, 'did you mean "readOnlyHint"?'],
  [{}, 'A criterion has exactly one name, found 0'],
])('%j is a mistake with words of its own', (criterion, words) => {
  expect(mistakesIn({ allow: { and: [criterion] } })).toContain(words)
})

const named = (...names: readonly string[]): Vocabulary => {
  const policy = compilePolicy({ allow: { and: [{ accept: true }] } })
  if (!policy.ok) throw new Error('The policy does not compile')
  return { ...NO_VOCABULARY, policies: new Map(names.map((name) => [name, policy.value])) }
}

test('a name that no policy has is told with the one that was meant, or all there are', () => {
  expect(mistakesIn('staf', named('staff', 'guests'))).toContain('did you mean "staff"?')
  expect(mistakesIn([{ use: 'zzzzzz' }], named('staff', 'guests'))).toContain('policies: staff, guests')
  expect(mistakesIn([{ use: 'zzzzzz' }])).toContain('name policies under "policies"')
  expect(mistakesIn([{ zzzzzzzz: {} }])).toContain('known: allow, deny, use')
})

test('a policy by its name is that policy, and one that uses it goes on with the path', () => {
  const byName = compilePolicy('staff', named('staff'))
  const using = compilePolicy([{ use: 'staff' }], named('staff'))

  expect(byName.ok && byName.value.allow[0]?.place.path).toEqual(['allow', 'and'])
  expect(using.ok && using.value.allow[0]?.place.path).toEqual([0, 'use', 'allow', 'and'])
  expect(using.ok && using.value.allow[0]?.criteria[0]?.path).toEqual([0, 'use', 'allow', 'and', 0])
})
