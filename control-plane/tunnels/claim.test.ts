import { expect, test } from 'vitest'

import type { User } from '../identity/user.ts'
import { compilePolicy, type Policy } from '../policy/compile.ts'
import type { Publication } from '../routes/publication.ts'
import { NO_RULES } from '../routes/route-rules.ts'
import { claimRoute, refusalOf } from './claim.ts'
import type { Claimant } from './tunnel-claims.ts'

const ann: User = {
  id: 'usr_a',
  email: 'ann@example.com',
  tunnelName: 'calm-otter-4821',
  disabled: false,
  emailVerified: false,
  claims: {},
}
const policy = (data: unknown): Policy => {
  const compiled = compilePolicy(data)
  if (!compiled.ok) throw new Error('policy')
  return compiled.value
}
const publication: Publication = {
  addressing: { mode: 'path', publicUrl: new URL('http://localhost:7800') },
  allowedOrigins: new Set(),
  routes: new Map([
    [
      'weather',
      {
        key: 'weather',
        policy: policy([]),
        policyAt: [],
        upstream: { kind: 'tunnel', servePolicy: policy({ allow: { or: [{ email: 'ann@example.com' }] } }) },
        rules: NO_RULES,
      },
    ],
    [
      'fixed',
      {
        key: 'fixed',
        policy: policy([]),
        policyAt: [],
        upstream: { kind: 'fixed', url: new URL('http://127.0.0.1:1') },
        rules: NO_RULES,
      },
    ],
  ]),
}

const claimantOf = (user: User): Claimant => ({ user, username: 'ann', publicKey: undefined })

function claim(bindAddress: string, bindPort: number, taken: readonly string[] = [], user = ann): string {
  const claimed = claimRoute(publication, {
    claimant: claimantOf(user),
    forward: { bindAddress, bindPort },
    taken,
    nowMs: 0,
  })
  return claimed.ok ? claimed.value.route : claimed.error.code
}

test.each([
  ['localhost', 0, [], 'calm-otter-4821'],
  ['', 8080, [], 'calm-otter-4821'],
  ['localhost', 443, [], 'calm-otter-4821'],
  ['localhost', 3000, ['calm-otter-4821'], 'p3000-calm-otter-4821'],
  ['localhost', 3000, ['calm-otter-4821', 'p3000-calm-otter-4821'], 'duplicate'],
  ['api', 443, [], 'api-calm-otter-4821'],
  ['API', 443, [], 'api-calm-otter-4821'],
  ['api', 443, ['api-calm-otter-4821'], 'duplicate'],
  ['bold-crab-0001', 443, [], 'bold-crab-0001-calm-otter-4821'],
  ['fixed', 443, [], 'fixed-calm-otter-4821'],
  ['xds', 443, [], 'label_reserved'],
  ['-api', 443, [], 'label_invalid'],
  ['a.b', 443, [], 'label_invalid'],
  ['a/b', 443, [], 'label_invalid'],
  ['x'.repeat(31), 443, [], 'label_invalid'],
  ['https-*', 0, [], 'label_invalid'],
  ['0', 8080, [], 'label_invalid'],
  ['4u', 443, [], '4u-calm-otter-4821'],
])('claimRoute() answers "%s":%d beside %j with %s', (bindAddress, bindPort, taken, expected) => {
  expect(claim(bindAddress, bindPort, taken)).toBe(expected)
})

test.each([
  ['https-*', 0, '"https-*" is a pattern, and a tunnel has one name: use -R 0, or -R LABEL:0'],
  ['0', 8080, '"0" is a number and no label: did you mean -R 0:localhost:8080?'],
  ['8080', 0, '"8080" is a number and no label: did you mean -R 0?'],
])('claimRoute() says what somebody probably meant by "%s":%d', (bindAddress, bindPort, said) => {
  const forward = { bindAddress, bindPort }
  const claimed = claimRoute(publication, { claimant: claimantOf(ann), forward, taken: [], nowMs: 0 })

  expect(claimed.ok ? '' : claimed.error.message).toContain(said)
})

test('claimRoute() gives a route from YAML to those whom its ssh_policy names', () => {
  expect(claim('weather', 443)).toBe('weather')
  expect(claim('weather', 443, [], { ...ann, email: 'bob@example.com' })).toBe('label_reserved')
})

test('claimRoute() says the URL that the name is served under', () => {
  const claimed = claimRoute(publication, {
    claimant: claimantOf(ann),
    forward: { bindAddress: 'api', bindPort: 443 },
    taken: [],
    nowMs: 0,
  })

  expect(claimed).toEqual({
    ok: true,
    value: {
      route: 'api-calm-otter-4821',
      url: 'http://localhost:7800/api-calm-otter-4821/mcp',
      baseUrl: 'http://localhost:7800/api-calm-otter-4821',
      shared: false,
    },
  })
})

test('ssh_policy sees the key and the user name of the connection', () => {
  const blob = 'AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl'
  const servePolicy = policy({ allow: { and: [{ ssh_publickey: `ssh-ed25519 ${blob}` }, { ssh_username: 'deploy' }] } })
  const route = {
    key: 'weather',
    policy: policy([]),
    policyAt: [],
    upstream: { kind: 'tunnel', servePolicy },
    rules: NO_RULES,
  } as const
  const only: Publication = { ...publication, routes: new Map([['weather', route]]) }
  const claimAs = (username: string, publicKey: string | undefined): boolean =>
    claimRoute(only, {
      claimant: { user: ann, username, publicKey },
      forward: { bindAddress: 'weather', bindPort: 443 },
      taken: [],
      nowMs: 0,
    }).ok

  expect(claimAs('deploy', blob)).toBe(true)
  expect(claimAs('ann', blob)).toBe(false)
  expect(claimAs('deploy', undefined)).toBe(false)
})

test('refusalOf() ends what another configuration does not allow, and leaves personal names alone', () => {
  const claimOf = (route: string, user = ann): string | undefined =>
    refusalOf(publication, { claimant: claimantOf(user), route, nowMs: 0 })

  expect(claimOf('weather')).toBeUndefined()
  expect(claimOf('weather', { ...ann, email: 'bob@example.com' })).toContain('may not serve "weather" any more')
  expect(claimOf('fixed')).toContain('no route "fixed"')
  expect(claimOf('gone')).toContain('no route "gone"')
  expect(claimOf('calm-otter-4821')).toBeUndefined()
  expect(claimOf('api-calm-otter-4821')).toBeUndefined()
})
