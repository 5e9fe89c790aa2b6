import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { describe, expect, test } from 'vitest'

import { systemRandom } from '../kernel/random.ts'
import { Secret } from '../kernel/secret.ts'
import { createHostKey, fingerprintOf, HOST_KEY_TYPES, publicHostKey } from './host-key.ts'
import { utils } from './ssh2-parts.ts'

describe.each(HOST_KEY_TYPES)('a fresh %s host key', (type) => {
  test('signs what its public half verifies, and never prints itself', async () => {
    const made = await createHostKey(type, systemRandom)
    const key = utils.parseKey(made.reveal())

    if (key instanceof Error) throw key
    expect(key.verify('text', key.sign('text'))).toBe(true)
    expect(String(made)).toBe('[secret]')
  })

  test('has the fingerprint and the SSHFP record that ssh-keygen prints', async () => {
    const made = await createHostKey(type, systemRandom)
    const folder = mkdtempSync(join(tmpdir(), 'host-key-'))
    const path = join(folder, 'key')
    writeFileSync(path, made.reveal(), { mode: 0o600 })
    const sshKeygen = (...args: readonly string[]): string => execFileSync('ssh-keygen', args).toString()
    writeFileSync(`${path}.pub`, sshKeygen('-y', '-f', path))
    const { fingerprint, sshfp, algorithm, blob } = publicHostKey(made)

    expect(sshKeygen('-l', '-f', path)).toContain(fingerprint)
    expect(sshKeygen('-r', 'example.com', '-f', `${path}.pub`)).toContain(`example.com IN SSHFP ${sshfp}\n`)
    expect(sshKeygen('-y', '-f', path)).toContain(`${algorithm} ${blob}`)
    rmSync(folder, { recursive: true })
  })
})

test('createHostKey() makes another one each time', async () => {
  const [one, two] = [await createHostKey('ed25519', systemRandom), await createHostKey('ed25519', systemRandom)]

  expect(one.reveal()).not.toBe(two.reveal())
})

test('fingerprintOf() is what ssh-keygen prints', () => {
  const blob = Buffer.from('AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl', 'base64')

  expect(fingerprintOf(blob)).toBe('SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU')
})

test('publicHostKey() refuses what is no private key', () => {
  expect(() => publicHostKey(new Secret('nonsense'))).toThrow('Not a private key')
})
