import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'

import { expect, test } from 'vitest'

import type { UpstreamSide } from '../routes/upstream-side.ts'
import { readEnvironment } from './environment.ts'
import { loadConfiguration, type Configuration } from './load.ts'
import { ConfigError } from './problem.ts'

const folder = mkdtempSync(join(tmpdir(), 'upstream-side-'))
writeFileSync(join(folder, 'key.txt'), 'file-secret\n')
writeFileSync(join(folder, 'two-lines.txt'), 'one\ntwo\n')
writeFileSync(join(folder, 'empty.txt'), '\n')

function load(route: string): Configuration {
  const configFile = join(folder, 'sallyport.yaml')
  writeFileSync(
    configFile,
    `routes:\n  - from: http://localhost:7800/wiki\n    to: http://127.0.0.1:9000\n    policy: [{ allow: { and: [{ accept: true }] } }]\n${route}`,
  )
  return loadConfiguration({ ...readEnvironment({ SALLYPORT_DATA: '/data', API_KEY: 'env-secret' }), configFile })
}

const sideOf = (route: string): UpstreamSide | undefined => load(route).publication.routes.get('wiki')?.side

function problems(route: string): readonly string[] {
  try {
    load(route)
    return []
  } catch (cause) {
    if (!(cause instanceof ConfigError)) throw cause
    return cause.problems.map(({ line, column, message, hint }) => `${line}:${column} ${message} (${hint ?? ''})`)
  }
}

test('headers come from the file itself, from a file beside it and from the environment', () => {
  const side = sideOf(
    '    set_request_headers: { X-Plain: some text, X-Api-Key: { file: key.txt }, Authorization: { env: API_KEY } }\n',
  )

  expect(side?.headers.map(({ name, value }) => [name, value.reveal()])).toEqual([
    ['x-plain', 'some text'],
    ['x-api-key', 'file-secret'],
    ['authorization', 'env-secret'],
  ])
})

test('values are not printed, whoever prints the configuration', () => {
  const configuration = load('    set_request_headers: { X-Api-Key: { file: key.txt } }\n')

  expect(inspect(configuration, { depth: null })).not.toContain('file-secret')
  expect(JSON.stringify([...configuration.publication.routes.values()])).not.toContain('file-secret')
})

test('public assets are allowed where the configuration says so', () => {
  expect(load('').publication.publicAssets).toBe(false)
  expect(load('tunnels: { public_assets: true }\n').publication.publicAssets).toBe(true)
})

test('identity is passed where the route asks for it, and to personal tunnels where all shall have it', () => {
  expect(sideOf('    pass_identity_headers: true\n')?.passIdentity).toBe(true)
  expect(sideOf('')?.passIdentity).toBe(false)
  expect(load('').publication.personalSide?.passIdentity).toBe(false)
  expect(load('tunnels: { pass_identity_headers: true }\n').publication.personalSide?.passIdentity).toBe(true)
})

test.each([
  'X-Sallyport-Assertion',
  'x-pomerium-jwt-assertion',
  'X_Forwarded_For',
  'X-Forwarded-For',
  'x-envoy-original-path',
  'X-Request-Id',
  'X-Real-IP',
  'Forwarded',
  'Host',
  'Content-Length',
  'Transfer-Encoding',
  'Connection',
  'Upgrade',
  'TE',
  'Proxy-Authorization',
  'Mcp-Session-Id',
  'X-HTTP-Method-Override',
  'X-Original-URL',
])('set_request_headers refuses %s', (name) => {
  expect(problems(`    set_request_headers: { ${name}: x }\n`)).toEqual([
    `5:28 The header "${name}" is set by the gateway or the client ()`,
  ])
})

test.each([
  ['{ "X Y": x }', '5:28 The header "X Y" has characters that no header name has ()'],
  ['{ ":path": x }', '5:28 The header ":path" has characters that no header name has ()'],
  ['{ X-A: x, x-a: y }', '5:36 The header "x-a" is set twice ()'],
  ['{ X-A: { file: nowhere } }', expect.stringContaining('Cannot read')],
  ['{ X-A: { env: NOWHERE } }', '5:35 The environment has no "NOWHERE" (set it)'],
  ['{ X-A: { file: empty.txt } }', '5:28 The value is empty ()'],
  ['{ X-A: { file: two-lines.txt } }', '5:28 The value is not one line of up to 8192 plain ASCII characters ()'],
  ['{ X-A: "a\\r\\nX-B: c" }', '5:28 The value is not one line of up to 8192 plain ASCII characters ()'],
  ['{ X-A: 7 }', '5:28 Expected a text, { file: FILE } or { env: NAME } ()'],
])('set_request_headers: %s is a problem', (headers, problem) => {
  expect(problems(`    set_request_headers: ${headers}\n`)).toEqual([problem])
})

test('claims in headers of their own are refused with what to use instead', () => {
  expect(problems('    jwt_claims_headers: { X-Email: email }\n')).toEqual([
    expect.stringContaining('use "pass_identity_headers: true"'),
  ])
})
