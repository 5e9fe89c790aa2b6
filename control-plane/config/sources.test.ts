/** Configurations of several files, and what they share: groups and named policies. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

import { afterEach, beforeEach, expect, test } from 'vitest'

import { decide } from '../policy/decide.ts'
import { explain } from '../policy/explain.ts'
import { inputOf } from '../policy/hypothetical.ts'
import { readEnvironment } from './environment.ts'
import { loadConfiguration, type Configuration } from './load.ts'
import { ConfigError, formatPlace } from './problem.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sallyport-sources-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

function write(files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
}
const load = (path = 'sallyport.yaml'): Configuration =>
  loadConfiguration({ ...readEnvironment({ SALLYPORT_DATA: '/data' }), configFile: join(folder, path) })

/** `place message`, without the folder. */
function problems(path?: string): readonly string[] {
  try {
    load(path)
    return []
  } catch (cause) {
    if (!(cause instanceof ConfigError)) throw cause
    return cause.problems.map((problem) => `${formatPlace(problem)} ${problem.message}`.replaceAll(`${folder}/`, ''))
  }
}

const allows = (
  configuration: Configuration,
  route: string,
  email: string,
  tool = 'read',
  groups: string[] = [],
): boolean => {
  const policy = configuration.publication.routes.get(route)?.policy
  if (policy === undefined) throw new Error(`no route ${route}`)
  return decide(policy, inputOf({ user: { email, groups }, tool }, 0)).allowed
}
const route = (name: string, policy: string): string =>
  `  - { from: http://localhost:7800/${name}, to: 'http://127.0.0.1:1', policy: ${policy} }\n`

const SHARED = `groups:
  operators: [Ann@example.com, usr_bob]
policies:
  readers:
    allow: { and: [{ domain: example.com }, { mcp_tool: read }] }
  operators:
    - allow: { and: [{ groups: operators }] }
    - use: readers
`

test('routes use policies by name, alone or among rules of their own', () => {
  write({
    'sallyport.yaml': `${SHARED}routes:\n${route('a', 'readers')}${route('b', '[{ use: operators }, { deny: { or: [{ mcp_tool: drop }] } }]')}`,
  })
  const configuration = load()

  expect(allows(configuration, 'a', 'eve@example.com')).toBe(true)
  expect(allows(configuration, 'a', 'eve@example.com', 'write')).toBe(false)
  expect(allows(configuration, 'b', 'eve@example.com')).toBe(true)
  expect(allows(configuration, 'b', 'ann@example.com', 'write')).toBe(true)
  expect(allows(configuration, 'b', 'ann@example.com', 'drop')).toBe(false)
})

test('a group that is defined here is only that, whatever the identity provider says', () => {
  write({
    'sallyport.yaml': `groups: { operators: [ann@example.com] }\nroutes:\n${route('a', '{ allow: { or: [{ groups: operators }, { groups: staff }] } }')}`,
  })
  const configuration = load()

  expect(allows(configuration, 'a', 'ann@example.com')).toBe(true)
  expect(allows(configuration, 'a', 'eve@evil.example', 'read', ['operators'])).toBe(false)
  expect(allows(configuration, 'a', 'bob@example.com', 'read', ['staff'])).toBe(true)
})

test('who may serve a route is a named policy too', () => {
  write({
    'sallyport.yaml': `policies: { ours: { allow: { or: [{ domain: example.com }] } } }
routes:
  - { from: http://localhost:7800/a, upstream_tunnel: { ssh_policy: ours }, policy: [{ use: ours }] }
`,
  })
  const upstream = load().publication.routes.get('a')?.upstream

  expect(upstream).toMatchObject({ kind: 'tunnel', servePolicy: { allow: [{ operator: 'or' }] } })
})

