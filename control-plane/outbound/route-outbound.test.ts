import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

import { expect, test } from 'vitest'

import type { OutboundFetch } from './outbound.ts'
import { openRouteOutbound } from './route-outbound.ts'

/** Says where it was asked to go, instead of going there. */
const guarded: OutboundFetch = (url) => Promise.reject(new Error(`guarded: ${url}`))

const openFor = (to: string): OutboundFetch => openRouteOutbound({ to: new URL(to), authorityPem: undefined }, guarded)

test.each([
  ['http://127.0.0.1:1', 'http://127.0.0.2:1/'],
  ['http://127.0.0.1:1', 'http://localhost:1/'],
  ['http://127.0.0.1:1', 'http://10.0.0.1/'],
  ['http://127.0.0.1:1', 'http://169.254.169.254/latest/meta-data'],
  ['http://127.0.0.1:1', 'http://user:word@127.0.0.1:1/'],
  ['http://127.0.0.1:1', 'https://127.0.0.1:1/'],
  ['http://10.0.0.1:1', 'http://10.0.0.1:1/'],
  ['https://mcp.internal', 'http://mcp.internal/'],
  ['https://mcp.internal', 'https://mcp.internal:8443/'],
  ['https://mcp.internal', 'https://auth.internal/'],
  ['https://127.0.0.1:1', 'http://127.0.0.1:1/'],
])('from %s, %s is a stranger’s address', async (to, url) => {
  await expect(openFor(to)(url)).rejects.toThrow('guarded: ')
})

test('a plain server that the operator named on this computer is asked, and its neighbours there', async () => {
  const server = createServer((_request, response) => response.end('{"here":true}'))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))

  const answer = await openFor('http://127.0.0.1:1')(`http://127.0.0.1:${(server.address() as AddressInfo).port}/x`)

  server.close()
  expect(answer).toMatchObject({ status: 200, body: '{"here":true}' })
})
