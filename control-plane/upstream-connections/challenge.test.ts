import { expect, test } from 'vitest'

import { bearerChallengeOf, missingScopeOf, scopeNames } from './challenge.ts'
import { isBelow, isWithin } from './resource.ts'

test.each([
  ['Bearer', {}],
  ['bearer realm="x"', { realm: 'x' }],
  [
    'Bearer error="insufficient_scope", scope="a b", resource_metadata="https://h/x"',
    { error: 'insufficient_scope', scope: 'a b', resource_metadata: 'https://h/x' },
  ],
  ['Bearer scope=a,error=invalid_token', { scope: 'a', error: 'invalid_token' }],
  ['Basic realm="Bearer", Bearer scope="a"', { scope: 'a' }],
  ['Bearer scope="a", Basic realm="b"', { scope: 'a' }],
  ['Bearer realm="say \\"scope=evil\\"", scope="a"', { realm: 'say "scope=evil"', scope: 'a' }],
])('bearerChallengeOf reads %s', (header, expected) => {
  expect(Object.fromEntries(bearerChallengeOf(header) ?? [])).toEqual(expected)
})

test.each(['', 'Basic realm="x"', 'DPoP algs="ES256"'])('bearerChallengeOf finds none in "%s"', (header) => {
  expect(bearerChallengeOf(header)).toBeUndefined()
})

test('only a lack of scope that says which is one', () => {
  expect(missingScopeOf('Bearer error="insufficient_scope", scope="write read"')).toEqual(['write', 'read'])
  expect(missingScopeOf('Bearer error="insufficient_scope"')).toBeUndefined()
  expect(missingScopeOf('Bearer error="invalid_token", scope="write"')).toBeUndefined()
})

test('scopeNames joins without repetition and drops what is no scope', () => {
  expect(scopeNames('a b', undefined, ' b  c', 'no"quote \u00fcmlaut')).toEqual(['a', 'b', 'c'])
  expect(scopeNames(Array.from({ length: 80 }, (_, index) => `s${index}`).join(' '))).toHaveLength(50)
})

test.each([
  ['https://h/mcp', 'https://h/mcp', true],
  ['https://h/mcp', 'https://h', true],
  ['https://h/a/mcp', 'https://h/a/', true],
  ['https://h/mcp', 'https://h/mcpx', false],
  ['https://h/mcpx', 'https://h/mcp', false],
  ['https://h/mcp', 'https://h/other', false],
  ['https://h/mcp', 'https://h:8443/mcp', false],
  ['https://h/mcp', 'http://h/mcp', false],
  ['https://h/mcp', 'https://evil.example/mcp', false],
  ['https://h/mcp', 'https://h/mcp?tenant=2', false],
  ['https://h/mcp', 'https://user@h/mcp', false],
  ['https://h/mcp', 'mcp', false],
])('%s within %s: %s', (url, resource, expected) => {
  expect(isWithin(url, resource)).toBe(expected)
})

test('a path is below its base by whole segments', () => {
  expect(isBelow('/mcp', '/mcp')).toBe(true)
  expect(isBelow('/mcp/x', '/mcp/')).toBe(true)
  expect(isBelow('/anything', '/')).toBe(true)
  expect(isBelow('/mcp-admin', '/mcp')).toBe(false)
  expect(isBelow('/', '/mcp')).toBe(false)
})
