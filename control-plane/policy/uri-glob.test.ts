import { expect, test } from 'vitest'

import { uriGlob } from './uri-glob.ts'

test.each<[string, string, boolean | undefined]>([
  ['file:///srv/*', 'file:///srv/a', true],
  ['file:///srv/*', 'file:///srv/a/b', false],
  ['file:///srv/**', 'file:///srv/a/b', true],
  ['file:///srv/**', 'FILE:///srv/a', true],
  ['file:///srv/**', 'file:///srv/../etc/passwd', false],
  ['file:///srv/**', 'file:///srv/%2e%2e/etc/passwd', false],
  ['file:///srv/**', 'file:///srv/a%00', undefined],
  ['https://a.example', 'https://a.example', true],
  ['https://a.example/(b)', 'https://a.example/(b)', true],
  ['card:*', 'card:5', true],
  ['card:*', 'card:..', undefined],
  ['card:*', 'card:%2e', undefined],
  ['card:*', 'card:a\\b', undefined],
])('%s for %s is %s', (glob, uri, expected) => {
  expect(uriGlob(glob).matches(uri)).toBe(expected)
})

test.each<[string, string, boolean]>([
  ['file:///srv/**', 'file:///srv/{name}', true],
  ['file:///srv/**', 'file:///etc/{name}', false],
  // A server may put `..` where the template has an expression.
  ['file:///srv/**', 'file:///{+path}', true],
  ['file:///srv/*/log', 'file:///srv/{user}/log', true],
  ['file:///srv/*/log', 'file:///srv/a/b/log', false],
  ['file:///srv/*a*a*a', 'file:///srv/a{x}a{y}a', true],
  ['file:///srv/*', 'FILE:///srv/a', true],
  ['file:///srv/*', '{uri}', true],
  ['file:///srv/a', 'file:///srv/{unclosed', true],
  ['card:*', 'card:{id}', true],
  ['card:1', 'deck:{id}', false],
])('some URI of the template may match: %s and %s is %s', (glob, template, expected) => {
  expect(uriGlob(glob).mayMatchTemplate(template)).toBe(expected)
})

test('of a template that is longer than anybody reads the end may be anything', () => {
  const long = `file:///srv/${'a'.repeat(300)}`

  expect(uriGlob('file:///srv/**/b').mayMatchTemplate(long)).toBe(true)
  expect(uriGlob('file:///etc/**').mayMatchTemplate(long)).toBe(false)
})
