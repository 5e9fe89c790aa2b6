/** What a real Envoy does with what we tell it. The authorizer, the web role and the upstream are stubs. */
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'

import type { AccessLogEntry } from '../../control-plane/grpc/access-log.ts'
import type { CheckRequest, CheckResponse } from '../../control-plane/grpc/ext-authz.ts'
import { jsonOf, struct, type JsonObject } from '../../proto/struct.ts'
import { DataPlane } from './data-plane.ts'
import { allow, deny, errorOf, header, headersOf, post, rawHeader } from './verdicts.ts'

let plane: DataPlane
const checks: CheckRequest[] = []
const received: { readonly url: string; readonly headers: NodeJS.Dict<string | string[]>; readonly body: string }[] = []

beforeAll(async () => {
  plane = await DataPlane.open({
    check: () => allow(),
    inspect: () => [{ response_headers: {} }],
    web: (request, response) => response.end(`web ${request.url}`),
    upstream: (_request, response) => response.end('upstream'),
  })
})
afterAll(() => plane[Symbol.asyncDispose]())

beforeEach(() => {
  checks.length = 0
  received.length = 0
  plane.stubs.check = () => allow()
  plane.stubs.upstream = (request, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk))
    request.on('end', () => {
      received.push({ url: request.url ?? '', headers: request.headers, body })
      response.end('upstream')
    })
  }
})

/** Judges with `check` and remembers what was asked. */
function judge(check: (request: CheckRequest) => CheckResponse): void {
  plane.stubs.check = (request) => {
    checks.push(request)
    return check(request)
  }
}

/** The upstream answers with this. */
function answerWith(
  status: number,
  headers: Readonly<Record<string, string | string[]>>,
  body = 'from upstream',
): void {
  plane.stubs.upstream = (_request, response) => response.writeHead(status, headers).end(body)
}

describe('A request to a tunnel', () => {
  test('goes where the verdict says, whatever headers the client forged', async () => {
    judge(() => allow())

    const answer = await plane.call({
      path: '/calm-otter-4821/mcp?q=1',
      headers: {
        'x-sallyport-cluster': 'web',
        'X-Sallyport-User': 'admin',
        'x-pomerium-jwt-assertion': 'forged',
        'x-forwarded-for': '6.6.6.6',
        'x-forwarded-host': 'evil.example',
        'x-envoy-original-path': '/admin',
        'x-request-id': 'chosen-by-client',
        forwarded: 'for=6.6.6.6',
      },
    })

    expect(answer).toMatchObject({ status: 200, body: 'upstream' })
    const asked = headersOf(checks[0] ?? {})
    const forged = Object.keys(asked).filter((name) =>
      /^(x-sallyport|x-pomerium|x-forwarded-host|x-envoy-o|forwarded$)/.test(name),
    )
    expect(forged).toEqual([])
    expect(asked[':path']).toBe('/calm-otter-4821/mcp?q=1')
    const [upstream] = received
    expect(upstream?.url).toBe('/mcp?q=1')
    expect(upstream?.headers['host']).toBe('localhost:8080')
    // One address, Envoy's own view of the peer; for a loopback peer that is the machine's address.
    expect(upstream?.headers['x-forwarded-for']).toMatch(/^(?!6\.6\.6\.6)[\da-f.:]+$/)
    expect(Object.keys(upstream?.headers ?? {}).filter((name) => /^x-(sallyport|envoy)/.test(name))).toEqual([])
    expect(upstream?.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/)
  })

  test('is refused when a header name has an underscore or the path an escaped slash', async () => {
    judge(() => allow())

    const underscore = await plane.call({ path: '/a/mcp', headers: { x_sallyport_cluster: 'web' } })
    const slash = await plane.call({ path: '/a%2Fmcp' })

    expect([underscore.status, slash.status]).toEqual([400, 400])
    expect(checks).toHaveLength(0)
  })

  test('arrives at the root when it names only the tunnel', async () => {
    await plane.call({ path: '/calm-otter-4821' })
    await plane.call({ path: '/calm-otter-4821/' })
    await plane.call({ path: '/calm-otter-4821?a=/b' })

    expect(received.map(({ url }) => url)).toEqual(['/', '/', '/?a=/b'])
  })

  test.each(['evil.example.com', 'localhost.', 'authorizer'])('under the host %s is 404', async (host) => {
    judge(() => allow())

    const answer = await plane.call({ path: '/calm-otter-4821/mcp', host })

    expect(answer).toMatchObject({ status: 404, body: 'Nothing is served under this host name.\n' })
    expect(checks).toHaveLength(0)
  })

  test('is judged with its whole body, or 413 when that is over the limit', async () => {
    judge(() => allow())
    const signedIn = { authorization: 'Bearer x' }

    const statuses = []
    for (const [bytes, headers] of [
      [10_000, {}],
      [10_001, {}],
      [100_000, signedIn],
      [100_001, signedIn],
    ] as const) {
      statuses.push((await plane.call(post('/a/mcp', Buffer.alloc(bytes, 'x'), headers))).status)
    }

    expect(statuses).toEqual([200, 413, 200, 413])
    const sizes = checks.map((request) => request.attributes?.request?.http?.raw_body?.length)
    expect(sizes).toEqual([10_000, 100_000])
    expect(received.map(({ body }) => body.length)).toEqual([10_000, 100_000])
  })
})

