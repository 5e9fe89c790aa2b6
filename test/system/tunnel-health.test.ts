/** What a tunnel says about the server behind it, asked through real ssh. */
import { createServer as createHttpServer, type RequestListener } from 'node:http'
import { type AddressInfo, createServer, type Server } from 'node:net'

import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import type { ConnectorHealth } from '../../control-plane/tunnels/connector.ts'
import { ASKER } from '../../control-plane/ssh/mcp-question.ts'
import { ann, type Harbour, type KeyFile, openHarbour, until } from './support/dock.ts'

const HOST = '127.0.0.1'
const RPC = '{"jsonrpc":"2.0","id":null,"error":{"code":-32000,"message":"no session"}}'

let harbour: Harbour
let key: KeyFile
const servers: Server[] = []

beforeEach(async () => {
  harbour = await openHarbour({ recheckMs: 50, maxRecheckMs: 50, healthMs: 100 })
  key = harbour.newKey()
  harbour.admission.bound.set(key.fingerprint, ann)
})
afterEach(async () => {
  for (const server of servers.splice(0)) server.close()
  await harbour[Symbol.asyncDispose]()
})

async function listen(server: Server, port = 0): Promise<number> {
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(port, HOST, resolve))
  return (server.address() as AddressInfo).port
}
const serve = (answer: RequestListener, port = 0): Promise<number> => listen(createHttpServer(answer), port)

const mcpAt =
  (path: string): RequestListener =>
  (request, response) => {
    if (request.url === path && request.method === 'POST') {
      response.writeHead(400, { 'content-type': 'application/json' }).end(RPC)
    } else response.writeHead(404, { 'content-type': 'text/html' }).end(`Cannot ${request.method} ${request.url}`)
  }

const healthBecomes = (health: ConnectorHealth): Promise<boolean> =>
  until(`the health to be "${health}"`, () => [...harbour.board.live.values()].some((live) => live.health === health))

describe.each(['dynamic', 'static'] as const)('behind a %s forward', (mode) => {
  const forward = (port: number) =>
    mode === 'dynamic'
      ? harbour.ssh([key], '-T', '-R', '0', HOST, `port=${port}`)
      : harbour.ssh([key], '-T', '-R', `0:localhost:${port}`, HOST)

  test('an MCP server at the path of the URL is well', async () => {
    forward(await serve(mcpAt('/mcp')))

    expect(await healthBecomes('ok')).toBe(true)
    expect(harbour.board.healths).not.toContain('not_mcp')
  })

  test('an MCP server at another path is told with the URL to use', async () => {
    const run = forward(await serve(mcpAt('/')))

    expect(await healthBecomes('wrong_path')).toBe(true)
    await run.prints('An MCP server answers at /: use http://localhost:7800/calm-otter-4821/ instead')
  })

  test('a web page is no MCP server, and heals when one takes its place', async () => {
    const port = await serve((_request, response) => response.end('<html>'))
    forward(port)
    expect(await healthBecomes('not_mcp')).toBe(true)

    for (const server of servers.splice(0)) server.close()
    await until('the port to be free', () => !servers.some((server) => server.listening))
    await serve(mcpAt('/mcp'), port)

    expect(await healthBecomes('ok')).toBe(true)
  })

  test('what is found out before Envoy knows the connector is told afterwards', async () => {
    const { promise, resolve: letGo } = Promise.withResolvers<void>()
    harbour.board.slowness = promise
    let asked = 0
    const answer = mcpAt('/')
    forward(
      await serve((request, response) => {
        if (request.headers['user-agent'] === ASKER) asked += 1
        answer(request, response)
      }),
    )
    await until('the server to be asked at both places', () => asked >= 2)

    letGo()

    expect(await healthBecomes('wrong_path')).toBe(true)
  })

  test('what speaks no HTTP is no MCP server', async () => {
    forward(await listen(createServer((socket) => socket.end('220 mail.example.com ESMTP\r\n'))))

    expect(await healthBecomes('not_mcp')).toBe(true)
  })

  test('a server that stops is noticed without a call', async () => {
    const port = await serve(mcpAt('/mcp'))
    forward(port)
    expect(await healthBecomes('ok')).toBe(true)

    for (const server of servers.splice(0)) server.close()

    expect(await healthBecomes('refused')).toBe(true)
  })
})
