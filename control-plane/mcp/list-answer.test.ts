import { expect, test } from 'vitest'

import { filterLists, hasVariantList, listedIn } from './list-answer.ts'

const tools = [{ name: 'a' }, { name: 'b' }, { name: 'c' }]

test('a list keeps its order, and says that it is for one caller and not for long', () => {
  expect(filterLists({ tools, nextCursor: 'n' }, ({ name }) => name !== 'b')).toEqual({
    tools: [{ name: 'a' }, { name: 'c' }],
    nextCursor: 'n',
    ttlMs: 10_000,
    cacheScope: 'private',
  })
})

test.each([
  [500, 500],
  [60_000, 10_000],
  ['long', 10_000],
])('a server’s own time of %s becomes %s', (ttlMs, expected) => {
  expect(filterLists({ tools, ttlMs }, () => false)['ttlMs']).toBe(expected)
})

test('an answer from which nothing had to go is the same object', () => {
  for (const result of [{ tools }, { content: [] }, { tools: 'none' }]) {
    expect(filterLists(result, () => true)).toBe(result)
  }
})

test.each([5, null, {}, { name: '' }, { name: 5 }, { Name: 'a' }, { name: 'a', NAME: 'b' }])(
  'an item that nobody can judge is never shown: %o',
  (item) => {
    expect(listedIn({ tools: [item] })).toEqual([])
    expect(filterLists({ tools: [item] }, () => true)['tools']).toEqual([])
  },
)

test('every kind of list is known by its shape', () => {
  const result = {
    tools,
    prompts: [{ name: 'p' }],
    resources: [{ uri: 'u' }],
    resourceTemplates: [{ uriTemplate: 't' }],
  }

  expect(listedIn(result).map(({ kind, name }) => `${kind} ${name}`)).toEqual([
    'tools a',
    'tools b',
    'tools c',
    'prompts p',
    'resources u',
    'resourceTemplates t',
  ])
  expect(hasVariantList(result)).toBe(false)
  expect(hasVariantList({ Tools: tools })).toBe(true)
  expect(hasVariantList({ resourcetemplates: [] })).toBe(true)
})
