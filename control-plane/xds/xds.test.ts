import { beforeEach, expect, test } from 'vitest'

import { pathMode } from '../../test/golden/edge-plans.ts'
import { codec } from '../../proto/codec.ts'
import { silentLog } from '../kernel/log.ts'
import type { DeltaRequest, DeltaResponse } from './conversation.ts'
import { clusterOf } from './names.ts'
import { CLUSTER } from './resource.ts'
import { translatePlan } from './translate.ts'
import { Xds, type XdsStream } from './xds.ts'

const connector = { id: 'con_a', socketPath: './run/a.sock', target: 'localhost:8080' }
const cluster = clusterOf('con_a')

/** An Envoy that has subscribed to clusters and answers only when told to. */
class FakeEnvoy {
  readonly received: DeltaResponse[] = []
  readonly stream: XdsStream

  constructor(xds: Xds) {
    this.stream = xds.openStream((response) => this.received.push(response))
    this.says({})
  }

  says(request: DeltaRequest): void {
    this.stream.receive({ type_url: codec(CLUSTER).typeUrl, ...request })
  }

  get names(): readonly (string | undefined)[] {
    return this.received.flatMap(({ resources = [] }) => resources.map(({ name }) => name))
  }

  acknowledge(): void {
    for (const { nonce = '' } of this.received) this.says({ response_nonce: nonce })
  }
}

/** Whether a promise is settled after everything that is due has run. */
const isSettled = (promise: Promise<unknown>): Promise<boolean> =>
  Promise.race([promise.then(() => true), new Promise<boolean>((resolve) => setImmediate(() => resolve(false)))])

let xds: Xds
beforeEach(() => {
  xds = new Xds({ log: silentLog })
  xds.setPlan(pathMode)
})

test('Xds.whenAcked() resolves when every connected Envoy has the cluster', async () => {
  const [first, second] = [new FakeEnvoy(xds), new FakeEnvoy(xds)]
  xds.setConnectors({ put: connector })
  const acked = xds.whenAcked(cluster)

  first.acknowledge()
  const halfway = await isSettled(acked)
  second.acknowledge()

  expect(halfway).toBe(false)
  await acked
  await xds.whenAcked(cluster)
})

test('Xds.whenAcked() waits for an Envoy while there is none, and for no Envoy that has gone', async () => {
  xds.setConnectors({ put: connector })
  const acked = xds.whenAcked(cluster)
  const lonely = await isSettled(acked)
  const [first, second] = [new FakeEnvoy(xds), new FakeEnvoy(xds)]
  first.acknowledge()

  second.stream.close()

  expect(lonely).toBe(false)
  await acked
  expect(xds.connected).toBe(1)
})

test('Xds.whenAcked() counts what an Envoy still has from before a restart of the control plane', async () => {
  xds.setConnectors({ put: connector })
  const version = xds.find(CLUSTER, cluster)?.version ?? ''
  const acked = xds.whenAcked(cluster)

  const stream = xds.openStream(() => {})
  stream.receive({ type_url: codec(CLUSTER).typeUrl, initial_resource_versions: { [cluster]: version } })

  await expect(acked).resolves.toBeUndefined()
})

test('Xds.whenAcked() rejects when the cluster is refused, removed, unknown or not confirmed in time', async () => {
  const envoy = new FakeEnvoy(xds)
  xds.setConnectors({ put: connector })
  const refused = xds.whenAcked(cluster)
  const error = { code: 13, message: 'path too long' }
  envoy.says({ response_nonce: envoy.received.at(-1)?.nonce ?? '', error_detail: error })
  await expect(refused).rejects.toMatchObject({
    code: 'xds.refused',
    message: expect.stringContaining('path too long'),
  })

  const removed = xds.whenAcked(cluster)
  xds.setConnectors({ remove: 'con_a' })
  await expect(removed).rejects.toMatchObject({ code: 'xds.cluster_removed' })

  await expect(xds.whenAcked('connector/none')).rejects.toMatchObject({ code: 'xds.cluster_removed' })

  xds.setConnectors({ put: { ...connector, target: 'localhost:1' } })
  await expect(xds.whenAcked(cluster, 1)).rejects.toMatchObject({ code: 'xds.not_acknowledged' })
})

test('Xds.setConnectors() sends one cluster and nothing that is unchanged', () => {
  const envoy = new FakeEnvoy(xds)
  const before = envoy.received.length

  xds.setConnectors({ put: connector })
  xds.setConnectors({ put: { ...connector } })
  xds.setConnectors({ remove: 'con_a' })

  const [put, remove, ...more] = envoy.received.slice(before)
  expect(put?.resources?.map(({ name }) => name)).toEqual([cluster])
  expect(remove?.removed_resources).toEqual([cluster])
  expect(more).toEqual([])
})

test('Xds answers nothing before the first plan, so that a restart does not empty a running Envoy', () => {
  const empty = new Xds({ log: silentLog })
  empty.setConnectors({ put: connector })
  const envoy = new FakeEnvoy(empty)
  const before = envoy.received.length

  empty.setPlan(pathMode)

  expect(before).toBe(0)
  expect(envoy.names).toEqual(expect.arrayContaining(['authorizer', 'control', 'web', cluster]))
})

test('Xds.setPlan() sends only what differs', () => {
  const envoy = new FakeEnvoy(xds)
  const before = envoy.received.length

  xds.setPlan({ ...pathMode, ownHosts: ['localhost', 'gateway.localhost'] })
  xds.setPlan({ ...pathMode, sockets: { ...pathMode.sockets, web: './run/other.sock' } })

  const after = envoy.received.slice(before)
  expect(after.map(({ resources }) => resources?.map(({ name }) => name))).toEqual([['web']])
})

test('translatePlan() gives each address a listener of its own, IPv6 in brackets', () => {
  const plan = {
    ...pathMode,
    listen: [
      { host: '127.0.0.1', port: 7800 },
      { host: '::1', port: 7800 },
    ],
  }

  const names = translatePlan(plan).map(({ name }) => name)

  expect(names).toContain('gateway/127.0.0.1:7800')
  expect(names).toContain('gateway/[::1]:7800')
})
