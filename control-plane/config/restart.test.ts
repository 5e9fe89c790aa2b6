import { expect, test } from 'vitest'

import { restartNeeds } from './restart.ts'

const BEFORE = { public_url: 'http://localhost:7800', listen: ['127.0.0.1:7800'], oauth: {} }
const to = 'http://127.0.0.1:1'
const signIn = (policy: unknown, port = 1) => ({
  ...BEFORE,
  routes: [{ from: 'http://localhost:7800/a', to: `http://127.0.0.1:${port}`, policy, upstream_oauth: {} }],
})

test.each([
  [BEFORE, { ...BEFORE, cors: { origins: [] } }, [], []],
  [BEFORE, { ...BEFORE, routes: [{ from: 'http://localhost:7800/a', to, policy: [] }] }, [], []],
  [BEFORE, { ...BEFORE, tunnels: { pass_identity_headers: true } }, [], []],
  [BEFORE, { ...BEFORE, listen: [], oauth: { access_token_minutes: 5 } }, ['listen', 'oauth'], []],
  [BEFORE, { ...BEFORE, public_url: 'http://localhost:7801' }, [], ['public_url']],
  [BEFORE, { ...BEFORE, tunnels: { mode: 'host' as const, domain: 'a.b' } }, [], ['tunnels.mode', 'tunnels.domain']],
  [BEFORE, signIn([]), [], ['routes with upstream_oauth']],
  [signIn([]), signIn([], 2), [], ['routes with upstream_oauth']],
  [signIn([]), signIn([{ allow: { or: [{ accept: true }] } }]), [], []],
])('case %#: what changed from %j to %j', (before, after, later, first) => {
  expect(restartNeeds(before, after)).toEqual({ later, first })
})
