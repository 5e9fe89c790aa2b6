/** What a caller does not read must stay with the server: the dock may hold windows and buffers, never the download. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import { connect, type AddressInfo } from 'node:net'

import { expect, test } from 'vitest'

import { residentKb } from './support/memory.ts'
import { startOwnDock } from './support/own-dock.ts'
import { fingerprintOf, makeSshKey, startSsh } from './support/ssh.ts'
import { until } from './support/until.ts'

const HOST = '127.0.0.1'
const GIGABYTE = 1024 ** 3
const READERS = 4
const CHUNK = Buffer.alloc(256 * 1024, 7)
/**
 * ssh2's window of 2 MiB and our buffers for each reader are 10 MiB; node's pools and garbage are of the same size. Without
 * backpressure each reader would have its gigabyte here.
 */
const MOST_KB = 80 * 1024

test('readers that stall in a download of 1 GB make the dock no bigger than its windows', async () => {
  const key = makeSshKey()
  let sent = 0
  await using server = createServer((_question, response) => {
    response.writeHead(200, { 'content-length': GIGABYTE })
    let left = GIGABYTE
    const push = (): void => {
      while (left > 0) {
        left -= CHUNK.length
        if (!response.write(CHUNK, () => (sent += CHUNK.length))) return void response.once('drain', push)
      }
      response.end()
    }
    response.on('error', () => {})
    push()
  }).listen(0, HOST)
  await once(server, 'listening')
  const { port: target } = server.address() as AddressInfo
  await using dock = await startOwnDock(fingerprintOf(key))
  const ssh = startSsh(dock.port, ['-N', '-R', `8080:localhost:${target}`, HOST], { key })
  try {
    const path = await dock.socket()
    const before = residentKb(dock.pid)

    const readers = Array.from({ length: READERS }, () => connect(path).pause())
    for (const reader of readers) reader.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n')
    // Still: the same at fifty looks in a row.
    let [seen, looks] = [0, 0]
    await until('the downloads to stand still', () => {
      looks = sent === seen && sent > 0 ? looks + 1 : 0
      seen = sent
      return looks === 50 || sent > GIGABYTE
    })
    const grownKb = residentKb(dock.pid) - before
    for (const reader of readers) reader.destroy()

    expect(sent).toBeLessThan(GIGABYTE / 4)
    expect(grownKb).toBeLessThan(MOST_KB)
  } finally {
    await ssh.kill('SIGKILL')
  }
})
