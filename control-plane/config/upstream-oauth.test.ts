import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { expect, test } from 'vitest'

import type { UpstreamOAuthTerms } from '../routes/upstream-side.ts'
import { readEnvironment } from './environment.ts'
import { loadConfiguration } from './load.ts'
import { ConfigError } from './problem.ts'

const folder = mkdtempSync(join(tmpdir(), 'upstream-oauth-'))
writeFileSync(join(folder, 'secret'), 'hush\n')

function load(target: string, rest: string): UpstreamOAuthTerms | undefined {
  const configFile = join(folder, 'sallyport.yaml')
  const policy = 'policy: [{ allow: { and: [{ accept: true }] } }]'
  writeFileSync(
    configFile,
    `routes:\n  - from: http://localhost:7800/notes\n    ${policy}\n    ${target}\n    ${rest}\n`,
  )
  const { publication } = loadConfiguration({ ...readEnvironment({ SALLYPORT_DATA: '/data' }), configFile })
  return publication.routes.get('notes')?.side?.oauth
}

function problems(target: string, rest: string): readonly string[] {
  try {
    load(target, rest)
    return []
  } catch (cause) {
    if (!(cause instanceof ConfigError)) throw cause
    return cause.problems.map(({ message }) => message)
  }
}

const TO = 'to: https://mcp.example.com'

test('the MCP URL is /mcp on the server, unless another one is named', () => {
  expect(load(TO, 'upstream_oauth: {}')).toEqual({ url: 'https://mcp.example.com/mcp' })
  expect(load(TO, 'upstream_oauth: { url: https://mcp.example.com/v1/mcp/ }')?.url).toBe(
    'https://mcp.example.com/v1/mcp',
  )
})

test('a client of the operator’s has a secret from a file, for one issuer', () => {
  const terms = load(
    TO,
    'upstream_oauth: { client_id: us, client_secret_file: secret, issuer: https://as.example.com, scopes: [a, b] }',
  )

  expect(terms).toMatchObject({ issuer: 'https://as.example.com', scopes: ['a', 'b'], client: { id: 'us' } })
  expect(terms?.client?.secret?.reveal()).toBe('hush')
})

test.each([
  ['to: http://mcp.example.com', '{}', 'Tokens would travel in the clear'],
  [
    'upstream_tunnel: { ssh_policy: [{ allow: { and: [{ accept: true }] } }] }',
    '{}',
    'Sallyport signs in only at servers that it reaches itself',
  ],
  [
    TO,
    '{ url: https://other.example.com/mcp }',
    '"https://other.example.com/mcp" is not on the server that "to" names',
  ],
  [TO, '{ client_secret_file: secret, issuer: https://as.example.com }', 'A client secret needs its "client_id"'],
  [TO, '{ client_id: us, client_secret_file: secret }', 'A client secret needs the "issuer" that gave it'],
  [TO, '{ issuer: http://as.example.com }', 'Expected an https URL'],
  [TO, '{ scopes: ["a b"] }', 'Expected a scope, without spaces'],
])('%s with %s is a problem', (target, oauth, problem) => {
  expect(problems(target, `upstream_oauth: ${oauth}`)).toEqual([problem])
})

test('a plain server on this computer is for development', () => {
  expect(load('to: http://127.0.0.1:3001', 'upstream_oauth: {}')?.url).toBe('http://127.0.0.1:3001/mcp')
})

test('the upstream gets one credential', () => {
  expect(problems(TO, 'upstream_oauth: {}\n    set_request_headers: { Authorization: x }')).toEqual([
    'The upstream would get two credentials',
  ])
})

test.each(['https://mcp.example.com/path', 'https://user@mcp.example.com', 'ftp://mcp.example.com'])(
  'nothing is forwarded to %s',
  (to) => {
    expect(problems(`to: ${to}`, 'upstream_oauth: {}')).toEqual([`Cannot forward to "${to}"`])
  },
)

test('an authority belongs to https', () => {
  expect(problems('to: http://127.0.0.1:3001', 'tls_custom_ca_file: secret')).toContain(
    'An authority has no meaning for plain HTTP',
  )
  expect(problems(TO, 'tls_custom_ca_file: secret')).toEqual(['The file holds no PEM certificate'])
})
