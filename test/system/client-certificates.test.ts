/** Clients that prove a certificate: PPL's `client_certificate`, through a real handshake. */
import { execFileSync } from 'node:child_process'
import { createHash, X509Certificate } from 'node:crypto'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, expect, test } from 'vitest'

import { startGateway, type TestGateway } from './support/gateway.ts'
import { startUpstream, type RecordingUpstream } from './support/upstream.ts'

interface Pair {
  readonly cert: string
  readonly key: string
}

const folder = mkdtempSync(join(tmpdir(), 'sallyport-clients-'))
let gateway: TestGateway
let upstream: RecordingUpstream
let laptop: Pair
let other: Pair
let forged: Pair

const openssl = (...words: readonly string[]): void => {
  execFileSync('openssl', words, { cwd: folder, stdio: 'ignore' })
}
const read = (name: string): string => readFileSync(join(folder, name), 'utf8')
const KEY = ['-nodes', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256'] as const

function makeAuthority(name: string): void {
  openssl('req', '-x509', ...KEY, '-days', '2', '-subj', `/CN=${name}`, '-keyout', `${name}.key`, '-out', `${name}.pem`)
}

function makeClient(name: string, authority: string, names: string): Pair {
  openssl('req', ...KEY, '-subj', `/CN=${name}`, '-keyout', `${name}.key`, '-out', `${name}.csr`)
  writeFileSync(join(folder, `${name}.ext`), `subjectAltName=${names}\nextendedKeyUsage=clientAuth\n`)
  const signer = ['-CA', `${authority}.pem`, '-CAkey', `${authority}.key`, '-CAcreateserial', '-days', '2']
  openssl('x509', '-req', '-in', `${name}.csr`, ...signer, '-extfile', `${name}.ext`, '-out', `${name}.pem`)
  return { cert: read(`${name}.pem`), key: read(`${name}.key`) }
}

beforeAll(async () => {
  makeAuthority('clients')
  makeAuthority('strangers')
  openssl(
    'req',
    '-x509',
    ...KEY,
    '-days',
    '2',
    '-subj',
    '/CN=x',
    '-addext',
    'subjectAltName=DNS:localhost',
    '-keyout',
    'server.key',
    '-out',
    'server.pem',
  )
  laptop = makeClient('laptop', 'clients', 'DNS:laptop.example,email:ann@example.com,URI:spiffe://example/ann')
  other = makeClient('other', 'clients', 'DNS:other.example')
  forged = makeClient('forged', 'strangers', 'DNS:laptop.example')
  const certificate = new X509Certificate(laptop.cert)
  const spki = createHash('sha256')
    .update(certificate.publicKey.export({ type: 'spki', format: 'der' }))
    .digest('base64')
  upstream = await startUpstream()
  const to = `to: http://127.0.0.1:${upstream.port}`
  const of = (data: string): string => `policy: [{ allow: { and: [{ client_certificate: ${data} }] } }]`
  gateway = await startGateway({
    publicUrl: 'https://localhost:PORT',
    config: `
tls: { certificate: server.pem, key: server.key, client_ca_file: clients.pem }
routes:
  - { from: https://localhost:PORT/named, ${to}, ${of('{ san_dns: { ends_with: .example }, san_email: ann@example.com }')} }
  - { from: https://localhost:PORT/uri, ${to}, ${of('{ san_uri: spiffe://example/ann }')} }
  - { from: https://localhost:PORT/pinned, ${to}, ${of(`{ fingerprint: "${certificate.fingerprint256}" }`)} }
  - { from: https://localhost:PORT/keyed, ${to}, ${of(`{ spki_hash: "${spki}" }`)} }
  - { from: https://localhost:PORT/any, ${to}, policy: [{ allow: { and: [{ accept: true }] }, deny: { or: [{ invalid_client_certificate: true }] } }] }
  - from: https://localhost:PORT/listed
    ${to}
    policy: [{ allow: { and: [{ client_certificate: { san_dns: laptop.example } }, { mcp_tool: read }] } }]
`,
    files: { 'server.pem': read('server.pem'), 'server.key': read('server.key'), 'clients.pem': read('clients.pem') },
  })
})

afterAll(async () => {
  for (const open of [upstream, gateway]) await open?.[Symbol.asyncDispose]()
})

const call = (route: string, client?: Pair): Promise<number> =>
  new Promise((resolve, reject) => {
    const body = '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"read"}}'
    const headers = { 'content-type': 'application/json', 'content-length': body.length }
    const options = { method: 'POST', headers, ca: read('server.pem'), agent: false, ...client }
    const sent = request(`https://localhost:${gateway.httpPort}/${route}/mcp`, options, (response) => {
      response.resume()
      resolve(response.statusCode ?? 0)
    })
    sent.on('error', reject)
    sent.end(body)
  })

test.each(['named', 'uri', 'pinned', 'keyed', 'any', 'listed'])(
  'the right certificate is let in (%s)',
  async (route) => {
    expect(await call(route, laptop)).toBe(200)
  },
)

test.each(['named', 'uri', 'pinned', 'keyed', 'listed'])('another one, or none, is not (%s)', async (route) => {
  expect([await call(route, other), await call(route)]).toEqual([401, 401])
})

test('none is no valid one', async () => {
  expect([await call('any', other), await call('any')]).toEqual([200, 401])
})

// Somebody has an authority of their own, and makes a certificate with all the right names.
test('a certificate of another authority gets no connection', async () => {
  await expect(call('any', forged)).rejects.toMatchObject({
    code: expect.stringMatching(/CERT|ECONNRESET|EPROTO|TLS|SSL/),
  })
})