describe('When the authorizer fails', () => {
  beforeEach(() => {
    judge(() => {
      throw new Error('broken')
    })
  })

  test('a JSON-RPC call gets a JSON-RPC error with 503 and nothing reaches the upstream', async () => {
    const answer = await plane.call(post('/a/mcp', '{"id":1}'))

    expect(answer.status).toBe(503)
    expect(errorOf(answer)).toMatchObject({
      jsonrpc: '2.0',
      id: null,
      error: { data: { code: 'authorizer_unavailable' } },
    })
    expect(received).toEqual([])
  })

  test('anything else gets plain 503', async () => {
    const answer = await plane.call({ path: '/a/mcp' })

    expect(answer.status).toBe(503)
    expect(answer.headers['content-type']).not.toBe('application/json')
  })

  test('a verdict that contradicts its metadata counts as a failure', async () => {
    judge(() => ({ ...allow(), dynamic_metadata: struct({ decision: 'deny' }) }))
    const contradicting = await plane.call({ path: '/a/mcp' })
    judge(() => ({ status: { code: 0 }, ok_response: {} }))
    const silent = await plane.call({ path: '/a/mcp' })

    expect([contradicting.status, silent.status]).toEqual([503, 503])
    expect(received).toEqual([])
  })
})

describe('A denial of ours', () => {
  test('keeps its challenge', async () => {
    judge(() =>
      deny(401, 'sign in', [header('www-authenticate', 'Bearer resource_metadata="x"'), header('set-cookie', 'a=b')]),
    )

    const answer = await plane.call(post('/a/mcp', '{}'))

    expect(answer).toMatchObject({ status: 401, body: 'sign in' })
    expect(answer.headers['www-authenticate']).toBe('Bearer resource_metadata="x"')
  })

  test('with 503 keeps its body', async () => {
    judge(() => deny(503, '{"ours":true}', [header('content-type', 'application/json')]))

    const answer = await plane.call(post('/a/mcp', '{}'))

    expect(answer).toMatchObject({ status: 503, body: '{"ours":true}' })
  })
})

