/** Mallory has no key and sends whatever she likes to the SSH port. Ann's tunnel goes on meanwhile. */
import { once } from 'node:events'
import { createServer, type IncomingMessage, request } from 'node:http'
import { connect, type AddressInfo, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

import { afterEach, beforeEach, expect, test } from 'vitest'

import { HYBRID_KEX } from '../../../control-plane/ssh/hybrid-kex.ts'
import { ann, type Harbour, type KeyFile, openHarbour, until } from '../support/dock.ts'
import { heldMb } from '../support/heap.ts'
import { kexEcdhInit, kexInit, packetOf, VERSION } from '../support/ssh-bytes.ts'

const HOST = '127.0.0.1'
const CONNECTIONS = 10_000
const AT_ONCE = 64
/** How long the dock may keep a connection that says nothing. */
const GRACE_MS = 2000
const GOOD_METHODS = 'curve25519-sha256,kex-strict-c-v00@openssh.com'

let harbour: Harbour
let key: KeyFile

beforeEach(async () => {
  harbour = await openHarbour({ maxUnauthenticated: 2000, maxUnauthenticatedPerAddress: 200, loginGraceMs: GRACE_MS })
  key = harbour.newKey()
  harbour.admission.bound.set(key.fingerprint, ann)
})
afterEach(() => harbour[Symbol.asyncDispose]())

/** Numbers from 0 up to 1, the same in every run (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

const HELLO = Buffer.concat([VERSION, packetOf(kexInit(GOOD_METHODS)), packetOf(kexEcdhInit(Buffer.alloc(32, 9)))])
const HYBRID_HELLO = (init: Buffer): Buffer =>
  Buffer.concat([VERSION, packetOf(kexInit(`${HYBRID_KEX},kex-strict-c-v00@openssh.com`)), packetOf(kexEcdhInit(init))])

/** Some bytes changed, some taken out or put in, and sometimes the end cut off. */
function mutate(bytes: Buffer, random: () => number): Buffer {
  const any = (below: number): number => Math.floor(random() * below)
  let mutant = Buffer.from(bytes)
  for (let change = 1 + any(8); change > 0; change -= 1) {
    const at = any(mutant.length)
    const kind = any(5)
    if (kind < 2) mutant[at] = any(256)
    else if (kind === 2) mutant.fill(any(2) * 255, at, Math.min(mutant.length, at + any(40)))
    else if (kind === 3) mutant = Buffer.concat([mutant.subarray(0, at), mutant.subarray(at + any(20))])
    else mutant = Buffer.concat([mutant.subarray(0, at), Buffer.alloc(any(300), any(256)), mutant.subarray(at)])
    if (mutant.length === 0) mutant = Buffer.from([any(256)])
  }
  return any(4) === 0 ? mutant.subarray(0, any(mutant.length)) : mutant
}

/** From one of many addresses of the loopback network, so that the number for each address is not what stops her. */
function dial(number: number): Socket {
  const localAddress = `127.0.${1 + (number % 100)}.${1 + (number % 200)}`
  const socket = connect({ host: HOST, port: harbour.dock.address.port, localAddress })
  socket.on('error', () => {})
  return socket.resume()
}

/** Sends it and hangs up; resolves when the connection is over on both sides. */
async function throwAt(number: number, bytes: Buffer): Promise<void> {
  const socket = dial(number)
  const closed = once(socket, 'close')
  socket.end(bytes)
  // The dock waits for more where the bytes are the beginning of something: Mallory does not.
  const impatience = setTimeout(() => socket.destroy(), 100)
  await closed
  clearTimeout(impatience)
}

const HANDSHAKE_REPLY = 31
/** What comes back on a connection, as the types of its packets in clear. */
function listenTo(socket: Socket): () => readonly number[] {
  let heard = Buffer.alloc(0)
  socket.on('data', (chunk: Buffer) => (heard = Buffer.concat([heard, chunk])))
  return () => {
    const types: number[] = []
    let at = heard.indexOf('\n') + 1
    while (at + 6 <= heard.length) {
      types.push(heard[at + 5] ?? 0)
      at += 4 + heard.readUInt32BE(at)
    }
    return types
  }
}

/** Ann's tunnel, and a call to it every 20 ms; the answer says how the calls went. */
async function annMeanwhile(): Promise<() => Promise<{ calls: number; failed: number }>> {
  const server = createServer((_question, response) => response.end('ok')).listen(0, HOST)
  await once(server, 'listening')
  harbour.ssh([key], '-N', '-R', `8080:localhost:${(server.address() as AddressInfo).port}`, HOST)
  const { socketPath } = await harbour.board.served()
  const stop = new AbortController()
  let [calls, failed] = [0, 0]
  const calling = (async () => {
    while (!stop.signal.aborted) {
      calls += 1
      const sent = request({ socketPath, path: '/', agent: false }).end()
      const [response] = (await once(sent, 'response').catch(() => [])) as [IncomingMessage?]
      if (response?.statusCode !== 200) failed += 1
      response?.resume()
      await sleep(20)
    }
  })()
  return async () => {
    stop.abort()
    await calling
    server.close()
    return { calls, failed }
  }
}

const tcpHandles = (): number => process.getActiveResourcesInfo().filter((name) => name.includes('TCPSocket')).length

test(`${CONNECTIONS} connections of mutated bytes leave nothing behind, and a tunnel answers meanwhile`, async () => {
  const meanwhile = await annMeanwhile()
  const random = seeded(7)
  const models = [
    HELLO,
    HYBRID_HELLO(Buffer.alloc(1216, 1)),
    Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n'),
    Buffer.from([255, 251, 31, 255, 251, 32, 255, 253, 1, 13, 10]),
    Buffer.from('{"jsonrpc":"2.0"}'),
    Buffer.alloc(2000, 0),
    Buffer.concat([VERSION, Buffer.from('ffffffff05140000', 'hex')]),
    Buffer.from(`SSH-2.0-${'x'.repeat(3000)}\r\n`),
  ]
  const round = async (from: number, to: number): Promise<void> => {
    let next = from
    const worker = async (): Promise<void> => {
      for (let number = next; number < to; number = next) {
        next += 1
        const model = models[number % models.length] ?? HELLO
        await throwAt(number, random() < 0.1 ? model : mutate(model, random))
      }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, worker))
  }
  await round(0, 2000)
  await until('the sockets of the first ones to be gone', () => tcpHandles() <= 4)
  const handles = tcpHandles()
  const before = await heldMb()

  await round(2000, CONNECTIONS)

  await until('all sockets to be gone', () => tcpHandles() <= handles)
  // A connection holds about 30 kB while it is there: 8,000 that stayed would be 240 MB.
  expect((await heldMb()) - before).toBeLessThan(20)
  const { calls, failed } = await meanwhile()
  expect(failed).toBe(0)
  expect(calls).toBeGreaterThan(20)
  const next = harbour.ssh([key], '-T', '-R', 'notes:443:localhost:9', HOST)
  expect(await next.prints('notes-calm-otter-4821/mcp')).toBe(true)
}, 60_000)

