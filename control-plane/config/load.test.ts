import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { expect, test } from 'vitest'

import { readEnvironment } from './environment.ts'
import { loadConfiguration, type Configuration } from './load.ts'
import { ConfigError, type ConfigProblem } from './problem.ts'

const folder = mkdtempSync(join(tmpdir(), 'sallyport-config-'))
const environment = readEnvironment({ SALLYPORT_DATA: '/data' })

function load(yaml: string): Configuration {
  const configFile = join(folder, 'sallyport.yaml')
  writeFileSync(configFile, yaml)
  return loadConfiguration({ ...environment, configFile })
}

function problems(yaml: string): readonly Omit<ConfigProblem, 'file'>[] {
  try {
    load(yaml)
    return []
  } catch (cause) {
    if (!(cause instanceof ConfigError)) throw cause
    return cause.problems.map(({ line, column, message, hint }) => ({ line, column, message, hint }))
  }
}

test('without a file the gateway is on loopback, in path mode, with open sign-up', () => {
  const { settings } = loadConfiguration(environment)

  expect(settings.addressing).toEqual({ mode: 'path', publicUrl: new URL('http://localhost:7800') })
  expect(settings.listen[0]).toEqual({ host: '127.0.0.1', port: 7800 })
  expect(settings.ssh).toMatchObject({ publicHost: 'localhost', publicPort: 2222 })
  expect(settings.signUp).toBe('open')
  expect(settings.oauth.accessTokenMs).toBe(30 * 60_000)
})

/** A certificate and its key, as `NAME.crt` and `NAME.key` in the folder. */
function makeCertificate(name: string): void {
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-subj', `/CN=${name}`]
  const files = ['-keyout', join(folder, `${name}.key`), '-out', join(folder, `${name}.crt`)]
  execFileSync('openssl', ['req', '-x509', '-nodes', ...curve, ...files], { stdio: 'ignore' })
}

test('a host-mode gateway with TLS files loads, and sign-up is by invitation', () => {
  makeCertificate('a')

  const { settings } = load(`
public_url: https://gateway.example.com
listen: ["0.0.0.0:443", "[::]:443"]
tls: { certificate: a.crt, key: ./a.key }
tunnels: { domain: tunnels.example.com }
ssh: { listen: ["0.0.0.0:22"], public_port: 22 }
`)

  expect(settings.addressing).toMatchObject({ mode: 'host', tunnelDomain: 'tunnels.example.com' })
  expect(settings.listen).toEqual([
    { host: '0.0.0.0', port: 443 },
    { host: '::', port: 443 },
  ])
  expect(settings.tls?.certificateChainPem).toBe(readFileSync(join(folder, 'a.crt'), 'utf8'))
  expect(JSON.stringify(settings)).not.toContain('PRIVATE KEY')
  expect(settings.signUp).toBe('invited')
})

test('every problem is reported at once, each where it stands', () => {
  expect(
    problems(`public_url: http://gateway.example.com
tls: { certificate: nowhere.pem, key: nowhere.key }
routes:
  - from: http://gateway.example.com/oauth
    to: http://127.0.0.1:1
    policy: [{ allow: { and: [{ emial: x }] } }]
  - from: http://elsewhere.example.com/a
    policy: []
`),
  ).toEqual([
    {
      line: 1,
      column: 1,
      message: 'Plain HTTP is for loopback only: tokens would travel in the clear',
      hint: 'use https and "tls"',
    },
    {
      line: 2,
      column: 1,
      message: 'A certificate is given, but public_url is http',
      hint: 'write https in public_url',
    },
    { line: 6, column: 33, message: 'Unknown criterion "emial"', hint: 'did you mean "email"?' },
    { line: 4, column: 5, message: '"oauth" is a reserved name', hint: undefined },
    {
      line: 7,
      column: 5,
      message: 'A route needs either "to" or "upstream_tunnel"',
      hint: '"to" is a fixed address, "upstream_tunnel" is served over SSH',
    },
    {
      line: 7,
      column: 5,
      message: '"http://elsewhere.example.com/a" is no address of this gateway',
      hint: 'in path mode it is http://gateway.example.com/NAME',
    },
    { line: 2, column: 8, message: expect.stringContaining('Cannot read'), hint: undefined },
    { line: 2, column: 34, message: expect.stringContaining('Cannot read'), hint: undefined },
  ])
})