describe('An answer of the upstream', () => {
  test.each([401, 301, 302, 303, 307, 308])('with status %i becomes 502 with the id of the call', async (status) => {
    judge(() => allow({ rpc_id: 'call "7"\n\\', request_id: 'req-1' }))
    answerWith(status, { location: 'https://evil.example', 'www-authenticate': 'Bearer evil', 'set-cookie': 'a=b' })

    const answer = await plane.call(post('/a/mcp', '{}'))

    expect(answer.status).toBe(502)
    expect(errorOf(answer)).toMatchObject({
      id: 'call "7"\n\\',
      error: { data: { code: 'upstream_answer_refused', requestId: 'req-1' } },
    })
    expect(answer.headers).not.toHaveProperty('location')
    expect(answer.headers).not.toHaveProperty('www-authenticate')
    expect(answer.headers).not.toHaveProperty('set-cookie')
  })

  test('that is refused may come compressed, without a body, in pieces or to HEAD', async () => {
    judge(() => allow({ rpc_id: 12 }))
    answerWith(401, { 'content-encoding': 'gzip' }, 'not really')
    const compressed = await plane.call(post('/a/mcp', '{}'))
    plane.stubs.upstream = (_request, response) =>
      response.writeHead(307, { location: '/x', 'content-length': 0 }).end()
    const empty = await plane.call(post('/a/mcp', '{}'))
    plane.stubs.upstream = (_request, response) => {
      response.writeHead(401).write('a piece, ')
      setTimeout(() => response.end('another'), 20)
    }
    const chunked = await plane.call(post('/a/mcp', '{}'))
    const head = await plane.call({ method: 'HEAD', path: '/a/mcp' })

    expect([compressed.status, chunked.status]).toEqual([502, 502])
    expect([errorOf(compressed), errorOf(chunked)]).toMatchObject([{ id: 12 }, { id: 12 }])
    expect(empty).toMatchObject({ status: 502, body: '' })
    expect(empty.headers).not.toHaveProperty('location')
    expect(plane.logged.filter(({ component }) => component === 'lua')).toEqual([])
    expect(compressed.headers).not.toHaveProperty('content-encoding')
    expect(head).toMatchObject({ status: 502, body: '' })
  })

  test.each([304, 400, 403, 404, 500, 503])('with status %i passes', async (status) => {
    answerWith(status, { 'www-authenticate': 'Bearer evil' }, status === 304 ? '' : 'from upstream')

    const answer = await plane.call(post('/a/mcp', '{}'))

    expect(answer).toMatchObject({ status, body: status === 304 ? '' : 'from upstream' })
    expect(answer.headers).not.toHaveProperty('www-authenticate')
  })

  test('passes as it is where the verdict says so', async () => {
    judge(() => allow({ answers: 'as_is' }))
    answerWith(302, { location: '/elsewhere' })

    const answer = await plane.call({ path: '/a/page' })

    expect(answer).toMatchObject({ status: 302, headers: { location: '/elsewhere' } })
  })

  test('loses every header that acts beyond it', async () => {
    const steering = {
      'set-cookie': ['a=b', 'c=d'],
      'clear-site-data': '"*"',
      nel: '{}',
      'report-to': '{}',
      'reporting-endpoints': 'a="/r"',
      'strict-transport-security': 'max-age=1',
      'alt-svc': 'h3=":1"',
      'service-worker-allowed': '/',
      'x-envoy-upstream-service-time': '1',
      'access-control-allow-origin': '*',
      refresh: '0;url=https://evil.example',
      'accept-ch': 'Sec-CH-UA',
      'x-powered-by': 'evil',
    }
    answerWith(200, { ...steering, 'mcp-session-id': 's1', server: 'evil', 'content-security-policy': 'default-src *' })

    const { headers } = await plane.call({ path: '/a/mcp' })

    expect(Object.keys(headers).filter((name) => name in steering)).toEqual([])
    expect(headers).toMatchObject({
      'mcp-session-id': 's1',
      server: 'sallyport',
      'content-security-policy': 'sandbox',
      'x-content-type-options': 'nosniff',
    })
  })

  test('carries headers that the verdict adds, though the upstream may not send them', async () => {
    const origin = header('access-control-allow-origin', 'https://client.example')
    judge(() => ({
      ok_response: { headers: [header('x-sallyport-cluster', 'connector/con_a')], response_headers_to_add: [origin] },
      dynamic_metadata: struct({ decision: 'allow' }),
    }))
    answerWith(200, { 'access-control-allow-origin': '*' })

    const { headers } = await plane.call({ path: '/a/mcp' })

    expect(headers['access-control-allow-origin']).toBe('https://client.example')
  })
})