test('connections that say nothing, half of something or one byte at a time lose their places when their time is up', async () => {
  const meanwhile = await annMeanwhile()
  const sockets = Array.from({ length: 150 }, (_, number) => dial(number * 100))
  const opened = performance.now()
  for (const [number, socket] of sockets.entries()) {
    if (number % 3 === 1) socket.write(HELLO.subarray(0, 8 + number))
    if (number % 3 !== 2) continue
    let at = 0
    const drip = setInterval(() => socket.write(HELLO.subarray(at, (at += 1))), 20)
    socket.once('close', () => clearInterval(drip))
  }

  await Promise.all(sockets.map((socket) => once(socket, 'close')))

  expect(performance.now() - opened).toBeLessThan(GRACE_MS * 5)
  const again = Array.from({ length: 150 }, (_, number) => dial(number * 100))
  const greetings = again.map((socket) => once(socket, 'data') as Promise<[Buffer]>)
  for (const [bytes] of await Promise.all(greetings)) expect(bytes.toString()).toContain('SSH-2.0-Sallyport')
  for (const socket of again) socket.destroy()
  expect((await meanwhile()).failed).toBe(0)
})

// ssh2 loses bytes of a version line that comes in more than two parts; no client sends one like that.
test('a whole handshake that comes in single bytes after the version line is understood', async () => {
  const socket = dial(0)
  const types = listenTo(socket)
  socket.setNoDelay(true)
  socket.write(VERSION)
  for (const byte of HELLO.subarray(VERSION.length)) {
    socket.write(Buffer.from([byte]))
    await new Promise((resolve) => setImmediate(resolve))
  }

  expect(await until('the reply', () => types().includes(HANDSHAKE_REPLY))).toBe(true)
  socket.destroy()
})

