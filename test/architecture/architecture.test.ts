/** Who may import whom, and where each library lives. ARCHITECTURE.md draws the same picture; this file is right. */
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, posix } from 'node:path'

import { expect, test } from 'vitest'

type Table = Readonly<Record<string, readonly string[]>>

/** Compose and the program know everything. */
const ABOVE = ['control-plane/main.ts', 'control-plane/compose/']

const DOMAIN = [
  'assertion',
  'attempts',
  'policy',
  'routes',
  'mcp',
  'identity',
  'oauth',
  'tunnels',
  'audit',
  'limits',
  'upstream-connections',
  'catalogue',
  'approvals',
  'tasks',
  'sharing',
]

/** Folder → what it may import besides itself and kernel. A folder missing from here is an error. */
const MAY_IMPORT: Table = {
  kernel: [],
  assertion: ['identity', 'oauth', 'routes'],
  audit: [],
  limits: [],
  policy: [],
  mcp: [],
  approvals: ['audit', 'catalogue'],
  routes: ['approvals', 'audit', 'limits', 'policy', 'redaction', 'sharing'],
  sharing: ['audit', 'identity', 'policy'],
  redaction: [],
  tasks: [],
  catalogue: ['audit'],
  oauth: ['identity'],
  identity: ['oauth', 'sharing', 'tunnels'],
  tunnels: ['identity', 'policy', 'routes'],
  xds: ['proto'],
  authz: [...DOMAIN, 'xds', 'proto'],
  inspect: [...DOMAIN, 'authz', 'redaction', 'xds', 'proto'],
  grpc: ['xds', 'proto'],
  outbound: [],
  attempts: ['audit'],
  doctor: ['attempts'],
  ssh: ['approvals', 'audit', 'identity', 'shell', 'tunnels', 'tui'],
  shell: ['audit', 'catalogue', 'identity', 'policy', 'sharing', 'tunnels', 'tui'],
  tui: ['audit', 'approvals', 'catalogue', 'tunnels'],
  web: DOMAIN,
  'authorization-server': ['attempts', 'identity', 'oauth'],
  config: [...DOMAIN, 'redaction', 'upstream-idp'],
  'upstream-connections': ['identity'],
  'upstream-idp': ['identity'],
  'upstream-oauth': ['outbound', 'routes', 'upstream-connections'],
  mail: ['config', 'identity'],
  webauthn: ['identity'],
  store: [
    'audit',
    'catalogue',
    'tasks',
    'identity',
    'oauth',
    'sharing',
    'tunnels',
    'authorization-server',
    'upstream-connections',
    'upstream-oauth',
  ],
  observe: ['audit'],
  cli: ['audit', 'config', 'doctor', 'identity', 'policy', 'routes', 'sharing'],
  proto: ['envoy'],
  envoy: ['kernel'],
  'tunnel-agent': [],
}

/** Library → the only path prefixes that may import it. A library missing from here is an error. */
const HOME: Table = {
  '@fastify/cookie': ['control-plane/web/'],
  '@fastify/csrf-protection': ['control-plane/web/'],
  '@fastify/formbody': ['control-plane/web/'],
  '@fastify/rate-limit': ['control-plane/web/'],
  '@opentelemetry/api': ['control-plane/observe/'],
  '@opentelemetry/exporter-logs-otlp-http': ['control-plane/observe/'],
  '@opentelemetry/resources': ['control-plane/observe/'],
  '@opentelemetry/sdk-logs': ['control-plane/observe/'],
  '@grpc/grpc-js': ['control-plane/grpc/'],
  '@simplewebauthn/server': ['control-plane/webauthn/'],
  '@modelcontextprotocol/server': ['tunnel-agent/'],
  '@marcbachmann/cel-js': ['control-plane/policy/'],
  commander: ['control-plane/cli/'],
  fastify: ['control-plane/web/'],
  'get-east-asian-width': ['control-plane/tui/'],
  ghtml: ['control-plane/web/pages/'],
  jose: ['control-plane/oauth/'],
  'js-yaml': ['control-plane/config/'],
  kysely: ['control-plane/store/'],
  'lru-cache': ['control-plane/assertion/', 'control-plane/authz/', 'control-plane/oauth/'],
  nodemailer: ['control-plane/mail/'],
  'oidc-provider': ['control-plane/authorization-server/', 'control-plane/compose/authorization.ts'],
  'openid-client': ['control-plane/upstream-idp/', 'control-plane/upstream-oauth/'],
  pino: ['control-plane/observe/'],
  protobufjs: ['proto/'],
  re2js: ['control-plane/policy/', 'control-plane/redaction/'],
  ssh2: ['control-plane/ssh/', 'tunnel-agent/'],
  uqr: ['control-plane/tui/'],
  yaml: ['tunnel-agent/'],
  zod: ['control-plane/config/'],
}

