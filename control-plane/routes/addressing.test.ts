import { describe, expect, test } from 'vitest'

import { baseUrlOf, locate, locateResource, mcpUrlOf, resourceMetadataUrl, type Addressing } from './addressing.ts'
import { tunnelNameIn } from './publication.ts'

const path: Addressing = { mode: 'path', publicUrl: new URL('http://localhost:7800') }
const host: Addressing = {
  mode: 'host',
  publicUrl: new URL('https://gateway.example.com'),
  tunnelDomain: 'tunnels.example.com',
}

describe('locate() in path mode', () => {
  test('takes the first segment for the route and the URL without its query for the resource', () => {
    expect(locate(path, 'localhost', '/calm-otter-4821/mcp?x=1')).toEqual({
      route: 'calm-otter-4821',
      resource: 'http://localhost:7800/calm-otter-4821/mcp',
      prefix: '/calm-otter-4821',
    })
  })

  test('does not tell a trailing slash apart', () => {
    expect(locate(path, 'localhost', '/a/mcp/')?.resource).toBe('http://localhost:7800/a/mcp')
    expect(locate(path, 'localhost', '/a')?.resource).toBe('http://localhost:7800/a')
  })

  test.each([
    '/',
    '',
    'a/mcp',
    '/A/mcp',
    '/a//mcp',
    '//a/mcp',
    '/a/../b',
    '/a/./b',
    '/a/..',
    '/a/%2f/b',
    '/a/%5C/b',
    '/a/%00',
    '/a;x/mcp',
    '/a\\b',
    '/-a/mcp',
    '/a_b/mcp',
    '/a/%zz',
    '/a b',
  ])('knows no route at "%s"', (target) => {
    expect(locate(path, 'localhost', target)).toBeUndefined()
  })

  test('answers to its own host only', () => {
    expect(locate(path, 'evil.example.com', '/a/mcp')).toBeUndefined()
    expect(locate(path, 'LOCALHOST', '/a/mcp')).toBeDefined()
  })
})

describe('locate() in host mode', () => {
  test('takes one label below the tunnel domain, or a whole host, for the route', () => {
    expect(locate(host, 'calm-otter-4821.tunnels.example.com', '/mcp')).toEqual({
      route: 'calm-otter-4821',
      resource: 'https://calm-otter-4821.tunnels.example.com/mcp',
      prefix: '',
    })
    expect(locate(host, 'wiki.example.com', '/mcp')?.route).toBe('wiki.example.com')
  })

  test.each(['gateway.example.com', 'a.b.tunnels.example.com', '.tunnels.example.com'])(
    'knows no tunnel at %s',
    (name) => {
      expect(locate(host, name, '/mcp')).toBeUndefined()
    },
  )
})

describe('locateResource()', () => {
  test.each([
    ['http://localhost:7800/a/mcp', 'http://localhost:7800/a/mcp'],
    ['HTTP://LOCALHOST:7800/a/mcp/', 'http://localhost:7800/a/mcp'],
  ])('reads %s as %s', (resource, expected) => {
    expect(locateResource(path, resource)?.resource).toBe(expected)
  })

  test.each([
    'http://localhost:7801/a/mcp',
    'https://localhost:7800/a/mcp',
    'http://localhost:7800/a/mcp?x',
    'http://localhost:7800/a/mcp#x',
    'http://u@localhost:7800/a/mcp',
    'http://localhost:7800',
    'a/mcp',
    '',
  ])('knows nothing at "%s"', (resource) => {
    expect(locateResource(path, resource)).toBeUndefined()
  })
})

test('links are built from the public URL', () => {
  expect(mcpUrlOf(path, 'calm-otter-4821')).toBe('http://localhost:7800/calm-otter-4821/mcp')
  expect(mcpUrlOf(host, 'calm-otter-4821')).toBe('https://calm-otter-4821.tunnels.example.com/mcp')
  expect(baseUrlOf(host, 'wiki.example.com')).toBe('https://wiki.example.com')
  expect(resourceMetadataUrl('https://a.example.com/mcp')).toBe(
    'https://a.example.com/.well-known/oauth-protected-resource/mcp',
  )
  expect(resourceMetadataUrl('https://a.example.com')).toBe(
    'https://a.example.com/.well-known/oauth-protected-resource',
  )
})

test.each([
  ['calm-otter-4821', 'calm-otter-4821'],
  ['api-calm-otter-4821', 'calm-otter-4821'],
  ['p8080-calm-otter-4821', 'calm-otter-4821'],
  ['bold-crab-0001-calm-otter-4821', 'calm-otter-4821'],
  ['calm-otter', undefined],
  ['calm-otter-48211', undefined],
  ['x--calm-otter-4821', undefined],
  ['-calm-otter-4821', undefined],
])('tunnelNameIn() finds the owner’s name in "%s": %s', (key, expected) => {
  expect(tunnelNameIn(key)).toBe(expected)
})
