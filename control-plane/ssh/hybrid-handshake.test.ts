/** The hybrid key exchange inside ssh2, from the other side, byte by byte: fails when an upgrade moves what it rests on. */
import {
  createHash,
  createPublicKey,
  decapsulate,
  diffieHellman,
  generateKeyPairSync,
  type KeyObject,
} from 'node:crypto'
import { once } from 'node:events'
import { Duplex, duplexPair } from 'node:stream'

import { expect, test } from 'vitest'

import { systemRandom } from '../kernel/random.ts'
import { algorithms } from './algorithms.ts'
import { createEd25519Key } from './host-key.ts'
import { HYBRID_KEX } from './hybrid-kex.ts'
import { Server, utils } from './ssh2-parts.ts'
import { offerHybridKex } from './ssh2-private.ts'

const CLIENT_IDENT = 'SSH-2.0-test'
const [KEXINIT, KEX_HYBRID_INIT, KEX_HYBRID_REPLY] = [20, 30, 31]

const uint32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}
const string = (value: Buffer | string): Buffer => Buffer.concat([uint32(Buffer.byteLength(value)), Buffer.from(value)])

/** RFC 4253 §6, before there are keys. */
function packet(payload: Buffer): Buffer {
  const padding = 4 + ((8 - ((payload.length + 9) % 8)) % 8)
  return Buffer.concat([uint32(1 + payload.length + padding), Buffer.of(padding), payload, Buffer.alloc(padding)])
}

const kexinit = (): Buffer =>
  Buffer.concat([
    Buffer.of(KEXINIT),
    Buffer.alloc(16, 1),
    string(`sntrup761x25519-sha512,${HYBRID_KEX},curve25519-sha256`),
    string('ssh-ed25519'),
    string('aes128-gcm@openssh.com'),
    string('aes128-gcm@openssh.com'),
    ...Array.from({ length: 2 }, () => string('hmac-sha2-256-etm@openssh.com')),
    ...Array.from({ length: 2 }, () => string('none')),
    ...Array.from({ length: 2 }, () => string('')),
    Buffer.alloc(5),
  ])

/** Reads the server's version line and then packets, as long as nothing is encrypted. */
async function* read(stream: Duplex): AsyncGenerator<Buffer> {
  let bytes = Buffer.alloc(0)
  let isLine = true
  for await (const chunk of stream) {
    bytes = Buffer.concat([bytes, chunk as Buffer])
    for (;;) {
      const end = isLine ? bytes.indexOf('\r\n') + 2 : bytes.length < 4 ? Infinity : 4 + bytes.readUInt32BE(0)
      if (end < 2 || bytes.length < end) break
      yield isLine ? bytes.subarray(0, end - 2) : bytes.subarray(5, end - (bytes[4] ?? 0))
      isLine = false
      bytes = bytes.subarray(end)
    }
  }
}

const stringsOf = (payload: Buffer): readonly Buffer[] => {
  const strings: Buffer[] = []
  for (let at = 1; at < payload.length; at += 4 + payload.readUInt32BE(at)) {
    strings.push(payload.subarray(at + 4, at + 4 + payload.readUInt32BE(at)))
  }
  return strings
}

const rawOf = (key: KeyObject, bytes: number): Buffer => key.export({ type: 'spki', format: 'der' }).subarray(-bytes)

test('both sides come to one secret, and the host key signs what was really sent', async () => {
  const hostKey = createEd25519Key(systemRandom)
  const server = new Server(
    { hostKeys: [hostKey.reveal()], ident: 'Sallyport', algorithms: algorithms() },
    (client) => {
      offerHybridKex(client)
      client.on('error', () => {})
    },
  )
  const [ours, theirs] = duplexPair()
  Object.assign(theirs, { setNoDelay: () => theirs, setTimeout: () => theirs })
  server.injectSocket(theirs as never)
  const packets = read(ours)
  const next = async (): Promise<Buffer> => (await packets.next()).value as Buffer
  const kem = generateKeyPairSync('ml-kem-768')
  const curve = generateKeyPairSync('x25519')
  const init = Buffer.concat([rawOf(kem.publicKey, 1184), rawOf(curve.publicKey, 32)])

  ours.write(`${CLIENT_IDENT}\r\n`)
  const serverIdent = await next()
  ours.write(packet(kexinit()))
  const serverKexinit = await next()
  ours.write(packet(Buffer.concat([Buffer.of(KEX_HYBRID_INIT), string(init)])))
  const answer = await next()

  expect(serverKexinit.toString('latin1')).toContain(HYBRID_KEX)
  expect(answer[0]).toBe(KEX_HYBRID_REPLY)
  const [publicBlob = Buffer.alloc(0), reply = Buffer.alloc(0), signed = Buffer.alloc(0)] = stringsOf(answer)
  expect(reply).toHaveLength(1088 + 32)
  const x25519 = createPublicKey({
    key: Buffer.concat([Buffer.from('302a300506032b656e032100', 'hex'), reply.subarray(1088)]),
    type: 'spki',
    format: 'der',
  })
  const secret = createHash('sha256')
    .update(decapsulate(kem.privateKey, reply.subarray(0, 1088)))
    .update(diffieHellman({ privateKey: curve.privateKey, publicKey: x25519 }))
    .digest()
  const parts = [CLIENT_IDENT, serverIdent, kexinit(), serverKexinit, publicBlob, init, reply, secret]
  const exchangeHash = createHash('sha256')
    .update(Buffer.concat(parts.map(string)))
    .digest()
  const key = utils.parseKey(hostKey.reveal())
  if (key instanceof Error) throw key
  const [, signature = Buffer.alloc(0)] = stringsOf(Buffer.concat([Buffer.of(0), signed]))
  expect(key.verify(exchangeHash, signature)).toBe(true)
  ours.destroy()
  await once(ours, 'close')
})
