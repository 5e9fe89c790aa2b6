/** What a real Envoy makes of our resources while they change. The authorizer and the upstream are stubs. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { DataPlane } from './data-plane.ts'
import { allow } from './verdicts.ts'

let plane: DataPlane
beforeAll(async () => {
  plane = await DataPlane.open({
    check: () => allow(),
    inspect: () => [{ response_headers: {} }],
    web: (_request, response) => response.end('web'),
    upstream: (_request, response) => response.end('upstream'),
  })
})
afterAll(() => plane[Symbol.asyncDispose]())

describe('xDS', () => {
  test('a connector that Envoy refuses is named and stops no other', async () => {
    const socketPath = `./run/${'x'.repeat(120)}.sock`
    plane.xds.setConnectors({ put: { id: 'con_bad', socketPath, target: 'localhost:1' } })
    plane.xds.setConnectors({ put: { id: 'con_good', socketPath: './run/upstream.sock', target: 'localhost:1' } })

    const outcomes = await Promise.allSettled([
      plane.xds.whenAcked('connector/con_bad'),
      plane.xds.whenAcked('connector/con_good'),
    ])

    expect(outcomes).toEqual([
      { status: 'rejected', reason: expect.objectContaining({ code: 'xds.refused' }) },
      { status: 'fulfilled', value: undefined },
    ])
    plane.xds.setConnectors({ remove: 'con_bad' })
  })

  test('one bad connector among many in one response is found, and the others are served', async () => {
    const good = Array.from({ length: 20 }, (_, index) => ({
      id: `con_many${index}`,
      socketPath: './run/upstream.sock',
      target: 'localhost:1',
    }))
    const bad = { id: 'con_bad', socketPath: `./run/${'x'.repeat(120)}.sock`, target: 'localhost:1' }
    plane.logged.length = 0

    await plane.restartControlPlane([...good.slice(0, 7), bad, ...good.slice(7)])
    await Promise.all(good.map(({ id }) => plane.xds.whenAcked(`connector/${id}`)))
    plane.stubs.check = () => allow({}, 'connector/con_many19')
    const answer = await plane.call({ path: '/a/mcp' })

    expect(answer.status).toBe(200)
    const refused = plane.logged.filter(({ event }) => event === 'xds.refused')
    expect(refused).toEqual([expect.objectContaining({ name: 'connector/con_bad' })])
    expect(plane.xds.status).toEqual([expect.objectContaining({ nodeId: 'envoy' })])
  })

  test('an open stream survives another connector, its own cluster removed and a new control plane', async () => {
    const { promise: opened, resolve } = Promise.withResolvers<(text: string) => void>()
    plane.stubs.check = () => allow()
    plane.stubs.upstream = (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: 1\n\n')
      resolve((text) => response.end(text))
    }

    const answering = plane.call({ path: '/a/mcp' })
    const finish = await opened
    plane.xds.setConnectors({ put: { id: 'con_d', socketPath: './run/upstream.sock', target: 'localhost:1' } })
    await plane.xds.whenAcked('connector/con_d')
    await plane.restartControlPlane()
    plane.xds.setConnectors({ remove: 'con_a' })
    plane.xds.setConnectors({ put: { id: 'con_e', socketPath: './run/upstream.sock', target: 'localhost:1' } })
    await plane.xds.whenAcked('connector/con_e')
    finish('data: 2\n\n')
    const answer = await answering

    expect(answer).toMatchObject({ status: 200, body: 'data: 1\n\ndata: 2\n\n' })
  })
})
