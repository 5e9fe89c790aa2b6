import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { createServer as createHttpServer } from 'node:http'
import { type AddressInfo, connect, createServer, type Server } from 'node:net'
import { join } from 'node:path'

import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { ann, type Harbour, type KeyFile, openHarbour, until } from './support/dock.ts'

let harbour: Harbour
let key: KeyFile
let servers: Server[]

beforeEach(async () => {
  harbour = await openHarbour({ recheckMs: 50, maxRecheckMs: 50 })
  key = harbour.newKey()
  harbour.admission.bound.set(key.fingerprint, ann)
  servers = []
})
afterEach(async () => {
  for (const server of servers) server.close()
  await harbour[Symbol.asyncDispose]()
})

const HOST = '127.0.0.1'

/** Instead of the dock that is there: one with these limits, and a key that it knows. */
async function reopen(limits: Parameters<typeof openHarbour>[0]): Promise<void> {
  await harbour[Symbol.asyncDispose]()
  harbour = await openHarbour(limits)
  key = harbour.newKey()
  harbour.admission.bound.set(key.fingerprint, ann)
}

async function listening(server: Server): Promise<number> {
  servers.push(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}
const httpServer = (): Promise<number> => listening(createHttpServer((_request, response) => response.end('ok')))
/** Speaks no HTTP and hangs up as soon as it reads what it does not know. */
const rudeServer = (): Promise<number> =>
  listening(createServer((socket) => socket.on('error', () => {}).once('data', () => socket.destroy())))
const silentServer = (): Promise<number> => listening(createServer((socket) => socket.on('error', () => {}).resume()))
async function nowhere(): Promise<number> {
  const port = await httpServer()
  const server = servers.pop()
  server?.close()
  return port
}

describe('the mode is found out, not guessed', () => {
  test('-R 0 is dynamic', async () => {
    const port = await httpServer()
    harbour.ssh([key], '-T', '-R', '0', HOST, `port=${port}`)

    const connector = await harbour.board.served()

    expect(connector).toMatchObject({ mode: 'dynamic', target: `localhost:${port}`, health: 'ok' })
  })

  test('-R 8080 without a target is dynamic too', async () => {
    harbour.ssh([key], '-N', '-R', '8080', HOST)

    expect(await harbour.board.served()).toMatchObject({ mode: 'dynamic', target: 'localhost:8080' })
  })

  test.each([
    ['8080:localhost:', 'localhost:8080', ann.tunnelName],
    ['443:localhost:', 'localhost', ann.tunnelName],
    ['0:localhost:', 'localhost', ann.tunnelName],
    ['notes:443:localhost:', 'localhost', `notes-${ann.tunnelName}`],
  ])('-R %sPORT is static', async (form, target, route) => {
    const port = await httpServer()
    const run = harbour.ssh([key], '-T', '-R', `${form}${port}`, HOST)

    const connector = await harbour.board.served(route)

    expect(connector).toMatchObject({ mode: 'static', target, health: 'ok' })
    await run.prints(`http://localhost:7800/${route}/mcp -> the target of your -R`)
  })

  test.each([
    ['hangs up on what it does not know', rudeServer],
    ['says nothing', silentServer],
  ])('a fixed target whose server %s is static', async (_what, open) => {
    const port = await open()
    harbour.ssh([key], '-N', '-R', `0:localhost:${port}`, HOST)

    expect(await harbour.board.served()).toMatchObject({ mode: 'static', health: 'ok' })
  })

  test('a fixed target where nothing listens is static and refused, and heals when the server starts', async () => {
    const port = await nowhere()
    const run = harbour.ssh([key], '-T', '-R', `0:localhost:${port}`, HOST)
    expect(await harbour.board.served()).toMatchObject({ mode: 'static', health: 'refused' })
    await run.prints('Nothing listens where this forward leads')

    const server = createHttpServer().listen(port, '127.0.0.1')
    servers.push(server)

    await run.prints('answers now')
    expect((await harbour.board.served()).health).toBe('ok')
  })

  test('a dynamic target where nothing listens is refused, and heals when the server starts', async () => {
    const port = await nowhere()
    const run = harbour.ssh([key], '-T', '-R', '0', HOST, `port=${port}`)
    await run.prints(`Nothing listens on localhost:${port}`)
    expect(await harbour.board.served()).toMatchObject({ mode: 'dynamic', health: 'refused' })

    servers.push(createHttpServer().listen(port, '127.0.0.1'))

    await run.prints(`localhost:${port} answers now`)
    expect((await harbour.board.served()).health).toBe('ok')
  })

  test('several forwards in one connection each get their own name', async () => {
    const port = await httpServer()
    harbour.ssh([key], '-N', '-R', `0:localhost:${port}`, '-R', `9000:localhost:${port}`, HOST)

    const [first, second] = await Promise.all([harbour.board.served(), harbour.board.served(`p9000-${ann.tunnelName}`)])

    expect(first.socketPath).not.toBe(second.socketPath)
  })
})

describe('what is refused', () => {
  test('a forward that is one too many, with the reason on the terminal', async () => {
    await reopen({ maxForwards: 1 })

    const run = harbour.ssh([key], '-T', '-R', '9001:localhost:9', '-R', '9002:localhost:9', HOST)

    await run.prints('No more than 1 forwards per connection')
    await run.prints('remote port forwarding failed for listen port 9002')
    expect(harbour.board.live.size).toBe(1)
  })

  test('a connection that is one too many for its person', async () => {
    await reopen({ maxConnectionsPerUser: 1 })
    const first = harbour.ssh([key], '-N', '-R', '0', HOST)
    await harbour.board.served()

    const second = harbour.ssh([key], '-N', '-R', 'notes:443:localhost:9', HOST)

    expect(await second.ended()).toBe(255)
    expect(second.stderr).toContain('You have 1 connections open, which is the limit')
    first.process.kill('SIGKILL')
    await until('it to be gone', () => harbour.board.live.size === 0)
    harbour.ssh([key], '-N', '-R', 'notes:443:localhost:9', HOST)
    expect(await harbour.board.served(`notes-${ann.tunnelName}`)).toBeDefined()
  })

  test('a tunnel that is one too many for its person, over all connections, until one is given back', async () => {
    await reopen({ maxTunnelsPerUser: 1 })
    const first = harbour.ssh([key], '-N', '-R', '0', HOST)
    await harbour.board.served()

    const second = harbour.ssh([key], '-T', '-R', 'notes:443:localhost:9', HOST)

    await second.prints('No more than 1 tunnels per person')
    first.process.kill('SIGKILL')
    await until('it to be gone', () => harbour.board.live.size === 0)
    harbour.ssh([key], '-N', '-R', 'notes:443:localhost:9', HOST)
    expect(await harbour.board.served(`notes-${ann.tunnelName}`)).toBeDefined()
  })

  test('direct-tcpip, so that nobody reaches what listens on this machine', async () => {
    let reached = 0
    const port = await listening(createServer(() => (reached += 1)))

    const run = harbour.ssh([key], '-W', `127.0.0.1:${port}`, HOST)

    expect(await run.ended()).toBe(255)
    expect(run.stderr).toContain('administratively prohibited')
    expect(reached).toBe(0)
  })

  test('direct-streamlocal, for the same reason', async () => {
    const local = join(harbour.socketFolder, 'l.sock')
    const run = harbour.ssh([key], '-N', '-L', `${local}:/run/envoy-admin.sock`, HOST)
    await until('the local end', () => existsSync(local))

    const socket = connect(local)

    await once(socket, 'close')
    await run.prints('administratively prohibited')
    expect(run.process.exitCode).toBeNull()
  })

  test('a remote unix socket', async () => {
    const run = harbour.ssh([key], '-T', '-o', 'ExitOnForwardFailure=yes', '-R', '/tmp/x.sock:localhost:9', HOST)

    expect(await run.ended()).toBe(255)
    expect(run.stderr).toContain('remote port forwarding failed')
  })

  test('connections that have not signed in, beyond the number per address', async () => {
    await harbour[Symbol.asyncDispose]()
    harbour = await openHarbour({ maxUnauthenticatedPerAddress: 2 })
    key = harbour.newKey()
    const waiting = [harbour.ssh([key], '-N', '-R', '0', HOST), harbour.ssh([key], '-N', '-R', '0', HOST)]
    await until('two sign-ins', () => harbour.admission.tickets.length === 2)

    const third = harbour.ssh([key], '-v', '-N', '-R', '0', HOST)

    expect(await third.ended()).toBe(255)
    expect(third.stderr).toContain('Too many connections that have not signed in')

    // The place is free again once one of them has gone.
    waiting[0]?.process.kill('SIGKILL')
    await until('the withdrawal', () => harbour.admission.tickets.some((ticket) => ticket.withdrawn))
    harbour.ssh([key], '-N', '-R', '0', HOST)
    await until('a third sign-in', () => harbour.admission.tickets.length === 3)
  })

  test('more keys than a connection may try', async () => {
    await harbour[Symbol.asyncDispose]()
    harbour = await openHarbour({ maxAuthAttempts: 3 })

    const keys = Array.from({ length: 5 }, () => harbour.newKey())
    const run = harbour.ssh(keys, '-N', '-R', '0', HOST)

    expect(await run.ended()).toBe(255)
    expect(run.stderr).toContain('Too many attempts to sign in')
  })

  test('somebody who does not sign in in time', async () => {
    await harbour[Symbol.asyncDispose]()
    harbour = await openHarbour({ signInGraceMs: 1 })
    key = harbour.newKey()

    const run = harbour.ssh([key], '-N', '-R', '0', HOST)

    expect(await run.ended()).toBe(255)
    expect(run.stderr).toContain('The sign-in link has expired')
  })
})

describe('connections come and go', () => {
  test('a killed client is down at once', async () => {
    const run = harbour.ssh([key], '-N', '-R', '0', HOST)
    const connector = await harbour.board.served()

    run.process.kill('SIGKILL')

    await until('the connector to be down', () => harbour.board.live.size === 0)
    expect(harbour.board.downs).toEqual([connector.socketPath])
  })

  test('a client that answers nothing any more is found by keepalive', async () => {
    await reopen({ keepaliveIntervalMs: 100 })
    const run = harbour.ssh([key], '-N', '-R', '0', HOST)
    await harbour.board.served()

    run.process.kill('SIGSTOP')

    await until('the connector to be down', () => harbour.board.live.size === 0)
    expect(harbour.board.downs).toHaveLength(1)
  })

  test('a newer connection takes over at once, and the older one is told and ends', async () => {
    const old = harbour.ssh([key], '-T', '-R', '0', HOST)
    await old.prints('/calm-otter-4821/mcp')
    const before = await harbour.board.served()

    const fresh = harbour.ssh([key], '-T', '-R', '0', HOST)

    await fresh.prints('/calm-otter-4821/mcp')
    await old.prints('taken over by another connection from 127.0.0.1')
    expect(await old.ended()).not.toBe(0)
    const after = await harbour.board.served()
    expect(after.id).toBe(before.id)
    expect(after.socketPath).not.toBe(before.socketPath)
  })

  test('a connection that still serves something else stays when one route is taken over', async () => {
    const old = harbour.ssh([key], '-T', '-R', '9001:localhost:9', '-R', 'notes:9002:localhost:9', HOST)
    await harbour.board.served(`notes-${ann.tunnelName}`)
    await harbour.board.served()

    harbour.ssh([key], '-N', '-R', '9001:localhost:9', HOST)

    await old.prints('taken over by another connection')
    expect(old.process.exitCode).toBeNull()
    expect([...harbour.board.live.values()].map((live) => live.route).toSorted()).toEqual([
      ann.tunnelName,
      `notes-${ann.tunnelName}`,
    ])
  })

  test('stopping the dock ends every connection with a reason', async () => {
    const run = harbour.ssh([key], '-N', '-R', '0', HOST)
    await harbour.board.served()

    await harbour.dock[Symbol.asyncDispose]()

    expect(await run.ended()).toBe(255)
    expect(run.stderr).toContain('Sallyport is stopping')
    expect(harbour.board.live.size).toBe(0)
  })
})