test('files and folders are included, and places are those of the file that says it', () => {
  write({
    'sallyport.yaml': `include: [shared.yaml, teams]\nroutes:\n${route('a', 'readers')}`,
    'shared.yaml': SHARED,
    'teams/b.yaml': `# the second team\nroutes:\n${route('b', '[{ use: readers }]')}`,
    'teams/a.yaml': `routes:\n${route('c', '{ allow: { and: [{ accept: true }] } }')}`,
    'teams/.hidden.yaml': 'nonsense: true',
    'teams/README.md': 'nonsense: true',
  })
  const configuration = load()
  const { routes } = configuration.publication
  const placeOf = (key: string): string => {
    const found = routes.get(key)
    const deciding = found && explain(found.policy, inputOf({ user: { email: 'a@example.com' }, tool: 'read' }, 0))
    const path = deciding?.blocks.find(({ decides }) => decides)?.path ?? []
    return configuration.placeOf([...(found?.policyAt ?? []), ...path]).replace(`${folder}/`, '')
  }

  expect([...routes.keys()]).toEqual(['a', 'c', 'b'])
  expect(placeOf('a')).toBe('shared.yaml:5:14')
  expect(placeOf('b')).toBe('shared.yaml:5:14')
  expect(placeOf('c')).toBe('teams/a.yaml:2:83')
})

test('a folder is a configuration: its sallyport.yaml and whatever else it holds', () => {
  write({ 'sallyport.yaml': `routes:\n${route('a', 'readers')}`, 'shared.yaml': SHARED })

  expect(allows(load('.'), 'a', 'eve@example.com')).toBe(true)
})

test('names of other files are relative to the file that has them', () => {
  write({
    'sallyport.yaml': 'include: [teams]\n',
    'teams/a.yaml': `routes:
  - from: http://localhost:7800/a
    to: http://127.0.0.1:1
    policy: [{ allow: { or: [{ accept: true }] } }]
    set_request_headers: { X-Key: { file: key.txt } }
`,
    'teams/key.txt': 'secret',
  })

  expect(load().publication.routes.get('a')?.side?.headers[0]?.value.reveal()).toBe('secret')
})

test('every problem of every file is reported, each where it stands', () => {
  write({
    'sallyport.yaml': `include: [shared.yaml, more.yaml, nowhere.yaml]\npolicies: { readers: [] }\nlistn: []\n`,
    'shared.yaml': SHARED,
    'more.yaml': 'oauth: {}\nroutes:\n  - form: x\n',
  })

  expect(problems()).toEqual([`sallyport.yaml:3:1 Unknown key "listn"`])

  write({ 'sallyport.yaml': `include: [shared.yaml, more.yaml, nowhere.yaml]\npolicies: { readers: [] }\n` })

  expect(problems()).toEqual([
    `sallyport.yaml:1:35 Cannot read "nowhere.yaml": there is no such file or folder`,
    'more.yaml:3:5 Expected string, received undefined',
    'more.yaml:3:5 Unknown key "form"',
    'more.yaml:1:1 Unknown key "oauth"',
    'shared.yaml:4:3 "readers" is defined twice in "policies"',
  ])
})

test('a mistake in a named policy is reported once, and a name that is not there with what was meant', () => {
  write({
    'sallyport.yaml': `groups: { a: [nobody@, '*'] }
policies:
  broken: { allow: { and: [{ emial: x }] } }
  loop: [{ use: loop }]
routes:
${route('a', 'broken')}${route('b', '[{ use: broken }]')}${route('c', 'brokn')}`,
  })

  expect(problems()).toEqual([
    'sallyport.yaml:1:15 "nobody@" is no member',
    'sallyport.yaml:1:24 "*" is no member',
    'sallyport.yaml:3:30 Unknown criterion "emial"',
    'sallyport.yaml:4:12 There is no policy "loop"',
    'sallyport.yaml:8:64 There is no policy "brokn"',
  ])
})

test('a file that is no YAML is a problem of that file, and two documents are one too many', () => {
  write({
    'sallyport.yaml': 'include: [bad.yaml, two.yaml]\n',
    'bad.yaml': 'routes: [\n',
    'two.yaml': 'a: 1\n---\nb: 2\n',
  })

  expect(problems()).toEqual([
    'bad.yaml:2:1 Deficient indentation',
    'two.yaml:1:1 A second document begins here: one file is one document',
  ])
})

test('what is probably not meant in a named policy is warned of once, and what has no meaning where it is used', () => {
  write({
    'sallyport.yaml': `policies:
  twice: { allow: { or: [{ email: a@b.c }, { email: a@b.c }] } }
  keys: { allow: { or: [{ ssh_username: ann }] } }
routes:
${route('a', 'twice')}${route('b', '[{ use: twice }]')}${route('c', 'keys')}`,
  })

  expect(load().warnings.map(({ line, message }) => `${line} ${message}`)).toEqual([
    '2 This "email" stands in the list twice',
    '3 "ssh_username" has no meaning for calls: it is always false',
  ])
})
