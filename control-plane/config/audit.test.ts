import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, expect, test } from 'vitest'

import { readEnvironment } from './environment.ts'
import { loadConfiguration, type Configuration } from './load.ts'

const folder = mkdtempSync(join(tmpdir(), 'sallyport-audit-'))
const configFile = join(folder, 'sallyport.yaml')
afterAll(() => rmSync(folder, { recursive: true }))

function load(text: string): Configuration {
  writeFileSync(configFile, text)
  return loadConfiguration({ ...readEnvironment({ KEY: 'key-1' }), configFile })
}

test('without a word hashes are kept for 30 days, as lines too', () => {
  const { settings, publication } = load('{}')

  expect(settings.audit).toEqual({ retentionMs: 30 * 86_400_000, arguments: 'hash', jsonLines: true, otlp: undefined })
  expect(publication.recordArguments).toBe('hash')
})

test('everything can be said, and a route has the last word on its arguments', () => {
  const { settings, publication } = load(`
audit:
  retention: 90d
  arguments: none
  json_lines: false
  otlp: { endpoint: https://collector.example.com/v1/logs, headers: { x-api-key: { env: KEY }, x-plain: text } }
routes:
  - from: http://localhost:7800/team
    to: http://127.0.0.1:1
    policy: { allow: { and: [{ accept: true }] } }
    audit: { arguments: full }
`)

  expect(settings.audit).toMatchObject({ retentionMs: 90 * 86_400_000, jsonLines: false })
  expect(settings.audit.otlp?.endpoint.href).toBe('https://collector.example.com/v1/logs')
  expect(settings.audit.otlp?.headers['x-api-key']?.reveal()).toBe('key-1')
  expect(JSON.stringify(settings.audit)).not.toContain('key-1')
  expect(publication.recordArguments).toBe('none')
  expect(publication.routes.get('team')?.recordArguments).toBe('full')
})

test.each([
  ['audit: { retention: 3 weeks }', 'sallyport.yaml:1:10  Expected a duration'],
  ['audit: { argument: full }', 'did you mean "arguments"?'],
  ['audit: { arguments: all }', 'sallyport.yaml:1:10'],
  ['audit: { otlp: { endpoint: "http://collector.example.com/v1/logs" } }', 'would travel in the clear'],
  ['audit: { otlp: { endpoint: "ftp://x" } }', 'Expected a URL'],
  ['audit: { otlp: { endpoint: "https://c.example", headers: { "a b": x } } }', 'is no name of a header'],
  [
    'audit: { otlp: { endpoint: "https://c.example", headers: { a: { env: NONE } } } }',
    'The environment has no "NONE"',
  ],
])('%s is a problem', (text, problem) => {
  expect(() => load(text)).toThrow(problem)
})
