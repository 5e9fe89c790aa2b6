/**
 * The dock alone, in a process of its own, against OpenSSH's sshd in the same run: bytes through a remote forward, key
 * exchanges, and what a tunnel that nobody uses costs in memory. Part of `npm run bench`; alone: `node test/bench/tunnel.ts`.
 */
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

import ssh2 from 'ssh2'

import { HYBRID_KEX } from '../../control-plane/ssh/hybrid-kex.ts'
import { cpuSecondsOfAll, residentKb } from '../system/support/memory.ts'
import { type OwnDock, startOwnDock } from '../system/support/own-dock.ts'
import { fingerprintOf, makeSshKey, startSsh } from '../system/support/ssh.ts'
import { kexEcdhInit, kexInit, packetOf, VERSION } from '../system/support/ssh-bytes.ts'
import { startSshd } from './sshd.ts'

const HOST = '127.0.0.1'
const MEGABYTES = Number(process.env['BENCH_MEGABYTES'] ?? 512)
const BYTES = MEGABYTES * 1024 * 1024
const RUNS = 4
const HANDSHAKES = 2000
const AT_ONCE = 4
const TUNNELS = 400
const LIMITS = {
  maxConnectionsPerUser: 10_000,
  maxTunnelsPerUser: 10_000,
  maxUnauthenticated: 100_000,
  maxUnauthenticatedPerAddress: 100_000,
}

interface Way {
  readonly name: string
  readonly pid: number
  dial(): Socket
}

interface Moved {
  readonly mbPerSecond: number
  readonly cpuPerGb: number
}

/** One download over a fresh connection; CPU of the server's side only. */
async function download(way: Way): Promise<Moved> {
  const cpu = cpuSecondsOfAll(way.pid)
  const startedMs = performance.now()
  const socket = way.dial()
  let got = 0
  socket.on('data', (chunk: Buffer) => (got += chunk.length))
  socket.write('go')
  await once(socket, 'end')
  const seconds = (performance.now() - startedMs) / 1000
  if (got !== BYTES) throw new Error(`${way.name}: ${got} bytes`)
  return { mbPerSecond: BYTES / 1e6 / seconds, cpuPerGb: (cpuSecondsOfAll(way.pid) - cpu) / (BYTES / 1e9) }
}

/** In turns, so that what else the machine does meets both. */
async function best(ways: readonly Way[]): Promise<readonly Moved[]> {
  const all = ways.map((): Moved[] => [])
  for (let run = 0; run <= RUNS; run += 1) {
    for (const [index, way] of ways.entries()) all[index]?.push(await download(way))
  }
  return all.map((moved) => ({
    mbPerSecond: Math.max(...moved.map((one) => one.mbPerSecond)),
    cpuPerGb: Math.min(...moved.map((one) => one.cpuPerGb)),
  }))
}

/** A server that sends the bytes as soon as it hears anything. */
async function startSource(): Promise<{ readonly port: number; close(): void }> {
  const chunk = Buffer.alloc(1024 * 1024, 7)
  const server = createServer((socket) => {
    socket.on('error', () => {})
    socket.once('data', () => {
      let left = MEGABYTES
      const push = (): void => {
        while (left > 0) {
          left -= 1
          if (!socket.write(chunk)) return void socket.once('drain', push)
        }
        socket.end()
      }
      push()
    })
  }).listen(0, HOST)
  await once(server, 'listening')
  return { port: (server.address() as AddressInfo).port, close: () => server.close() }
}

const POINT = Buffer.alloc(32, 9)
const METHODS: Readonly<Record<string, Buffer>> = {
  'curve25519-sha256': POINT,
  // Zeros are a valid ML-KEM key.
  [HYBRID_KEX]: Buffer.concat([Buffer.alloc(1184), POINT]),
}
const REPLY = 31

/** Up to the server's signature; what the client costs is next to nothing. */
async function shakeHands(port: number, method: string): Promise<void> {
  const init = packetOf(kexEcdhInit(METHODS[method] ?? POINT))
  const socket = connect(port, HOST)
  socket.write(Buffer.concat([VERSION, packetOf(kexInit(`${method},kex-strict-c-v00@openssh.com`)), init]))
  let heard = Buffer.alloc(0)
  for await (const chunk of socket) {
    heard = Buffer.concat([heard, chunk as Buffer])
    if (hasReply(heard)) return void socket.destroy()
  }
  throw new Error(`No answer to ${method}`)
}

