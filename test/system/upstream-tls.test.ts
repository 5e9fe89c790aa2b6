import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, expect, test } from 'vitest'

import { startGateway, type TestGateway } from './support/gateway.ts'
import { post } from './support/oauth.ts'

const CALL = '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"read"}}'
const folder = mkdtempSync(join(tmpdir(), 'upstream-tls-'))
const servers: TlsServer[] = []
let gateway: TestGateway

interface TlsServer {
  readonly server: Server
  readonly port: number
  readonly pem: string
  readonly hosts: string[]
}

/** A server with a certificate of its own, for that name. */
async function startServer(san: string): Promise<TlsServer> {
  const [key, cert] = [join(folder, `${servers.length}.key`), join(folder, `${servers.length}.crt`)]
  const words = ['req', '-x509', '-nodes', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-days', '2']
  const files = ['-keyout', key, '-out', cert]
  execFileSync('openssl', [...words, '-subj', '/CN=test', '-addext', `subjectAltName=${san}`, ...files], {
    stdio: 'ignore',
  })
  const hosts: string[] = []
  const pem = readFileSync(cert, 'utf8')
  const server = createServer({ key: readFileSync(key), cert: pem }, (request, response) => {
    hosts.push(request.headers.host ?? '')
    response.setHeader('content-type', 'application/json')
    response.end('{"jsonrpc":"2.0","id":1,"result":{}}')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const started = { server, port: (server.address() as AddressInfo).port, pem, hosts }
  servers.push(started)
  return started
}

beforeAll(async () => {
  const named = await startServer('DNS:localhost')
  const usual = await startServer('DNS:localhost')
  const stranger = await startServer('DNS:localhost')
  const other = await startServer('DNS:other.example')
  const address = await startServer('IP:127.0.0.1')
  const route = (name: string, to: string, authority = ''): string => `
  - from: http://localhost:PORT/${name}
    to: ${to}
    policy: [{ allow: { and: [{ accept: true }] } }]
    ${authority === '' ? '' : `tls_custom_ca_file: ${authority}`}`
  gateway = await startGateway({
    config: `routes:${[
      route('named', `https://localhost:${named.port}`, 'named.pem'),
      route('usual', `https://localhost:${usual.port}`),
      route('stranger', `https://localhost:${stranger.port}`),
      route('misfit', `https://localhost:${named.port}`, 'other.pem'),
      route('other', `https://localhost:${other.port}`, 'other.pem'),
      route('address', `https://127.0.0.1:${address.port}`, 'address.pem'),
    ].join('')}\n`,
    files: { 'named.pem': named.pem, 'other.pem': other.pem, 'address.pem': address.pem, 'usual.pem': usual.pem },
    env: { NODE_EXTRA_CA_CERTS: join(folder, '1.crt') },
  })
})

afterAll(async () => {
  await gateway?.[Symbol.asyncDispose]()
  for (const { server } of servers) {
    server.closeAllConnections()
    server.close()
  }
  rmSync(folder, { recursive: true })
})

const statusOf = async (route: string): Promise<number> => (await post(`${gateway.url}/${route}/mcp`, CALL)).status

test.each([
  ['named', 'by the authority of the route'],
  ['usual', 'by one of the usual authorities'],
  ['address', 'for its address'],
])('a route leads to an https server that is certified (%s) %s', async (route) => {
  expect(await statusOf(route)).toBe(200)
})

test('the server hears its own name', () => {
  expect(servers[0]?.hosts).toEqual([`localhost:${servers[0]?.port}`])
})

// Somebody between the gateway and the server answers in its place, with a certificate of nobody, of another authority, or
// with a good one that is for another name.
test.each(['stranger', 'misfit', 'other'])(
  'no call and no header goes to a server that is not certified (%s)',
  async (route) => {
    expect(await statusOf(route)).not.toBe(200)
    expect(servers[2]?.hosts).toEqual([])
    expect(servers[3]?.hosts).toEqual([])
  },
)
