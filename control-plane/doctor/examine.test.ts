import { expect, test } from 'vitest'

import { examine } from './examine.ts'
import { exitCodeOf, type Report } from './finding.ts'
import { Unreachable, type Answer, type Probe } from './probe.ts'
import { tableOf } from './table.ts'

const SERVER = 'https://mcp.example.com/mcp'
const ISSUER = 'https://auth.example.com'
const PRM = 'https://mcp.example.com/.well-known/oauth-protected-resource/mcp'
const META = `${ISSUER}/.well-known/oauth-authorization-server`

const CORS = { 'access-control-allow-origin': '*' }
const answer = (status: number, json?: unknown, headers: Record<string, string> = CORS): Answer => ({
  status,
  json,
  headers: new Headers(headers),
})
const challenge = (header: string): Answer => answer(401, {}, { ...CORS, 'www-authenticate': header })

const METADATA = {
  issuer: ISSUER,
  authorization_endpoint: `${ISSUER}/authorize`,
  token_endpoint: `${ISSUER}/token`,
  registration_endpoint: `${ISSUER}/register`,
  code_challenge_methods_supported: ['S256'],
  grant_types_supported: ['authorization_code', 'refresh_token'],
  authorization_response_iss_parameter_supported: true,
}

/** A site without a fault, by URL. Each test breaks one thing. */
const GOOD: Readonly<Record<string, Answer>> = {
  [SERVER]: challenge(`Bearer resource_metadata="${PRM}"`),
  [PRM]: answer(200, { resource: SERVER, authorization_servers: [ISSUER] }),
  [META]: answer(200, METADATA),
  [`${ISSUER}/authorize`]: answer(400),
  [`${ISSUER}/token`]: answer(401, { error: 'invalid_client' }),
  [`${ISSUER}/register`]: answer(204),
}

const siteOf =
  (site: Readonly<Record<string, Answer | undefined>>): Probe =>
  async (url) => {
    const found = url in site ? site[url] : answer(404)
    if (found === undefined) throw new Unreachable('nothing listens there')
    return found
  }
const look = (broken: Readonly<Record<string, Answer | undefined>> = {}): Promise<Report> =>
  examine(SERVER, siteOf({ ...GOOD, ...broken }))
const steps = (report: Report, outcome: string): readonly string[] =>
  report.findings.filter((finding) => finding.outcome === outcome).map(({ step }) => step)

test('a server without a fault gets no complaint and exit code 0', async () => {
  const report = await look()

  expect(steps(report, 'ok')).toEqual([
    'challenge',
    'resource_metadata',
    'server_metadata',
    'registration',
    'authorize',
    'token',
  ])
  expect([steps(report, 'warning'), steps(report, 'failed')]).toEqual([[], []])
  expect(exitCodeOf(report)).toBe(0)
  expect(tableOf(report)).toContain('Clients can get as far as the sign-in.')
})

test.each<[string, Record<string, Answer>]>([
  ['challenge', { [SERVER]: answer(403) }],
  ['challenge', { [SERVER]: answer(404) }],
  ['challenge', { [SERVER]: answer(503) }],
  ['challenge', { [SERVER]: answer(302, undefined, { location: 'https://mcp.example.com/v2' }) }],
  ['challenge', { [SERVER]: answer(200, '<html>') }],
  ['resource_metadata', { [PRM]: answer(404) }],
  ['resource_metadata', { [PRM]: answer(200, { resource: `${SERVER}/`, authorization_servers: [ISSUER] }) }],
  ['resource_metadata', { [PRM]: answer(200, { resource: SERVER }) }],
  [
    'resource_metadata',
    { [PRM]: answer(200, { resource: SERVER, authorization_servers: ['http://auth.example.com'] }) },
  ],
  ['server_metadata', { [META]: answer(404) }],
  ['server_metadata', { [META]: answer(200, { ...METADATA, issuer: `${ISSUER}/` }) }],
  ['server_metadata', { [META]: answer(200, { ...METADATA, code_challenge_methods_supported: undefined }) }],
  ['server_metadata', { [META]: answer(200, { ...METADATA, token_endpoint: undefined }) }],
  ['authorize', { [`${ISSUER}/authorize`]: answer(404) }],
  ['token', { [`${ISSUER}/token`]: answer(200, {}) }],
  ['token', { [`${ISSUER}/token`]: answer(500) }],
])('a fault at "%s" is said there, with exit code 1', async (step, broken) => {
  const report = await look(broken)

  expect(steps(report, 'failed')[0]).toBe(step)
  expect(exitCodeOf(report)).toBe(1)
  expect(tableOf(report)).toContain('Clients will stop at')
})

test.each<[string, Record<string, Answer>]>([
  ['challenge', { [SERVER]: challenge('Bearer realm="x"') }],
  ['challenge', { [SERVER]: challenge(`Basic realm="x"`) }],
  ['challenge', { [SERVER]: answer(401, {}, { 'www-authenticate': `Bearer resource_metadata="${PRM}"` }) }],
  ['server_metadata', { [META]: answer(200, { ...METADATA, grant_types_supported: ['authorization_code'] }) }],
  ['registration', { [META]: answer(200, { ...METADATA, registration_endpoint: undefined }) }],
  ['registration', { [`${ISSUER}/register`]: answer(405, undefined, {}) }],
  ['token', { [`${ISSUER}/token`]: answer(400, { error: 'invalid_grant' }, {}) }],
])('what only some clients stumble over at "%s" is a warning, with exit code 0', async (step, broken) => {
  const report = await look(broken)

  expect(steps(report, 'warning')).toContain(step)
  expect(steps(report, 'failed')).toEqual([])
  expect(exitCodeOf(report)).toBe(0)
})

test('a server that cannot be reached has exit code 4', async () => {
  const report = await look({ [SERVER]: undefined })

  expect(exitCodeOf(report)).toBe(4)
  expect(tableOf(report)).toContain('nothing listens there')
})

test('a server that asks for no sign-in is fine', async () => {
  const report = await look({ [SERVER]: answer(200, { jsonrpc: '2.0', id: 1, result: {} }) })

  expect(report.findings).toEqual([expect.objectContaining({ step: 'challenge', outcome: 'ok' })])
})

test('an issuer with a path is looked up in the three places where clients look', async () => {
  const issuer = `${ISSUER}/tenant`
  const asked: string[] = []
  const probe = siteOf({ ...GOOD, [PRM]: answer(200, { resource: SERVER, authorization_servers: [issuer] }) })

  await examine(SERVER, (url, init) => {
    asked.push(url)
    return probe(url, init)
  })

  expect(asked.filter((url) => url.startsWith(ISSUER))).toEqual([
    `${ISSUER}/.well-known/oauth-authorization-server/tenant`,
    `${ISSUER}/.well-known/openid-configuration/tenant`,
    `${ISSUER}/tenant/.well-known/openid-configuration`,
  ])
})
