/**
 * Eve has a valid token for a tunnel whose policy she wants to get around. She sends bodies that our reader and the
 * upstream's might understand differently: what we authorise must be what is forwarded (invariant 2), so each of them
 * is refused with a clear error, and the upstream sees nothing at all.
 */
import { gzipSync } from 'node:zlib'

import { afterAll, beforeAll, expect, test } from 'vitest'

import { startGateway, type TestGateway } from '../support/gateway.ts'
import { post } from '../support/oauth.ts'
import { openTunnel, type OpenTunnel } from '../support/tunnel.ts'
import { startUpstream, type RecordingUpstream } from '../support/upstream.ts'

let gateway: TestGateway
let upstream: RecordingUpstream
let tunnel: OpenTunnel

beforeAll(async () => {
  gateway = await startGateway()
  upstream = await startUpstream()
  tunnel = await openTunnel(gateway, { email: 'eve@example.com', port: upstream.port })
})

afterAll(async () => {
  await tunnel?.[Symbol.asyncDispose]()
  await upstream?.[Symbol.asyncDispose]()
  await gateway?.[Symbol.asyncDispose]()
})

const CALL = '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo","arguments":{"text":"x"}}}'
const MODERN = '"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28"}'
const MODERN_CALL = `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo","arguments":{},${MODERN}}}`

interface Attack {
  readonly name: string
  readonly body: string | Uint8Array
  readonly headers?: Readonly<Record<string, string>>
  readonly status: number
  readonly says: RegExp
}

const ATTACKS: readonly Attack[] = [
  {
    name: 'a body over the limit, with the call behind the padding',
    body: `{"pad":"${'x'.repeat(4 * 1024 * 1024)}",${CALL.slice(1)}`,
    status: 413,
    says: /Payload Too Large|too large/i,
  },
  {
    name: 'invalid UTF-8',
    body: Buffer.concat([Buffer.from(CALL.slice(0, -5)), Buffer.from([0xff]), Buffer.from(CALL.slice(-5))]),
    status: 400,
    says: /not valid UTF-8/,
  },
  { name: 'a byte order mark', body: `\uFEFF${CALL}`, status: 400, says: /byte order mark/ },
  { name: 'invalid JSON', body: CALL.slice(0, -1), status: 400, says: /not one JSON value/ },
  { name: 'a second message behind the first', body: `${CALL}${CALL}`, status: 400, says: /not one JSON value/ },
  { name: 'a comment, which some readers skip', body: `${CALL}//`, status: 400, says: /not one JSON value/ },
  {
    name: 'a batch with a harmless first message',
    body: `[{"jsonrpc":"2.0","id":2,"method":"ping"},${CALL}]`,
    status: 400,
    says: /Batches are not accepted/,
  },
  { name: 'a duplicate key at the top', body: `{"method":"ping",${CALL.slice(1)}`, status: 400, says: /duplicate key/ },
  {
    name: 'a duplicate key in params',
    body: CALL.replace('"name":"echo"', '"name":"echo","name":"delete_all"'),
    status: 400,
    says: /duplicate key/,
  },
  {
    name: 'a duplicate key deep inside an argument',
    body: CALL.replace('"text":"x"', '"a":[{"b":1,"b":2}]'),
    status: 400,
    says: /duplicate key/,
  },
  {
    name: 'a duplicate key written with an escape',
    body: CALL.replace('"name":"echo"', '"name":"echo","n\\u0061me":"delete_all"'),
    status: 400,
    says: /duplicate key/,
  },
  {
    name: 'a protocol key in another case beside the right one',
    body: CALL.replace('"name":"echo"', '"name":"echo","NAME":"delete_all"'),
    status: 400,
    says: /another case/,
  },
  {
    name: 'a method key in another case',
    body: CALL.replace('"id":1', '"id":1,"Method":"tools/call"'),
    status: 400,
    says: /another case/,
  },
  {
    name: 'a key that Unicode case folding makes equal',
    body: CALL.replace('"id":1', '"id":1,"param\u017F":{"name":"delete_all"}'),
    status: 400,
    says: /another case/,
  },
  {
    name: 'a compressed body',
    body: gzipSync(CALL),
    headers: { 'content-encoding': 'gzip' },
    status: 415,
    says: /Content-Encoding/,
  },
  {
    name: 'an encoding that says it is none',
    body: CALL,
    headers: { 'content-encoding': 'identity' },
    status: 415,
    says: /Content-Encoding/,
  },
  {
    name: 'a content type that is not JSON',
    body: CALL,
    headers: { 'content-type': 'text/plain' },
    status: 415,
    says: /application\/json/,
  },
  {
    name: 'JSON in another charset',
    body: Buffer.from(CALL, 'utf16le'),
    headers: { 'content-type': 'application/json; charset=utf-16' },
    status: 415,
    says: /application\/json/,
  },
  {
    name: 'two content types in one header',
    body: CALL,
    headers: { 'content-type': 'application/json, text/plain' },
    status: 415,
    says: /application\/json/,
  },
  {
    name: 'half a surrogate pair in a name',
    body: CALL.replace('"echo"', '"echo\\ud800"'),
    status: 400,
    says: /surrogate/,
  },
  { name: 'U+0000 in a name', body: CALL.replace('"echo"', '"echo\\u0000x"'), status: 400, says: /U\+0000/ },
  { name: 'half a surrogate pair in a key', body: CALL.replace('"text"', '"\\udc00"'), status: 400, says: /surrogate/ },
  { name: 'U+0000 in a key', body: CALL.replace('"text"', '"name\\u0000"'), status: 400, says: /U\+0000/ },
  { name: 'a call without a name', body: CALL.replace('"name":"echo",', ''), status: 400, says: /lack the name/ },
  { name: 'a call whose name is a list', body: CALL.replace('"echo"', '["echo"]'), status: 400, says: /lack the name/ },
  {
    name: 'params that are a list',
    body: '{"jsonrpc":"2.0","id":1,"method":"tools/list","params":["delete_all"]}',
    status: 400,
    says: /params are not an object/,
  },
  {
    name: 'nesting that exhausts other readers',
    body: CALL.replace('"x"', `${'['.repeat(500)}${']'.repeat(500)}`),
    status: 400,
    says: /too deeply/,
  },
  {
    name: 'a modern Mcp-Method that contradicts the body',
    body: MODERN_CALL,
    headers: { 'mcp-method': 'ping', 'mcp-name': 'echo', 'mcp-protocol-version': '2026-07-28' },
    status: 400,
    says: /contradict/,
  },
  {
    name: 'a modern Mcp-Name that contradicts the body',
    body: MODERN_CALL,
    headers: { 'mcp-method': 'tools/call', 'mcp-name': 'delete_all', 'mcp-protocol-version': '2026-07-28' },
    status: 400,
    says: /contradict/,
  },
  {
    name: 'a modern Mcp-Name in base64 that contradicts the body',
    body: MODERN_CALL,
    headers: { 'mcp-name': `=?base64?${Buffer.from('delete_all').toString('base64')}?=` },
    status: 400,
    says: /contradict/,
  },
  {
    name: 'a modern version header that contradicts the body',
    body: MODERN_CALL,
    headers: { 'mcp-protocol-version': '2025-11-25' },
    status: 400,
    says: /contradict/,
  },
  {
    name: 'a modern name beside a method that has none',
    body: MODERN_CALL.replace('tools/call', 'tools/list').replace('"name":"echo",', ''),
    headers: { 'mcp-name': 'delete_all' },
    status: 400,
    says: /contradict/,
  },
]