describe('A tunnel that does not answer', () => {
  test.each([
    ['its cluster is unknown', 'connector/con_none'],
    ['its socket is gone', 'connector/con_gone'],
  ])('is a JSON-RPC error with the id of the call when %s', async (_case, cluster) => {
    plane.xds.setConnectors({ put: { id: 'con_gone', socketPath: './run/none.sock', target: 'localhost:1' } })
    await plane.xds.whenAcked('connector/con_gone')
    judge(() => allow({ rpc_id: 7 }, cluster))

    const answer = await plane.call(post('/a/mcp', '{}'))

    expect(answer).toMatchObject({ status: 503, headers: { 'retry-after': '1' } })
    expect(errorOf(answer)).toMatchObject({ id: 7, error: { code: -32_061, data: { code: 'tunnel_unavailable' } } })
  })

  test('is asked once when it closes the connection after reading', async () => {
    let asked = 0
    judge(() => allow({ rpc_id: 8 }))
    plane.stubs.upstream = (request) => {
      asked++
      request.resume().on('end', () => request.socket.destroy())
    }

    const answer = await plane.call(post('/a/mcp', '{"method":"tools/call"}'))

    expect(answer.status).toBe(503)
    expect(errorOf(answer)).toMatchObject({ id: 8 })
    expect(asked).toBe(1)
  })
})

test('Our own paths and discovery documents go to the web role without a check', async () => {
  judge(() => allow())

  const bodies = []
  for (const path of [
    '/',
    '/oauth/token',
    '/sign-in',
    '/sign-in/code',
    '/.well-known/oauth-protected-resource/a/mcp',
  ]) {
    bodies.push((await plane.call({ path })).body)
  }
  await plane.call({ path: '/sign-internal' })

  expect(bodies).toEqual([
    'web /',
    'web /oauth/token',
    'web /sign-in',
    'web /sign-in/code',
    'web /.well-known/oauth-protected-resource/a/mcp',
  ])
  expect(checks.map((request) => headersOf(request)[':path'])).toEqual(['/sign-internal'])
})

test('The inspector sees a response only when the verdict asks for it, with the verdict beside it', async () => {
  const seen: JsonObject[] = []
  plane.stubs.inspect = (message) => {
    seen.push(jsonOf(message.metadata_context?.filter_metadata?.['envoy.filters.http.ext_authz']))
    return [
      { response_headers: { response: { header_mutation: { set_headers: [rawHeader('mcp-session-id', 'sealed')] } } } },
    ]
  }
  answerWith(200, { 'mcp-session-id': 'plain' })

  judge(() => allow())
  const plain = await plane.call({ path: '/a/mcp' })
  judge(() => allow({ inspect: 'session', user: 'usr_1' }))
  const sealed = await plane.call({ path: '/a/mcp' })

  expect(plain.headers['mcp-session-id']).toBe('plain')
  expect(sealed.headers['mcp-session-id']).toBe('sealed')
  expect(seen).toEqual([expect.objectContaining({ decision: 'allow', user: 'usr_1' })])
})

test('The access log carries the verdict, also of a denial', async () => {
  judge(() => allow({ tool: 'add' }))
  await plane.call({ path: '/a/mcp', headers: { 'user-agent': 'logged' } })
  judge(() => deny(401, 'no'))
  await plane.call({ path: '/a/mcp', headers: { 'user-agent': 'logged' } })

  const logged = (): AccessLogEntry[] => plane.accessLog.filter(({ request }) => request?.user_agent === 'logged')
  await vi.waitFor(() => expect(logged()).toHaveLength(2), 2000)
  const facts = logged().map(({ common_properties: common, response }) => ({
    code: response?.response_code?.value,
    verdict: jsonOf(common?.metadata?.filter_metadata?.['envoy.filters.http.ext_authz']),
  }))
  expect(facts).toEqual([
    { code: 200, verdict: expect.objectContaining({ decision: 'allow', tool: 'add' }) },
    { code: 401, verdict: expect.objectContaining({ decision: 'deny' }) },
  ])
})
