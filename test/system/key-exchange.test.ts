import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer, request, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'

import { afterEach, beforeEach, expect, test } from 'vitest'

import { ann, type Harbour, type KeyFile, openHarbour } from './support/dock.ts'
import { openSsh10 } from './support/openssh-10.ts'

const HYBRID = 'mlkem768x25519-sha256'
const newest = await openSsh10()

let harbour: Harbour
let key: KeyFile

beforeEach(async () => {
  harbour = await openHarbour()
  key = harbour.newKey()
  harbour.admission.bound.set(key.fingerprint, ann)
})
afterEach(() => harbour[Symbol.asyncDispose]())

test.runIf(newest !== undefined)('a current OpenSSH agrees on a post-quantum key exchange by itself', async () => {
  harbour.client = newest ?? ''
  const run = harbour.ssh([key], '-v', '-N', '-R', '0', '127.0.0.1')

  await run.prints(`kex: algorithm: ${HYBRID}`)
  expect(await harbour.board.served()).toMatchObject({ mode: 'dynamic' })
})

test.runIf(newest !== undefined)('a tunnel goes on through post-quantum key exchanges in its middle', async () => {
  harbour.client = newest ?? ''
  const bytes = randomBytes(1024 * 1024)
  await using server = createServer((_question, response) => response.end(bytes)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const limited = ['-o', 'RekeyLimit=256K', '-o', `KexAlgorithms=${HYBRID}`]
  const run = harbour.ssh([key], '-v', ...limited, '-N', '-R', `8080:localhost:${port}`, '127.0.0.1')
  const { socketPath } = await harbour.board.served()

  for (let turn = 0; turn < 4; turn += 1) expect((await download(socketPath)).equals(bytes)).toBe(true)

  await run.prints(/(?:SSH2_MSG_NEWKEYS received[\s\S]*){4}/)
})

test('an OpenSSH without it agrees on X25519', async () => {
  const run = harbour.ssh([key], '-v', '-N', '-R', '0', '127.0.0.1')

  await run.prints('kex: algorithm: curve25519-sha256')
  expect(await harbour.board.served()).toMatchObject({ mode: 'dynamic' })
})

async function download(socketPath: string): Promise<Buffer> {
  const sent = request({ socketPath, path: '/' }).end()
  const [response] = (await once(sent, 'response')) as [IncomingMessage]
  return Buffer.concat(await response.toArray())
}