const sources = String(
  execFileSync('git', ['ls-files', '-co', '--exclude-standard', 'control-plane', 'envoy', 'proto', 'tunnel-agent']),
)
  .split('\n')
  .filter((path) => path.endsWith('.ts') && !/\.(?:test|d)\.ts$/.test(path) && existsSync(path))

const IMPORT = /^(?:import|export)\s[^'"]*?\bfrom\s*'([^']+)'|^import\s*'([^']+)'|\bimport\(\s*'([^']+)'/gm
const importsOf = (path: string): string[] =>
  [...readFileSync(path, 'utf8').matchAll(IMPORT)].map((match) => match[1] ?? match[2] ?? match[3] ?? '')
const folderOf = (path: string): string => path.replace(/^control-plane\//, '').split('/')[0] ?? ''
const packageOf = (name: string): string =>
  name
    .split('/')
    .slice(0, name.startsWith('@') ? 2 : 1)
    .join('/')

function wrongImports(path: string, specifiers: readonly string[]): string[] {
  const from = folderOf(path)
  const allowed = MAY_IMPORT[from]
  if (allowed === undefined) return [`${from} is missing from the table`]
  return specifiers
    .filter((name) => name.startsWith('.'))
    .map((name) => folderOf(posix.join(dirname(path), name)))
    .filter((to) => to !== from && to !== 'kernel' && !allowed.includes(to))
    .map((to) => `${path} must not import ${to}`)
}

function homelessImports(path: string, specifiers: readonly string[]): string[] {
  return specifiers
    .filter((name) => !name.startsWith('.') && !name.startsWith('node:'))
    .filter((name) => HOME[packageOf(name)]?.some((prefix) => path.startsWith(prefix)) !== true)
    .map((name) => (HOME[packageOf(name)] === undefined ? `${name} has no home` : `${path} must not import ${name}`))
}

test('every import points down', () => {
  const below = sources.filter((path) => !ABOVE.some((prefix) => path.startsWith(prefix)))

  expect(below.flatMap((path) => wrongImports(path, importsOf(path)))).toEqual([])
})

test('every library stays in its home', () => {
  expect(sources.flatMap((path) => homelessImports(path, importsOf(path)))).toEqual([])
})

test('no file or folder has an empty name', () => {
  expect(sources.filter((path) => /\b(index|utils?|helpers?|common|types|manager)\b/.test(path))).toEqual([])
})

test('only the kernel and the agent, which is installed without it, read the clock, and only the environment’s file reads the environment', () => {
  const reads = (pattern: RegExp, homes: readonly string[]): string[] =>
    sources.filter((path) => !homes.some((home) => path.startsWith(home)) && pattern.test(readFileSync(path, 'utf8')))

  expect(reads(/\bDate\.now\(|new Date\(\)/, ['control-plane/kernel/clock.ts', 'tunnel-agent/clock.ts'])).toEqual([])
  expect(reads(/\bMath\.random\(/, [])).toEqual([])
  expect(reads(/\bprocess\.env\b/, ['control-plane/main.ts', 'envoy/', 'proto/generate.ts', 'tunnel-agent/'])).toEqual(
    [],
  )
  expect(reads(/\bprocess\.exit\(/, ['control-plane/main.ts', 'tunnel-agent/', 'proto/generate.ts'])).toEqual([])
})

test('the tables catch what they are for', () => {
  expect(wrongImports('control-plane/policy/decide.ts', ['../store/open.ts'])).toEqual([
    'control-plane/policy/decide.ts must not import store',
  ])
  expect(wrongImports('control-plane/unheard/of.ts', [])).toEqual(['unheard is missing from the table'])
  expect(homelessImports('control-plane/policy/decide.ts', ['fastify'])).toEqual([
    'control-plane/policy/decide.ts must not import fastify',
  ])
  expect(homelessImports('control-plane/policy/decide.ts', ['left-pad'])).toEqual(['left-pad has no home'])
})
