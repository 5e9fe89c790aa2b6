import fc from 'fast-check'
import { expect, test } from 'vitest'

import { isPathWithin, normalPath } from './path-within.ts'

test.each([
  '~/project',
  '~/project/',
  '~/project/src/a.ts',
  '~/project//src/./a.ts',
  '~/project/src/../a.ts',
  '~\\project\\src',
  '~/project/%73rc',
])('%s is within ~/project', (path) => {
  expect(isPathWithin(path, '~/project')).toBe(true)
})

test.each([
  '~/project2/a',
  '~/projec',
  '~/project/../secrets',
  '~/project/%2e%2e/secrets',
  '~/project/%252e%252e/secrets',
  '~/project/..%2fsecrets',
  '~/project/..\\secrets',
  '~/project/..%5csecrets',
  '/etc/passwd',
  'project/a',
  '~',
  '',
])('%s is not within ~/project', (path) => {
  expect(isPathWithin(path, '~/project')).toBe(false)
})

test.each([
  '~/../etc/passwd',
  '../project',
  '~/project/%00/a',
  'a\0b',
  '~/project/%',
  '~/project/%zz%41%ff',
  '%25252525252e',
])('%s cannot be told', (path) => {
  const told = isPathWithin(path, '~/project')
  expect(told === undefined || told === (path === '~/project/%')).toBe(true)
})

test.each([
  '~/project/\u2025/.ssh',
  '~/project/\uff0e\uff0e/.ssh',
  '~/project/\u2024\u2024/.ssh',
  '~/project\uff0f..\uff0f.ssh',
  '~/project/a\ufe68b',
  '~/project/%e2%80%a5/.ssh',
  '~/project/%u002e%u002e/.ssh',
  '~/project/%25u002e%25u002e/.ssh',
  '~/project/.. /.ssh',
  '~/project/.../.ssh',
  '~/project/. ./.ssh',
])('%s is another path to some system, so it cannot be told', (path) => {
  expect(isPathWithin(path, '~/project')).toBeUndefined()
})

test.each(['~/project/a….txt', '~/project/e\u0301t\u00e9', '~/project/ a . b /...c', '~/project/½'])(
  'a name like %s is one everywhere',
  (path) => {
    expect(isPathWithin(path, '~/project')).toBe(true)
  },
)

test('file URLs are their paths', () => {
  expect(isPathWithin('file:///srv/data/a', '/srv/data')).toBe(true)
  expect(isPathWithin('file://localhost/srv/data/../x', '/srv/data')).toBe(false)
  expect(isPathWithin('/../../srv/data/a', '/srv/data')).toBe(true)
})

test('what is within a folder stays within it however it is encoded, and nothing else ever gets there', () => {
  const segment = fc.constantFrom('a', 'b', '..', '.', '', '%2e%2e', '%2E.', 'x%2fy')
  fc.assert(
    fc.property(fc.array(segment, { maxLength: 8 }), (segments) => {
      const path = `/root/${segments.join('/')}`
      const plain = normalPath(path)
      if (plain === undefined) return
      const expected = new URL(`http://h${decodeURIComponent(decodeURIComponent(path)).replaceAll(/\/+/g, '/')}`)
        .pathname
      expect(plain).toBe(
        expected
          .replaceAll(/\/+/g, '/')
          .replace(/(.)\/$/, '$1')
          .replace(/^\/$/, '/'),
      )
    }),
  )
})