const ML_KEM_BYTES = 1184
const GOOD_POINT = Buffer.alloc(32, 9)
test.each([
  ['nothing', Buffer.alloc(0)],
  ['one byte too few', Buffer.alloc(1215, 1)],
  ['one byte too many', Buffer.alloc(1217, 1)],
  ['an X25519 key alone', GOOD_POINT],
  ['an ML-KEM key alone', Buffer.alloc(ML_KEM_BYTES)],
  // FIPS 203 §7.2: coefficients are below 3329, so that ones everywhere are no key.
  ['all ones', Buffer.alloc(1216, 255)],
  ['an ML-KEM key of ones', Buffer.concat([Buffer.alloc(ML_KEM_BYTES, 255), GOOD_POINT])],
  // RFC 8731 §3: the shared secret would be zero.
  ['a point of low order', Buffer.alloc(1216, 0)],
  ['30,000 bytes', Buffer.alloc(30_000, 1)],
])('the hybrid key exchange with %s is ended without a reply', async (_what, init) => {
  const socket = dial(0)
  const types = listenTo(socket)
  socket.write(HYBRID_HELLO(init))

  await once(socket, 'close')

  expect(types()).not.toContain(HANDSHAKE_REPLY)
  const next = harbour.ssh([key], '-T', '-R', '0', HOST)
  expect(await next.prints('Signed in as ann@example.com')).toBe(true)
})

test('the hybrid key exchange with keys that are valid is answered, so that the above says something', async () => {
  const socket = dial(0)
  const types = listenTo(socket)
  socket.write(HYBRID_HELLO(Buffer.concat([Buffer.alloc(ML_KEM_BYTES), GOOD_POINT])))

  expect(await until('the reply', () => types().includes(HANDSHAKE_REPLY))).toBe(true)
  socket.destroy()
})

test.each([
  ['a packet that claims 4 GB', Buffer.concat([VERSION, Buffer.from('ffffffff0514', 'hex'), Buffer.alloc(300)])],
  ['a packet of 40 kB', Buffer.concat([VERSION, packetOf(Buffer.alloc(40_000, 20))])],
  ['no method in common', Buffer.concat([VERSION, packetOf(kexInit('diffie-hellman-group1-sha1'))])],
  ['an empty list of methods', Buffer.concat([VERSION, packetOf(kexInit(''))])],
  ['a list of 20,000 methods', Buffer.concat([VERSION, packetOf(kexInit('a,'.repeat(15_000)))])],
  ['a sign-in before any key exchange', Buffer.concat([VERSION, packetOf(Buffer.from([50, 0, 0, 0, 0]))])],
  [
    'a packet before the strict key exchange is over',
    Buffer.concat([VERSION, packetOf(Buffer.from([2, 0, 0, 0, 0])), HELLO.subarray(VERSION.length)]),
  ],
  ['a version line without end', Buffer.from(`SSH-2.0-${'x'.repeat(100_000)}`)],
  ['version 1', Buffer.from('SSH-1.5-old\r\n')],
  ['HTTP', Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n')],
  ['telnet', Buffer.from([255, 251, 31, 255, 253, 1, 13, 10])],
])('%s ends that connection and no other', async (_what, bytes) => {
  const socket = dial(0)
  const opened = performance.now()
  socket.write(bytes)

  await once(socket, 'close')

  expect(performance.now() - opened).toBeLessThan(GRACE_MS * 5)
  const next = harbour.ssh([key], '-T', '-R', '0', HOST)
  expect(await next.prints('Signed in as ann@example.com')).toBe(true)
})
