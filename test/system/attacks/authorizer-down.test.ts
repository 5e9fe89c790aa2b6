/**
 * Whoever can make the authorizer slow or stop must not win anything by it: no verdict, no call (invariant 1). And what
 * was refused meanwhile must not arrive later.
 */

import { afterAll, beforeAll, expect, test } from 'vitest'

import { startGateway, type TestGateway } from '../support/gateway.ts'
import { post } from '../support/oauth.ts'
import { openTunnel, type OpenTunnel } from '../support/tunnel.ts'
import { until } from '../support/until.ts'
import { startBesideOwnEnvoy } from '../support/own-envoy.ts'
import { startUpstream, type RecordingUpstream } from '../support/upstream.ts'

let gateway: TestGateway
let upstream: RecordingUpstream
let tunnel: OpenTunnel

const CALL = '{"jsonrpc":"2.0","id":"x","method":"tools/call","params":{"name":"delete_all"}}'

beforeAll(async () => {
  gateway = await startGateway()
  upstream = await startUpstream()
  tunnel = await openTunnel(gateway, { email: 'ann@example.com', port: upstream.port })
})

afterAll(async () => {
  for (const open of [tunnel, upstream, gateway]) await open?.[Symbol.asyncDispose]()
})

test('a control plane that hangs lets nothing through, then or later', async () => {
  const before = upstream.seen.length
  process.kill(gateway.pid, 'SIGSTOP')

  const answer = await post(tunnel.url, CALL, tunnel.bearer)
  process.kill(gateway.pid, 'SIGCONT')

  expect(answer.status).toBe(503)
  expect(await answer.json()).toMatchObject({ jsonrpc: '2.0', error: { code: expect.any(Number) } })
  // A later call passes and is the only one: the refused one did not wait somewhere.
  const later = CALL.replace('delete_all', 'later')
  await until('the gateway to answer again', async () => (await post(tunnel.url, later, tunnel.bearer)).status === 200)
  expect(upstream.seen.slice(before).filter(({ body }) => body === CALL)).toEqual([])
})

test('an Envoy whose control plane was killed refuses everything', async () => {
  const before = upstream.seen.length
  using _envoy = await startBesideOwnEnvoy(gateway)
  expect((await post(tunnel.url, CALL, tunnel.bearer)).status).toBe(200)

  await gateway.stop('SIGKILL')

  for (const headers of [tunnel.bearer, {}]) {
    const answer = await post(tunnel.url, CALL, headers)
    expect(answer.status).toBe(503)
  }
  expect(upstream.seen.length).toBe(before)
})
