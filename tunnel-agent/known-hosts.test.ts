import { mkdtempSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { expect, test } from 'vitest'

import { changedKeySentence, findKnown, hostKeyOf, judgeHostKey, KnownHosts } from './known-hosts.ts'

const key = { type: 'ssh-ed25519', fingerprint: 'SHA256:one' }
const GATEWAY = 'gateway.example.com:22'

test('hostKeyOf() reads type and fingerprint as ssh-keygen prints them', () => {
  const line = 'AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f'

  expect(hostKeyOf(Buffer.from(line, 'base64'))).toEqual({
    type: 'ssh-ed25519',
    fingerprint: expect.stringMatching(/^SHA256:[A-Za-z0-9+/]{43}$/),
  })
})

test('a gateway that was never seen is a first contact; the same key is known; another one is refused', () => {
  const known = findKnown(`# keys\n${GATEWAY} ssh-ed25519 SHA256:one\n`, GATEWAY)

  expect(judgeHostKey([], key)).toEqual({ kind: 'first' })
  expect(judgeHostKey(known, key)).toEqual({ kind: 'known' })
  expect(judgeHostKey(known, { ...key, fingerprint: 'SHA256:two' })).toMatchObject({
    kind: 'other',
    expected: [{ line: 2 }],
  })
  expect(judgeHostKey(known, { ...key, type: 'ssh-rsa' })).toMatchObject({ kind: 'other' })
})

test('the port is part of the name', () => {
  expect(findKnown(`${GATEWAY} ssh-ed25519 SHA256:one`, 'gateway.example.com:2222')).toEqual([])
})

test('KnownHosts keeps keys in a file that only its owner reads', () => {
  const hosts = new KnownHosts(join(mkdtempSync(join(tmpdir(), 'known-')), 'state/known_hosts'))

  hosts.add(GATEWAY, key)

  expect(hosts.find(GATEWAY)).toEqual([{ ...key, line: 1 }])
  expect(statSync(hosts.path).mode & 0o777).toBe(0o600)
})

test('a file that cannot be read is no first contact', () => {
  const folder = mkdtempSync(join(tmpdir(), 'known-'))
  writeFileSync(join(folder, 'file'), '')

  expect(() => new KnownHosts(join(folder, 'file/known_hosts')).find(GATEWAY)).toThrow('ENOTDIR')
})

test('the refusal names both keys and the line to remove', () => {
  const expected = findKnown(`${GATEWAY} ssh-ed25519 SHA256:one`, GATEWAY)

  const text = changedKeySentence(GATEWAY, { key: { ...key, fingerprint: 'SHA256:two' }, expected, path: '/k' })

  expect(text).toContain('now      ssh-ed25519 SHA256:two')
  expect(text).toContain('expected ssh-ed25519 SHA256:one (/k:1)')
  expect(text).toContain('remove line 1 of /k')
})
