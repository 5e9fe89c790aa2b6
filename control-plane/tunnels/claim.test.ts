import { expect, test } from 'vitest'

import type { User } from '../identity/user.ts'
import { compilePolicy, type Policy } from '../policy/compile.ts'
import type { Publication } from '../routes/publication.ts'
import { NO_RULES } from '../routes/route-rules.ts'
import { claimRoute } from './claim.ts'

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

function claim(bindAddress: string, bindPort: number, taken: readonly string[] = [], user = ann): string {
  const claimed = claimRoute(publication, { user, forward: { bindAddress, bindPort }, taken, nowMs: 0 })
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
])('claimRoute() answers "%s":%d beside %j with %s', (bindAddress, bindPort, taken, expected) => {
  expect(claim(bindAddress, bindPort, taken)).toBe(expected)
})

test('claimRoute() gives a route from YAML to those whom its ssh_policy names', () => {
  expect(claim('weather', 443)).toBe('weather')
  expect(claim('weather', 443, [], { ...ann, email: 'bob@example.com' })).toBe('label_reserved')
})

test('claimRoute() says the URL that the name is served under', () => {
  const claimed = claimRoute(publication, {
    user: ann,
    forward: { bindAddress: 'api', bindPort: 443 },
    taken: [],
    nowMs: 0,
  })

  expect(claimed).toEqual({
    ok: true,
    value: { route: 'api-calm-otter-4821', url: 'http://localhost:7800/api-calm-otter-4821/mcp' },
  })
})