test('a route without a policy is a mistake, not an open door', () => {
  const [problem] = problems('routes:\n  - from: http://localhost:7800/a\n    to: http://127.0.0.1:1\n')

  expect(problem?.message).toBe('The route has no policy, so nobody could use it')
})

test.each([
  ['a: b: c', /Nested mappings|mapping/i],
  ['public_url: http://localhost:1\npublic_url: http://localhost:2', /duplicated mapping key/i],
  ['listen: [7800]', /Expected/],
  ['listen: ["localhost"]', /HOST:PORT/],
  ['listen: ["localhost:65536"]', /port from 0 to 65535/],
  ['tunnels: { mode: host }', /needs a domain/],
  ['tunnels: { mode: path, domain: a.b }', /no meaning in path mode/],
  ['oauth: { access_token_minutes: 1 }', /5|small/i],
  [
    'routes: [{ from: http://localhost:7800/calm-otter-4821, to: "http://127.0.0.1:1", policy: [] }]',
    /personal tunnel/,
  ],
  ['routes: [{ from: http://localhost:7800/a, to: "ftp://127.0.0.1", policy: [] }]', /Cannot forward/],
])('%s is a problem', (yaml, expected) => {
  expect(
    problems(yaml)
      .map(({ message }) => message)
      .join('\n'),
  ).toMatch(expected)
})

test.each([
  ['sallyport.yaml', 'b.key', 'The file holds no PEM certificate'],
  ['b.crt', 'b.crt', 'The file holds no PEM private key'],
  ['b.crt', 'c.key', 'The key does not belong to the certificate'],
  ['/nowhere/b.crt', 'b.key', 'Cannot read "/nowhere/b.crt": there is no such file'],
])('tls with %s and %s is a problem', (certificate, key, message) => {
  makeCertificate('b')
  makeCertificate('c')

  const found = problems(`public_url: https://gateway.example.com\ntls: { certificate: ${certificate}, key: ${key} }\n`)

  expect(found).toMatchObject([{ line: 2, message }])
})

test.each([
  [{ SALLYPORT_PUBLIC_URL: 'gateway' }, 'it is not a URL'],
  [{ SALLYPORT_PUBLIC_URL: 'http://gateway.example.com' }, 'Plain HTTP is for loopback only'],
  [{ SALLYPORT_PUBLIC_URL: 'https://gateway.example.com' }, 'An https address needs a certificate'],
  [{ SALLYPORT_LOG: 'loud' }, 'SALLYPORT_LOG is "loud", which is no level'],
])('without a file %j starts nothing', (variables, message) => {
  expect(() => loadConfiguration(readEnvironment({ SALLYPORT_DATA: '/data', ...variables }))).toThrow(message)
})

test('SALLYPORT_PUBLIC_URL may choose another port on loopback', () => {
  const { settings } = loadConfiguration(
    readEnvironment({ SALLYPORT_DATA: '/data', SALLYPORT_PUBLIC_URL: 'http://localhost:7801' }),
  )

  expect(settings.listen[0]).toEqual({ host: '127.0.0.1', port: 7801 })
})

const routeOf = (name: string, policy: string): string =>
  `  - { from: http://localhost:7800/${name}, to: http://127.0.0.1:1, policy: ${policy} }\n`

test('routes that say the same share one policy, and no other route does', () => {
  const staff = '[{ allow: { and: [{ domain: example.com }] } }]'
  const { routes } = load(
    `routes:\n${routeOf('a', staff)}${routeOf('b', staff)}${routeOf('c', staff.replace('com', 'org'))}`,
  ).publication

  expect(routes.get('b')?.policy).toBe(routes.get('a')?.policy)
  expect(routes.get('c')?.policy).not.toBe(routes.get('a')?.policy)
  expect(routes.get('b')?.policyAt).toEqual(['routes', 1, 'policy'])
})

test('a number that has no end is not taken for one that is missing', () => {
  const below = (limit: string): string => `[{ allow: { and: [{ mcp_argument/n: { lt: ${limit} } }] } }]`

  expect(problems(`routes:\n${routeOf('a', below('.inf'))}${routeOf('b', below('null'))}`)).toMatchObject([
    { line: 3, message: '"lt" needs a number' },
  ])
})

test('what is wrong in the same words is told at each of its places', () => {
  const bad = '[{ allow: { and: [{ emial: a }] } }]'

  expect(problems(`routes:\n${routeOf('a', bad)}${routeOf('b', bad)}`).map(({ line }) => line)).toEqual([2, 3])
})
