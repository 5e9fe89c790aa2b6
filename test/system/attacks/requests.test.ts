/**
 * Eve may call the tool "read" at one address, and nothing else. What she sends looks like that call to whoever judges it and
 * like another one to whoever runs it: in its address, its framing, its host, its method, or because it comes beside another.
 * Whatever reaches the server is the call that was judged, at the address that it was judged for.
 */
import { connect as connectHttp2 } from 'node:http2'
import { connect } from 'node:net'
import { gzipSync } from 'node:zlib'

import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'

import { ScriptedBrowser } from '../support/browser.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { obtainTokens, post, REDIRECT } from '../support/oauth.ts'
import { signUp } from '../support/people.ts'
import { startUpstream, type RecordingUpstream } from '../support/upstream.ts'

let gateway: TestGateway
let upstream: RecordingUpstream
let authorization: string
let others: string

const call = (tool: string, method = 'tools/call'): string =>
  JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: { name: tool } })
const READ = call('read')
const DELETE = call('delete_all')

beforeAll(async () => {
  upstream = await startUpstream()
  const route = `to: http://127.0.0.1:${upstream.port}, limits: [{ max_body_bytes: 5000 }]`
  gateway = await startGateway({
    config: `
routes:
  - { from: http://localhost:PORT/team, ${route}, policy: [{ allow: { and: [{ authenticated_user: true }, { mcp_tool: read }] } }] }
  - { from: http://localhost:PORT/vault, ${route}, policy: [{ allow: { and: [{ email: ann@example.com }] } }] }
`,
  })
  const eve = new ScriptedBrowser({ stopAt: [REDIRECT] })
  await signUp(gateway.url, eve, 'eve@example.com')
  authorization = `Bearer ${(await obtainTokens(gateway.url, eve, `${gateway.url}/team/mcp`)).access_token}`
  const ann = new ScriptedBrowser({ stopAt: [REDIRECT] })
  await signUp(gateway.url, ann, 'ann@example.com')
  others = `Bearer ${(await obtainTokens(gateway.url, ann, `${gateway.url}/team/mcp`)).access_token}`
})

afterAll(async () => {
  for (const open of [upstream, gateway]) await open?.[Symbol.asyncDispose]()
})

beforeEach(() => void upstream.seen.splice(0))

/** What reached the server, as the policy would name it. */
const arrived = (): string[] => upstream.seen.map(({ url, body }) => `${url} ${body}`)

/** Bytes as they are, over a connection of their own; everything that came back until it was closed or silent. */
function sendRaw(bytes: string | Buffer): Promise<string> {
  return new Promise((resolve) => {
    let text = ''
    const socket = connect(gateway.httpPort, '127.0.0.1', () => socket.write(bytes))
    socket.setTimeout(1500, () => socket.destroy())
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1')
      // A second answer, if there is one, is on its way behind the first.
      socket.setTimeout(300)
    })
    socket.on('error', () => {})
    socket.on('close', () => resolve(text))
  })
}

const head = (path: string, headers: readonly string[] = []): string =>
  [
    `POST ${path} HTTP/1.1`,
    `host: localhost:${gateway.httpPort}`,
    `authorization: ${authorization}`,
    'content-type: application/json',
    'connection: close',
    ...headers,
  ].join('\r\n')
const sized = (path: string, body: string, headers: readonly string[] = []): string =>
  `${head(path, [...headers, `content-length: ${body.length}`])}\r\n\r\n${body}`

