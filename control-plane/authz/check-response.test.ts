import { expect, test } from 'vitest'

import type { envoy } from '../../proto/envoy.d.ts'
import { jsonOf, type JsonObject } from '../../proto/struct.ts'
import { Secret } from '../kernel/secret.ts'
import { NO_RULES } from '../routes/route-rules.ts'
import { decodeAnswerFacts } from './answer-facts.ts'
import { certificate } from './certificate.fixture.ts'
import { readCertificate } from './client-certificate.ts'
import { encodeVerdict } from './check-response.ts'
import type { Allow, Verdict } from './verdict.ts'
import {
  ANN,
  EVERYBODY,
  judge,
  NOW_MS,
  requestOf,
  rpc,
  toolCall,
  worldOf,
  type RequestChanges,
} from './world.fixture.ts'

type CheckResponse = envoy.service.auth.v3.CheckResponse
type Options = readonly envoy.config.core.v3.HeaderValueOption[] | undefined

const FACTS = { request_id: 'req-1', route: 'team' }
const encoded = (verdict: Verdict, request: RequestChanges = {}, readableBy?: string): CheckResponse =>
  encodeVerdict({ verdict, readableBy }, requestOf(request), FACTS)

/** Repeated names in one text, as a client would join them. */
function headersIn(options: Options): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {}
  for (const { header } of options ?? []) {
    const { key = '', value = '' } = header ?? {}
    headers[key] = key in headers ? `${headers[key]} | ${value}` : value
  }
  return headers
}
const denied = (response: CheckResponse) => ({
  status: response.denied_response?.status?.code,
  headers: headersIn(response.denied_response?.headers),
  body: response.denied_response?.body ?? '',
})
const metadata = (response: CheckResponse): JsonObject => jsonOf(response.dynamic_metadata)

const ALLOW: Allow = {
  kind: 'allow',
  cluster: 'connector/con_1',
  rpcId: 7,
  prefix: '',
  removeHeaders: [],
  upstreamHeaders: [],
  session: undefined,
  seal: undefined,
  facts: undefined,
  inspect: false,
  hold: false,
  upstreamToken: undefined,
  holdsSlot: false,
  expiresInMs: undefined,
}

test('an allow names the destination and nothing that is not needed', () => {
  const response = encoded(ALLOW, { headers: { authorization: undefined } })

  expect(response.status).toEqual({ code: 0 })
  expect(headersIn(response.ok_response?.headers)).toEqual({ 'x-sallyport-cluster': 'connector/con_1' })
  expect(response.ok_response?.headers_to_remove).toEqual([])
  expect(response.ok_response?.response_headers_to_add).toEqual([])
  expect(metadata(response)).toEqual({ ...FACTS, decision: 'allow', rpc_id: 7 })
  expect(metadata(encoded({ ...ALLOW, rpcId: undefined }))).not.toHaveProperty('rpc_id')
})

test('the client’s credentials, and headers by which it could rewrite the request, never go up', () => {
  const names = ['authorization', 'cookie', 'dpop', 'origin', 'x-http-method-override', 'x-original-url']
  const headers = Object.fromEntries(names.map((name) => [name, 'x']))
  const verdict = { ...ALLOW, removeHeaders: ['mcp-name'] }

  expect(encoded(verdict, { headers }).ok_response?.headers_to_remove?.toSorted()).toEqual(
    [...names, 'mcp-name'].toSorted(),
  )
})

test('what the route sets takes the place of the client’s, and is not removed again', () => {
  const verdict = { ...ALLOW, upstreamHeaders: [{ name: 'authorization', value: new Secret('Bearer up') }] }
  const { ok_response: ok } = encoded(verdict)

  expect(headersIn(ok?.headers)).toMatchObject({ authorization: 'Bearer up' })
  expect(ok?.headers_to_remove).toEqual([])
})

