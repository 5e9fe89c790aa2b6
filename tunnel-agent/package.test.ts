import { readdirSync, readFileSync } from 'node:fs'

import { expect, test } from 'vitest'

const folder = new URL('.', import.meta.url)
const sources = readdirSync(folder).filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
const imports = sources.flatMap((name) =>
  [...readFileSync(new URL(name, folder), 'utf8').matchAll(/(?:from |import\()'([^']+)'/g)].map(
    (match) => match[1] ?? '',
  ),
)
const manifest = JSON.parse(readFileSync(new URL('package.json', folder), 'utf8')) as {
  readonly dependencies: Readonly<Record<string, string>>
}

test('the package stands alone: nothing outside of its folder is imported', () => {
  expect(imports.filter((name) => name.startsWith('../'))).toEqual([])
})

test('its dependencies are what it imports, and no more', () => {
  const packages = imports
    .filter((name) => !name.startsWith('.') && !name.startsWith('node:'))
    .map((name) => /^(?:@[^/]+\/)?[^/]+/.exec(name)?.[0])

  expect(new Set(packages)).toEqual(new Set(Object.keys(manifest.dependencies)))
})
