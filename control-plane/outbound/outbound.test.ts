import type { lookup, LookupAddress } from 'node:dns'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:https'
import type { RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, afterEach, expect, test } from 'vitest'

import { selfSigned } from '../../test/golden/self-signed.ts'
import { openOutbound, type OutboundFetch } from './outbound.ts'
import { isSpecialAddress } from './special-addresses.ts'

const servers: Server[] = []
const folder = mkdtempSync(join(tmpdir(), 'outbound-'))
afterAll(() => rmSync(folder, { recursive: true }))
afterEach(() => {
  for (const server of servers.splice(0)) server.closeAllConnections()
})

/** An HTTPS server on this computer, and a fetch that may go there. */
async function inside(listener: RequestListener): Promise<{ url: string; fetch: OutboundFetch }> {
  const { certificateChainPem, privateKeyPem } = await selfSigned('localhost', folder)
  const server = createServer({ cert: certificateChainPem, key: privateKeyPem.reveal() }, listener)
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `https://localhost:${(server.address() as AddressInfo).port}/client.json`
  return { url, fetch: openOutbound({ privateHosts: ['localhost'], privateCaPem: certificateChainPem }) }
}

const outside = (...answers: readonly (readonly LookupAddress[])[]): { fetch: OutboundFetch; asked: () => number } => {
  let asked = 0
  const resolve = ((_host: string, _options: object, done: (error: null, found: readonly LookupAddress[]) => void) =>
    done(null, answers[asked++] ?? [])) as unknown as typeof lookup
  return { fetch: openOutbound({ privateHosts: [], privateCaPem: undefined }, resolve), asked: () => asked }
}

test.each([
  '0.0.0.0',
  '10.1.2.3',
  '100.64.0.1',
  '127.0.0.1',
  '169.254.169.254',
  '172.31.255.255',
  '192.168.1.1',
  '198.18.0.1',
  '198.19.255.255',
  '224.0.0.1',
  '240.0.0.1',
  '255.255.255.255',
  '::',
  '::1',
  '::ffff:127.0.0.1',
  '::ffff:8.8.8.8',
  '64:ff9b::7f00:1',
  '64:ff9b:1::1',
  'fc00::1',
  'fd12::1',
  'fe80::1%eth0',
  'ff02::1',
  '2002:7f00:1::',
  '2001::1',
  'nonsense',
  '',
])('isSpecialAddress keeps us away from %s', (address) => {
  expect(isSpecialAddress(address)).toBe(true)
})

test.each([
  '1.1.1.1',
  '8.8.8.8',
  '172.15.0.1',
  '172.32.0.1',
  '100.128.0.1',
  '198.20.0.1',
  '2606:4700::1111',
  '2a00:1450::1',
])('isSpecialAddress lets %s pass', (address) => {
  expect(isSpecialAddress(address)).toBe(false)
})

test.each([
  'https://169.254.169.254/latest/meta-data',
  'https://[::ffff:127.0.0.1]/client.json',
  'https://127.1/client.json',
  'https://2130706433/client.json',
  'https://0x7f.1/client.json',
  'http://example.com/client.json',
  'https://user:word@example.com/client.json',
  'file:///etc/passwd',
  'nonsense',
])('openOutbound does not even look up %s', async (url) => {
  const { fetch, asked } = outside()

  await expect(fetch(url)).rejects.toThrow(/not a public address|only https URLs/)
  expect(asked()).toBe(0)
})

test('openOutbound refuses a name of which any address is private', async () => {
  const { fetch } = outside([
    { address: '1.1.1.1', family: 4 },
    { address: 'fd00::1', family: 6 },
  ])

  await expect(fetch('https://rebind.example.com/client.json')).rejects.toThrow('not a public address')
})

test('openOutbound asks for a name once and goes to the address that it judged', async () => {
  const { fetch, asked } = outside([{ address: '240.0.0.1', family: 4 }], [{ address: '1.1.1.1', family: 4 }])

  await expect(fetch('https://rebind.example.com/client.json')).rejects.toThrow('not a public address')
  expect(asked()).toBe(1)
})

test('openOutbound reaches a private host that the operator named, under the operator’s CA', async () => {
  const { url, fetch } = await inside((_request, response) => response.end('{"client_id":"x"}'))

  expect(await fetch(url)).toMatchObject({ status: 200, body: '{"client_id":"x"}' })
  await expect(openOutbound({ privateHosts: [], privateCaPem: undefined })(url)).rejects.toThrow('not a public address')
  await expect(openOutbound({ privateHosts: ['localhost'], privateCaPem: undefined })(url)).rejects.toThrow(
    /self-signed/,
  )
})

test('openOutbound follows no redirect', async () => {
  const { url, fetch } = await inside((_request, response) =>
    response.writeHead(302, { location: 'https://169.254.169.254/' }).end(),
  )

  expect((await fetch(url)).status).toBe(302)
})

test('openOutbound reads no more than its limit, also when the length is not announced', async () => {
  const { url, fetch } = await inside((_request, response) => {
    response.write('x'.repeat(3000))
    response.end('x'.repeat(3000))
  })

  await expect(fetch(url, { maxBytes: 5120 })).rejects.toThrow('more than 5120 bytes')
})

test('openOutbound gives up on a server that never finishes', async () => {
  const { url, fetch } = await inside((_request, response) => void response.write('{'))

  await expect(fetch(url, { timeoutMs: 100 })).rejects.toThrow('did not answer within 100 ms')
})