describe('an address', () => {
  test.each([
    ['/team/mcp', '200'],
    ['/team//mcp', '200'],
    ['//team/mcp', '200'],
    ['/team/mcp/', '200'],
    ['/team/%6dcp', '200'],
    ['/%74eam/mcp', '200'],
    ['/team/./mcp', '200'],
    ['/team/x/../mcp', '200'],
    ['/vault/../team/mcp', '200'],
    ['/team/mcp?x=/../../vault/mcp', '200'],
    ['/team/mcp;x', '4'],
    ['/team;x/mcp', '4'],
    ['/team/mcp/..;/admin', '4'],
    ['/team/..;/vault/mcp', '4'],
    ['/team/../vault/mcp', '401'],
    ['/team/%2e%2e/vault/mcp', '401'],
    ['/team/.%2E/vault/mcp', '401'],
    ['/team/%252e%252e/vault/mcp', '4'],
    ['/team/mcp/../admin', '401'],
    ['/team/mcp/%2e%2e/admin', '401'],
    ['/team/mcp%2f..%2fadmin', '400'],
    ['/team/mcp%5c..%5cadmin', '400'],
    ['/team\\..\\vault\\mcp', '4'],
    ['/team/mcp%00', '4'],
    ['/team/mcp%0d%0ax', '4'],
    ['/team/mcp#/../vault', '4'],
    ['/TEAM/mcp', '404'],
    ['/team/MCP', '401'],
    ['/team', '401'],
    ['/', '4'],
    ['*', '4'],
    ['http://localhost/team/mcp', '200'],
    ['http://localhost:1/vault/../team/mcp', '200'],
    ['http://evil.example/team/mcp', '404'],
    ['http://localhost/vault/mcp', '401'],
    ['https://localhost@evil.example/team/mcp', '4'],
  ])('written %s is judged as what the server gets', async (path, status) => {
    const allowed = await sendRaw(sized(path, READ))
    const reached = arrived()
    const denied = await sendRaw(sized(path, DELETE))

    expect(allowed.slice(9, 9 + status.length)).toBe(status)
    expect(reached.map((line) => line.replace(/\?\S*/, ''))).toEqual(
      status === '200' ? [`${path.endsWith('/') ? '/mcp/' : '/mcp'} ${READ}`] : [],
    )
    expect(denied).not.toMatch(/"result"/)
    expect(arrived()).toEqual(reached)
  })

  test.each([
    ['LOCALHOST', '200'],
    ['LocalHost:80', '200'],
    ['localhost.', '404'],
    ['localhost.:80', '404'],
    ['localhost:80@evil.example', '4'],
    ['evil.example', '404'],
    ['localhost, evil.example', '4'],
    ['localhost\\evil', '4'],
    ['', '4'],
  ])('at the host "%s" is that of the gateway or none', async (host, status) => {
    const bytes = sized('/team/mcp', READ).replace(/host: .*\r\n/, `host: ${host}\r\n`)

    const answer = await sendRaw(bytes)

    expect(answer.slice(9, 9 + status.length)).toBe(status)
    expect(arrived()).toHaveLength(status === '200' ? 1 : 0)
  })

  test('at two hosts is at none', async () => {
    const answer = await sendRaw(sized('/team/mcp', READ, ['host: evil.example']))

    expect(answer).toMatch(/^HTTP\/1\.1 4/)
    expect(arrived()).toEqual([])
  })

  test.each([
    ['localhost', 'evil.example', true],
    ['evil.example', 'localhost', false],
    ['localhost.', 'localhost', false],
    ['localhost/vault', 'localhost', false],
    ['eve@localhost', 'localhost', false],
  ])('whose :authority is "%s" in HTTP/2 beside the host "%s" is at the first', async (authority, host, isAllowed) => {
    const session = connectHttp2(gateway.url)
    const stream = session.request({
      ':method': 'POST',
      ':authority': authority,
      ':path': '/team/mcp',
      'content-type': 'application/json',
      authorization,
      host,
    })
    const status = await new Promise<number>((resolve) => {
      stream.on('response', (answer) => resolve(answer[':status'] ?? 0))
      for (const end of ['error', 'close'] as const) stream.on(end, () => resolve(0))
      session.on('error', () => resolve(0))
      stream.end(READ)
    })
    session.destroy()

    expect(status === 200).toBe(isAllowed)
    expect(upstream.seen.map((seen) => seen.headers.host)).toEqual(isAllowed ? [`127.0.0.1:${upstream.port}`] : [])
  })
})