test('a session’s own id goes up, the sealed one comes back, and the call ends with its token', () => {
  const session = { upstreamId: 'up-1', sealedId: 'sealed' }
  const { ok_response: ok } = encoded({ ...ALLOW, prefix: '/team', session, expiresInMs: 1000.2 })

  expect(headersIn(ok?.headers)).toMatchObject({
    'mcp-session-id': 'up-1',
    'x-forwarded-prefix': '/team',
    'x-envoy-upstream-rq-timeout-ms': '1001',
  })
  expect(headersIn(ok?.response_headers_to_add)).toEqual({ 'mcp-session-id': 'sealed' })
})

test('the response side learns what it has to do from the metadata, which no client can write', () => {
  const seal = { userId: 'u', clientId: 'c', route: 'team', connectorId: 'con_1', mayMakeTasks: true }

  expect(metadata(encoded({ ...ALLOW, seal }))).toMatchObject({
    inspect: 'session',
    seal: { user: 'u', client: 'c', connector: 'con_1', tasks: true },
  })
  expect(metadata(encoded({ ...ALLOW, seal, inspect: true }))).toMatchObject({ inspect: 'answer' })
  expect(metadata(encoded({ ...ALLOW, hold: true, holdsSlot: true }))).toMatchObject({ hold: 'yes', holds_slot: true })
  expect(metadata(encoded({ ...ALLOW, upstreamToken: { userId: 'u', generation: 'g' } }))).toMatchObject({
    upstream_token: { user: 'u', generation: 'g' },
  })
})

test('what is known of a call arrives at whoever reads its answer', () => {
  const redact = (text: string) => text
  const changes = { policy: EVERYBODY, route: { rules: { ...NO_RULES, redact } } }
  const factsOf = (request: RequestChanges) =>
    decodeAnswerFacts(metadata(encoded(judge(request, worldOf(changes)).verdict, request)))

  expect(factsOf({ body: toolCall('read') })).toEqual({
    requestId: 'req-1',
    route: 'team',
    rpcId: 7,
    httpMethod: 'POST',
    path: '/team/mcp',
    clientAddress: '192.0.2.1',
    method: 'tools/call',
    subject: 'read',
    caller: { userId: ANN.id, clientId: 'cli_1', scopes: ['mcp'], grantId: 'grt_1', expiresAtMs: NOW_MS + 60_000 },
  })
  expect(factsOf({ body: { ...rpc('ping'), id: 'text' } })).toMatchObject({ rpcId: 'text', subject: undefined })
  expect(factsOf({ method: 'GET', headers: { authorization: undefined } })).toMatchObject({
    rpcId: undefined,
    method: undefined,
    caller: undefined,
  })
})

test('the certificate of the client arrives there as well', () => {
  const redact = (text: string) => text
  const policy = { allow: { and: [{ client_certificate: { san_dns: 'a.example' } }] } }
  const request = {
    body: toolCall('read'),
    certificatePem: certificate('DNS.1 = a.example', 'email.1 = ann@example.com'),
  }
  const judged = judge(request, worldOf({ policy, route: { rules: { ...NO_RULES, redact } } }))

  expect(decodeAnswerFacts(metadata(encoded(judged.verdict, request))).certificate).toEqual(
    readCertificate(request.certificatePem),
  )
})

test('names of a certificate that are no texts are left out', () => {
  const call = {
    http_method: 'GET',
    path: '/',
    address: '',
    certificate: { fingerprint: 'f', spkiHash: 's', emails: [1, 'a'] },
  }

  expect(decodeAnswerFacts({ ...FACTS, call }).certificate).toEqual({
    fingerprint: 'f',
    spkiHash: 's',
    emails: ['a'],
    dnsNames: [],
    uris: [],
  })
})

test.each<[string, JsonObject]>([
  ['facts', {}],
  ['a route', { call: {} }],
  ['an address', { ...FACTS, call: { http_method: 'GET', path: '/' } }],
  [
    'the caller’s scopes',
    { ...FACTS, call: { http_method: 'GET', path: '/', address: '', user: 'u', expires_at_ms: 1 } },
  ],
  ['the token’s end', { ...FACTS, call: { http_method: 'GET', path: '/', address: '', user: 'u', scopes: [] } }],
])('an answer without %s is not judged at all', (_, verdict) => {
  expect(() => decodeAnswerFacts(verdict)).toThrow('without')
})

