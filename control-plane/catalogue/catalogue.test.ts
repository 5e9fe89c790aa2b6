import { expect, test } from 'vitest'

import { Catalogue, type ToolTerms } from './catalogue.ts'

const hints = { readOnlyHint: false, destructiveHint: true, idempotentHint: false, openWorldHint: true }
const tool = { route: 'team', name: 'read' }

test.each<[ToolTerms['changes'], ToolTerms['unknown'], string | undefined, string | undefined]>([
  ['allow', 'allow', 'none', undefined],
  ['warn', 'allow', 'h2', undefined],
  ['allow', 'deny', 'none', 'tool-unknown'],
  ['allow', 'deny', undefined, 'tool-not-approved'],
  ['allow', 'deny', 'h2', undefined],
  ['block', 'allow', 'none', 'tool-unknown'],
  ['block', 'allow', undefined, 'tool-not-approved'],
  ['block', 'allow', 'h2', 'tool-changed'],
  ['block', 'allow', 'h1', undefined],
])('changes: %s, unknown: %s, approved: %s is %s', (changes, unknown, approvedHash, problem) => {
  const catalogue = new Catalogue()
  if (approvedHash !== 'none') catalogue.apply({ ...tool, seenHash: 'h1', approvedHash, hints })

  expect(catalogue.problemWith({ changes, unknown }, tool)).toBe(problem)
})

test('tools of the same name at other routes are others, and the last definition counts', () => {
  const catalogue = new Catalogue()
  catalogue.apply({ ...tool, seenHash: 'h1', approvedHash: 'h1', hints })
  catalogue.apply({ ...tool, seenHash: 'h2', approvedHash: 'h1', hints })

  expect(catalogue.find('other', 'read')).toBeUndefined()
  expect(catalogue.toolsOf('other')).toEqual([])
  expect(catalogue.toolsOf('team').map(({ seenHash }) => seenHash)).toEqual(['h2'])
})
