/** Host mode with TLS at a real Envoy: names, certificates by SDS, both protocols. */
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect as connectH2 } from 'node:http2'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect, type PeerCertificate } from 'node:tls'

import { afterAll, beforeAll, expect, test, vi } from 'vitest'

import { hostModeOf } from '../golden/edge-plans.ts'
import { selfSigned } from '../golden/self-signed.ts'
import { DataPlane } from './data-plane.ts'
import { allow, headersOf } from './verdicts.ts'

let folder: string
let plane: DataPlane
const asked: (string | undefined)[] = []

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tls-'))
  const { sockets: _, ...shape } = hostModeOf(await selfSigned('first.example.com', folder))
  plane = await DataPlane.open(
    {
      check: (request) => {
        asked.push(headersOf(request)[':authority'])
        return allow()
      },
      inspect: () => [{ response_headers: {} }],
      web: (request, response) => response.end(`web ${request.headers.host}`),
      upstream: (request, response) => response.end(`upstream ${request.url}`),
    },
    shape,
  )
})
afterAll(async () => {
  await plane[Symbol.asyncDispose]()
  await rm(folder, { recursive: true })
})

async function certificateName(): Promise<string | undefined> {
  const socket = connect({ port: plane.port, host: '127.0.0.1', rejectUnauthorized: false, servername: 'any.example' })
  await once(socket, 'secureConnect')
  const { subject }: PeerCertificate = socket.getPeerCertificate()
  socket.destroy()
  const name = subject.CN
  return Array.isArray(name) ? name[0] : name
}

/** One request over HTTP/2 on a given connection. */
async function get(session: ReturnType<typeof connectH2>, authority: string, path: string): Promise<string> {
  const stream = session.request({ ':authority': authority, ':path': path })
  let body = ''
  stream.setEncoding('utf8').on('data', (chunk: string) => (body += chunk))
  await once(stream, 'end')
  return body
}

test('a tunnel is a name below the domain, with its path as it is, and only exact other hosts are served', async () => {
  await using session = openSession()

  const bodies = []
  for (const authority of [
    `calm-otter-4821.tunnels.example.net:${plane.port}`,
    'wiki.example.org',
    'gateway.example.com',
    'tunnels.example.net',
    'evil.example.com',
  ]) {
    bodies.push(await get(session.http2, authority, '/mcp'))
  }

  const unknown = 'Nothing is served under this host name.\n'
  expect(bodies).toEqual(['upstream /mcp', 'upstream /mcp', 'web gateway.example.com', unknown, unknown])
  expect(asked).toEqual(['calm-otter-4821.tunnels.example.net', 'wiki.example.org'])
})

test('a new certificate is served to new connections and cuts no open one', async () => {
  await using session = openSession()
  await get(session.http2, 'wiki.example.org', '/')

  plane.xds.setPlan({ ...plane.plan, tls: await selfSigned('second.example.com', folder) })
  await vi.waitFor(async () => expect(await certificateName()).toBe('second.example.com'), { timeout: 5000 })

  expect(await get(session.http2, 'wiki.example.org', '/still')).toBe('upstream /still')
})

function openSession(): AsyncDisposable & { readonly http2: ReturnType<typeof connectH2> } {
  const http2 = connectH2(`https://127.0.0.1:${plane.port}`, { rejectUnauthorized: false })
  return { http2, [Symbol.asyncDispose]: async () => http2.destroy() }
}