test('a challenge tells SDKs where to sign in, and people by which reference to ask', () => {
  const challenge = { resourceMetadataUrl: 'https://g/.well-known/x', scope: 'mcp' }
  const { status, headers, body } = denied(encoded({ kind: 'challenge', challenge }))

  expect(status).toBe(401)
  expect(headers).toEqual({
    'content-type': 'application/json',
    'cache-control': 'no-store',
    'www-authenticate': 'Bearer resource_metadata="https://g/.well-known/x", scope="mcp"',
  })
  expect(JSON.parse(body)).toMatchObject({ error: 'unauthorized', message: 'Sign in to use this tunnel' })
})

test('a challenge for another scope is a 403, and one for a proof names the algorithms and a nonce', () => {
  const facts = { resourceMetadataUrl: 'https://g/', scope: 'mcp a' }
  const stepUp = denied(encoded({ kind: 'challenge', challenge: { ...facts, error: 'insufficient_scope' } }))
  const dpop = { error: 'use_dpop_nonce', nonce: 'n1' } as const
  const proof = denied(
    encoded({ kind: 'challenge', challenge: { ...facts, error: 'invalid_token', description: 'Try again', dpop } }),
  )

  expect(stepUp.status).toBe(403)
  expect(stepUp.headers['www-authenticate']).toContain('error="insufficient_scope"')
  expect(proof.headers['www-authenticate']).toBe(
    'Bearer error="invalid_token", error_description="Try again", resource_metadata="https://g/", scope="mcp a" | DPoP error="use_dpop_nonce", algs="ES256 EdDSA"',
  )
  expect(proof.headers['dpop-nonce']).toBe('n1')
})

test('a refusal answers the message it is for, with its reference, and says when to come back in whole seconds', () => {
  const error = { code: -32062, message: 'Too many calls', data: { code: 'rate_limited' } }
  const { status, headers, body } = denied(
    encoded({ kind: 'refuse', status: 200, rpcId: 7, error, retryAfterMs: 1001 }),
  )

  expect(status).toBe(200)
  expect(headers['retry-after']).toBe('2')
  expect(JSON.parse(body)).toMatchObject({ jsonrpc: '2.0', id: 7, error: { data: { code: 'rate_limited' } } })
  expect(JSON.parse(body).error.data.reference).toMatch(/\S/)
  const unread = denied(
    encoded({ kind: 'refuse', status: 400, rpcId: undefined, error: { code: -32700, message: 'No' } }),
  )
  expect(JSON.parse(unread.body).id).toBeNull()
  expect(unread.headers).not.toHaveProperty('retry-after')
})

test('a refusal in words is text, and is not kept', () => {
  const { status, headers, body } = denied(encoded({ kind: 'refuse_plain', status: 404, message: 'No tunnel' }))

  expect(status).toBe(404)
  expect(headers).toEqual({ 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' })
  expect(body).toMatch(/^No tunnel\nReference: \S+\n$/)
})

test('only the page that asked may read an answer, and a preflight allows the headers it wants', () => {
  const wanted = { 'access-control-request-headers': 'authorization, mcp-session-id' }
  const preflight = denied(encoded({ kind: 'preflight' }, { headers: wanted }, 'https://app.example'))

  expect(preflight).toMatchObject({ status: 204, body: '' })
  expect(preflight.headers).toMatchObject({
    'access-control-allow-origin': 'https://app.example',
    'access-control-allow-headers': 'authorization, mcp-session-id',
    vary: 'Origin',
  })
  expect(denied(encoded({ kind: 'preflight' })).headers).not.toHaveProperty('access-control-allow-headers')
  expect(headersIn(encoded(ALLOW, {}, 'https://app.example').ok_response?.response_headers_to_add)).toMatchObject({
    'access-control-allow-origin': 'https://app.example',
  })
})