function hasReply(heard: Buffer): boolean {
  for (let at = heard.indexOf('\n') + 1; at + 6 <= heard.length; at += 4 + heard.readUInt32BE(at)) {
    if (heard[at + 5] === REPLY) return true
  }
  return false
}

async function handshakesPerSecond(port: number, method: string, count = HANDSHAKES): Promise<number> {
  let left = count
  const startedMs = performance.now()
  const worker = async (): Promise<void> => {
    while (left > 0) {
      left -= 1
      await shakeHands(port, method)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
  return count / ((performance.now() - startedMs) / 1000)
}

/** Connections with one forward each; the client is in this process. */
async function openIdle(dock: OwnDock, key: string, from: number, count: number): Promise<void> {
  const privateKey = readFileSync(key)
  for (let number = from; number < from + count; number += 1) {
    const client = new ssh2.Client()
    client.on('tcp connection', (_details, accept) =>
      accept()
        .on('error', () => {})
        .resume(),
    )
    client.on('error', () => {})
    client.connect({ host: HOST, port: dock.port, username: 'ann', privateKey })
    await once(client, 'ready')
    await new Promise<void>((resolve, reject) => {
      client.forwardIn(`t${number}`, 443, (error) => (error === undefined ? resolve() : reject(error)))
    })
  }
}

/** Of a dock that did nothing else, so that there is no free heap left over for them to fill. */
async function idleKb(key: string): Promise<number> {
  await using dock = await startOwnDock(fingerprintOf(key), LIMITS)
  await openIdle(dock, key, 0, TUNNELS)
  await sleep(2000)
  const before = residentKb(dock.pid)
  await openIdle(dock, key, TUNNELS, TUNNELS)
  await sleep(2000)
  return (residentKb(dock.pid) - before) / TUNNELS
}

export async function benchTunnel(): Promise<void> {
  const source = await startSource()
  const key = makeSshKey()
  await using dock = await startOwnDock(fingerprintOf(key), LIMITS)
  const ssh = startSsh(dock.port, ['-N', '-R', `8080:${HOST}:${source.port}`, HOST], { key })
  const sshd = await startSshd(source.port)
  try {
    const path = await dock.socket()
    const ways: readonly Way[] = [
      { name: 'sshd', pid: sshd.children[1]?.pid ?? 0, dial: () => connect(sshd.port, HOST) },
      { name: 'dock', pid: dock.pid, dial: () => connect(path) },
    ]
    console.log(`\ntunnel: ${MEGABYTES} MB down through a remote forward, the best of ${RUNS}`)
    const moved = await best(ways)
    for (const [index, { mbPerSecond, cpuPerGb }] of moved.entries()) {
      const name = ways[index]?.name ?? ''
      console.log(`  ${name}  ${mbPerSecond.toFixed(0).padStart(5)} MB/s  ${cpuPerGb.toFixed(2)} s of CPU per GB`)
    }
    const [theirs, ours] = moved
    if (theirs !== undefined && ours !== undefined) {
      const [speed, cpu] = [ours.mbPerSecond / theirs.mbPerSecond, ours.cpuPerGb / theirs.cpuPerGb]
      console.log(`  dock/sshd: speed ${speed.toFixed(2)}, CPU ${cpu.toFixed(2)}`)
    }
    for (const method of Object.keys(METHODS)) {
      await handshakesPerSecond(dock.port, method)
      const cpu = cpuSecondsOfAll(dock.pid)
      const rate = await handshakesPerSecond(dock.port, method)
      const cpuMs = ((cpuSecondsOfAll(dock.pid) - cpu) / HANDSHAKES) * 1000
      console.log(`  key exchanges: ${rate.toFixed(0)}/s, ${cpuMs.toFixed(2)} ms of CPU each, with ${method}`)
    }
    const rate = await handshakesPerSecond(sshd.serverPort, 'curve25519-sha256', 200)
    console.log(`  key exchanges: ${rate.toFixed(0)}/s with curve25519-sha256 by sshd, a process each`)
    const kb = await idleKb(key)
    console.log(`  memory of an idle connection with one tunnel: ${kb.toFixed(0)} kB, the mean of ${TUNNELS}`)
  } finally {
    await ssh.kill('SIGKILL')
    for (const child of sshd.children) child.kill('SIGKILL')
    source.close()
  }
}

if (import.meta.main) await benchTunnel()