describe('a request', () => {
  const chunked = (...chunks: string[]): string =>
    `${chunks.map((chunk) => `${Buffer.byteLength(chunk).toString(16)}\r\n${chunk}\r\n`).join('')}0\r\n`

  test.each<readonly [string, () => string | Buffer]>([
    ['in two lengths', () => sized('/team/mcp', READ, ['content-length: 3'])],
    [
      'with a length and in chunks',
      () => `${head('/team/mcp', ['content-length: 5', 'transfer-encoding: chunked'])}\r\n\r\n${chunked(DELETE)}\r\n`,
    ],
    [
      'in chunks, twice',
      () => `${head('/team/mcp', ['transfer-encoding: chunked, chunked'])}\r\n\r\n${chunked(DELETE)}\r\n`,
    ],
    [
      'in an encoding that hides the chunks',
      () => `${head('/team/mcp', ['transfer-encoding: xchunked'])}\r\n\r\n${chunked(DELETE)}\r\n`,
    ],
    [
      'compressed on the way',
      () =>
        Buffer.concat([
          Buffer.from(`${head('/team/mcp', ['transfer-encoding: gzip, chunked'])}\r\n\r\n`),
          gzipSync(DELETE),
        ]),
    ],
    ['compressed', () => sized('/team/mcp', READ, ['content-encoding: gzip'])],
    ['over the limit of its route', () => sized('/team/mcp', READ.replace('{', `{${' '.repeat(5000)}`))],
    [
      'over the limit of its route in chunks',
      () =>
        `${head('/team/mcp', ['transfer-encoding: chunked'])}\r\n\r\n${chunked(...Array.from({ length: 60 }, () => ' '.repeat(100)), READ)}\r\n`,
    ],
    ['with a line end in a header', () => sized('/team/mcp', READ, ['x-a: b\rx-sallyport-cluster: web'])],
    ['with a folded header', () => sized('/team/mcp', READ, ['x-a: b', ' transfer-encoding: chunked'])],
    ['with a space before a colon', () => sized('/team/mcp', READ, ['transfer-encoding : chunked'])],
    ['in another protocol', () => sized('/team/mcp', READ, ['upgrade: websocket', 'connection: upgrade'])],
  ])('%s does not reach the server', async (_how, bytes) => {
    await sendRaw(bytes())

    expect(arrived().filter((line) => line !== `/mcp ${READ}`)).toEqual([])
    expect(upstream.seen.map(({ headers }) => headers['content-encoding'] ?? headers['transfer-encoding'])).toEqual(
      upstream.seen.map(() => undefined),
    )
  })

  test('in chunks is judged as a whole, and its trailers do not become headers', async () => {
    const bytes = (body: string): string =>
      `${head('/team/mcp', ['transfer-encoding: chunked', 'trailer: x-sallyport-cluster'])}\r\n\r\n` +
      `${chunked(body.slice(0, 60), body.slice(60))}x-sallyport-cluster: web\r\nmcp-name: delete_all\r\n\r\n`

    expect(await sendRaw(bytes(READ))).toMatch(/^HTTP\/1\.1 200/)
    expect(await sendRaw(bytes(DELETE))).not.toMatch(/"result"/)

    expect(arrived()).toEqual([`/mcp ${READ}`])
    expect(JSON.stringify(upstream.seen[0]?.rawHeaders)).not.toMatch(/delete_all|"web"/)
  })

  test('with another one behind it is two requests, each judged', async () => {
    const answer = await sendRaw(
      sized('/team/mcp', READ).replace('connection: close', 'x-first: 1') + sized('/team/mcp', DELETE),
    )

    expect(arrived()).toEqual([`/mcp ${READ}`])
    expect(answer).toContain('Access denied')
  })
})

describe('a call', () => {
  test.each([
    'Tools/Call',
    'TOOLS/CALL',
    'tools/call ',
    ' tools/call',
    'tools/call/',
    '/tools/call',
    'tools//call',
    'tools.call',
    'tools\\call',
    'tool\u017f/call',
    'tools/call\u0000',
    'tools/call\n',
    'tools\u2215call',
  ])('whose method is spelled "%s" is not taken for something without a tool', async (method) => {
    const answer = await post(`${gateway.url}/team/mcp`, call('delete_all', method), { authorization })

    expect(answer.status).toBe(400)
    expect(arrived()).toEqual([])
  })

  test('without an id does not dodge limits and answers as a notification', async () => {
    for (const tool of ['read', 'delete_all']) {
      const body = call(tool).replace('"id":1,', '')
      expect((await post(`${gateway.url}/team/mcp`, body, { authorization })).status).toBe(400)
    }
    expect(arrived()).toEqual([])
  })

  // A cursor is the server's own. What matters is that it opens no list that its caller could not see.
  test('with the cursor of another person is judged like one without', async () => {
    const page = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list', params: { cursor: 'anns' } })
    const vault = await post(`${gateway.url}/vault/mcp`, page, { authorization })
    const team = await post(`${gateway.url}/team/mcp`, page, { authorization: others })

    expect(vault.status).toBe(401)
    expect(team.status).toBe(200)
    expect(arrived()).toEqual([`/mcp ${page}`])
  })
})
