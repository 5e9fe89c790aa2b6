/**
 * Mallory may send any header she likes. Identity, destination and the client's address come from us alone
 * (invariant 3), and what belongs to the gateway (tokens, cookies, origins) must not travel on to somebody's laptop.
 */
import { afterAll, beforeAll, expect, test } from 'vitest'

import { startGateway, type TestGateway } from '../support/gateway.ts'
import { post } from '../support/oauth.ts'
import { openTunnel, type OpenTunnel } from '../support/tunnel.ts'
import { startUpstream, type RecordingUpstream } from '../support/upstream.ts'

let gateway: TestGateway
let upstream: RecordingUpstream
let others: RecordingUpstream
let tunnel: OpenTunnel
let victim: OpenTunnel

const PING = '{"jsonrpc":"2.0","id":1,"method":"ping"}'

beforeAll(async () => {
  gateway = await startGateway()
  upstream = await startUpstream()
  others = await startUpstream()
  tunnel = await openTunnel(gateway, { email: 'mallory@example.com', port: upstream.port })
  victim = await openTunnel(gateway, { email: 'victim@example.com', port: others.port })
})

afterAll(async () => {
  for (const open of [tunnel, victim, upstream, others, gateway]) await open?.[Symbol.asyncDispose]()
})

test('credentials and our own cookies stay at the gateway', async () => {
  await post(tunnel.url, PING, {
    ...tunnel.bearer,
    cookie: 'sallyport=secret; sallyport_as=secret; theirs=1',
    'proxy-authorization': 'Basic c2VjcmV0',
    origin: 'http://localhost:6274',
  })

  const sent = JSON.stringify(upstream.seen.at(-1)?.rawHeaders)
  expect(upstream.seen.at(-1)?.body).toBe(PING)
  expect(sent).not.toMatch(/secret|Bearer|authorization|cookie|origin/i)
  expect(sent).not.toContain(tunnel.tokens.access_token)
})

test('a header that replaces method or path at some servers stays at the gateway', async () => {
  await post(tunnel.url, PING, {
    ...tunnel.bearer,
    'x-http-method-override': 'DELETE',
    'x-http-method': 'DELETE',
    'x-method-override': 'DELETE',
    'x-original-url': '/admin',
    'x-rewrite-url': '/admin',
  })

  expect(upstream.seen.at(-1)?.body).toBe(PING)
  expect(JSON.stringify(upstream.seen.at(-1)?.rawHeaders)).not.toMatch(/DELETE|admin/)
})

test.each(['x-sallyport-cluster', 'X-Sallyport-Cluster', 'x-sallyport-user', 'x-sallyport-client-address'])(
  'a forged %s neither chooses the destination nor reaches the upstream',
  async (name) => {
    const mine = upstream.seen.length
    const theirs = others.seen.length

    await post(tunnel.url, PING, { ...tunnel.bearer, [name]: 'connector/con_aaaaaaaaaaaaaaaaaaaaaaaaaa' })

    expect(upstream.seen.length).toBe(mine + 1)
    expect(others.seen.length).toBe(theirs)
    expect(JSON.stringify(upstream.seen.at(-1)?.rawHeaders)).not.toMatch(/sallyport/i)
  },
)

test('forged forwarding headers are replaced by the truth', async () => {
  await post(tunnel.url, PING, {
    ...tunnel.bearer,
    'x-forwarded-for': '203.0.113.9',
    'x-forwarded-host': 'evil.example.com',
    'x-forwarded-proto': 'https',
    'x-forwarded-prefix': '/evil',
    'x-envoy-original-path': '/evil',
    'x-envoy-upstream-rq-timeout-ms': '1',
    'x-envoy-external-address': '203.0.113.9',
    'x-envoy-internal': 'true',
    'x-envoy-retry-on': '5xx',
  })

  const seen = upstream.seen.at(-1)
  expect(seen?.body).toBe(PING)
  expect(JSON.stringify(seen?.rawHeaders)).not.toMatch(/evil|203\.0\.113\.9|x-envoy/i)
  expect(seen?.headers['x-forwarded-proto']).toBe('http')
  expect(seen?.headers['x-forwarded-prefix']).toBe(`/${tunnel.route}`)
  expect(seen?.headers['x-forwarded-host']).toBe('localhost')
  expect(seen?.headers.host).toBe(`localhost:${upstream.port}`)
})

test('a header with an underscore, which some servers read as a dash, is refused', async () => {
  const before = upstream.seen.length

  const response = await post(tunnel.url, PING, { ...tunnel.bearer, x_sallyport_cluster: 'web' })

  expect(response.status).toBe(400)
  expect(upstream.seen.length).toBe(before)
})

test('a page of another origin is refused before anything else', async () => {
  const before = upstream.seen.length

  const response = await post(tunnel.url, PING, { ...tunnel.bearer, origin: 'https://evil.example.com' })

  expect(response.status).toBe(403)
  expect(response.headers.get('access-control-allow-origin')).toBeNull()
  expect(upstream.seen.length).toBe(before)
})

test.each(['document', 'iframe', 'script', 'worker', 'serviceworker'])(
  'a browser may not load a tunnel as a %s',
  async (destination) => {
    const before = upstream.seen.length

    const response = await fetch(tunnel.url, { headers: { ...tunnel.bearer, 'sec-fetch-dest': destination } })

    expect(response.status).toBe(403)
    expect(upstream.seen.length).toBe(before)
  },
)

test.each([
  ['another host', 'evil.example.com'],
  ['an internal cluster’s name', 'authorizer'],
  ['the host with a dot at its end', 'localhost.'],
])('%s in the Host header leads nowhere', async (_what, host) => {
  const { request } = await import('node:http')
  const before = upstream.seen.length

  const status = await new Promise((resolve, reject) => {
    const headers = { ...tunnel.bearer, host, 'content-type': 'application/json', 'content-length': PING.length }
    const sent = request(tunnel.url, { method: 'POST', headers }, (response) => {
      response.resume()
      resolve(response.statusCode)
    })
    sent.on('error', reject)
    sent.end(PING)
  })

  expect(status).toBe(404)
  expect(upstream.seen.length).toBe(before)
})
