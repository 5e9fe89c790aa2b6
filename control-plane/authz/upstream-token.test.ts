import { expect, test } from 'vitest'

import { Secret } from '../kernel/secret.ts'
import { compilePolicy } from '../policy/compile.ts'
import type { Publication, Route } from '../routes/publication.ts'
import { NO_RULES } from '../routes/route-rules.ts'
import { TokenCopy } from '../upstream-connections/token-copy.ts'
import { chooseUpstreamToken, refuseUntilSignedIn } from './upstream-token.ts'

const policy = compilePolicy([{ allow: { and: [{ accept: true }] } }])
if (!policy.ok) throw new Error('The policy does not compile')
const terms = { url: 'https://mcp.example/mcp', scopes: undefined, issuer: undefined, client: undefined }
const route: Route = {
  key: 'notes',
  policy: policy.value,
  upstream: { kind: 'fixed', url: new URL('https://mcp.example') },
  side: { passIdentity: false, headers: [], oauth: terms },
  rules: NO_RULES,
}
const publication: Publication = {
  addressing: { mode: 'path', publicUrl: new URL('https://gateway.example') },
  routes: new Map(),
  allowedOrigins: new Set(),
}

/** Ann is connected, with a token that ends at second 60. */
function copyOf(): TokenCopy {
  const copy = new TokenCopy()
  const key = { userId: 'usr_ann', route: 'notes' }
  const entry = { generation: 'g1', accessToken: new Secret('token-1'), expiresAtMs: 60_000 }
  copy.apply({ sequence: 1, change: { kind: 'put', key, entry } }, 0)
  copy.apply({ sequence: 2, change: { kind: 'heartbeat' } }, 58_000)
  return copy
}

const choose = (over: { userId?: string | undefined; path?: string; nowMs?: number; route?: Route } = {}) =>
  chooseUpstreamToken(over.route ?? route, {
    publication,
    upstreamTokens: copyOf(),
    userId: 'userId' in over ? over.userId : 'usr_ann',
    path: over.path ?? '/mcp',
    nowMs: over.nowMs ?? 58_000,
  })

test('who is connected is let in with their own token', () => {
  const choice = choose()

  expect(choice).toMatchObject({ kind: 'chosen', generation: 'g1', header: { name: 'authorization' } })
  expect(choice.kind === 'chosen' && choice.header.value.reveal()).toBe('Bearer token-1')
})

test.each([
  ['somebody else', { userId: 'usr_bob' }, 'sign_in'],
  ['nobody', { userId: undefined }, 'nobody'],
  ['another path', { path: '/admin' }, 'elsewhere'],
  ['a path that only begins alike', { path: '/mcp-admin' }, 'elsewhere'],
  ['a token that has just ended', { nowMs: 60_000 }, 'renewing'],
  [
    'a route without OAuth',
    { route: { key: 'notes', policy: policy.value, upstream: route.upstream, rules: NO_RULES } },
    'not_needed',
  ],
])('for %s no token is chosen', (_, over, kind) => {
  expect(choose(over).kind).toBe(kind)
})

test('a stale copy decides nothing: the person may have disconnected', () => {
  expect(() => choose({ nowMs: 63_001 })).toThrow('stale')
})

test('requests are answered in JSON-RPC, everything else in words', () => {
  const request = { kind: 'request', id: 7, method: 'tools/list', params: {} } as const
  const link = { kind: 'sign_in', link: 'https://gateway.example/x', server: 'mcp.example' } as const

  expect(refuseUntilSignedIn(link, request, 'req')).toMatchObject({
    status: 200,
    rpcId: 7,
    error: { code: -32064, data: { code: 'upstream_sign_in_required', url: link.link } },
  })
  expect(refuseUntilSignedIn(link, undefined, 'req')).toMatchObject({ kind: 'refuse_plain', status: 403 })
  expect(refuseUntilSignedIn({ kind: 'renewing' }, request, 'req')).toMatchObject({
    error: { data: { retryAfterMs: 2000 } },
  })
  expect(refuseUntilSignedIn({ kind: 'renewing' }, undefined, 'req')).toMatchObject({ status: 503 })
  expect(refuseUntilSignedIn({ kind: 'elsewhere' }, request, 'req')).toMatchObject({ status: 404 })
})