test.each(ATTACKS)('refuses $name, and the upstream sees nothing', async ({ body, headers, status, says }) => {
  const before = upstream.seen.length

  const response = await post(tunnel.url, body, { ...tunnel.bearer, ...headers })

  expect(response.status).toBe(status)
  expect(await response.text()).toMatch(says)
  expect(upstream.seen.length).toBe(before)
})

test('a body on a GET is refused', async () => {
  const before = upstream.seen.length
  const { request } = await import('node:http')

  const status = await new Promise<number | undefined>((resolve, reject) => {
    const sent = request(
      tunnel.url,
      {
        method: 'GET',
        headers: { ...tunnel.bearer, 'content-type': 'application/json', 'content-length': CALL.length },
      },
      (response) => {
        response.resume()
        resolve(response.statusCode)
      },
    )
    sent.on('error', reject)
    sent.end(CALL)
  })

  expect(status).toBe(400)
  expect(upstream.seen.length).toBe(before)
})

test('in the legacy era the routing headers of the modern one do not reach the upstream', async () => {
  const response = await post(tunnel.url, CALL, {
    ...tunnel.bearer,
    'mcp-method': 'ping',
    'mcp-name': 'delete_all',
    'mcp-param-path': '/etc/passwd',
  })

  expect(response.status).toBe(200)
  const seen = upstream.seen.at(-1)
  expect(seen?.body).toBe(CALL)
  expect(Object.keys(seen?.headers ?? {}).filter((name) => name.startsWith('mcp-'))).toEqual([])
})

test('the same call, written once and plainly, passes', async () => {
  const response = await post(tunnel.url, CALL, tunnel.bearer)

  expect(response.status).toBe(200)
  expect(upstream.seen.at(-1)?.body).toBe(CALL)
})
