import { mkdirSync, mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import ssh2 from 'ssh2'
import { expect, test } from 'vitest'

import { findIdentities } from './identities.ts'

function home() {
  const folder = mkdtempSync(join(tmpdir(), 'identities-'))
  mkdirSync(join(folder, '.ssh'))
  const places = {
    named: [] as string[],
    agentSocket: undefined,
    sshFolder: join(folder, '.ssh'),
    ownKey: join(folder, 'state/id_ed25519'),
  }
  const put = (name: string, options?: { passphrase: string; cipher: string }): string => {
    const path = join(places.sshFolder, name)
    const pair =
      options === undefined
        ? ssh2.utils.generateKeyPairSync('ed25519')
        : ssh2.utils.generateKeyPairSync('ed25519', { ...options, rounds: 1 })
    writeFileSync(path, pair.private)
    writeFileSync(`${path}.pub`, pair.public)
    return path
  }
  return { places, put }
}

const pathsOf = (found: Awaited<ReturnType<typeof findIdentities>>) =>
  found.identities.map((identity) => (identity.kind === 'key' ? identity.path : identity.socket))

test('keys of ~/.ssh are used, Ed25519 first, public halves are not', async () => {
  const { places, put } = home()
  const other = put('id_other')
  const best = put('id_ed25519')

  expect(pathsOf(await findIdentities(places))).toEqual([best, other])
})

test('who has no key gets one that only its owner reads, and keeps it', async () => {
  const { places } = home()

  const first = await findIdentities(places)
  const text = readFileSync(places.ownKey, 'utf8')
  await findIdentities(places)

  expect(pathsOf(first)).toEqual([places.ownKey])
  expect(statSync(places.ownKey).mode & 0o777).toBe(0o600)
  expect(readFileSync(places.ownKey, 'utf8')).toBe(text)
})

test('a named key is the only one; one with a passphrase says what to do', async () => {
  const { places, put } = home()
  put('id_ed25519')
  const named = put('work')
  const locked = put('locked', { passphrase: 'secret', cipher: 'aes256-cbc' })

  const found = await findIdentities({ ...places, named: [named, locked] })

  expect(pathsOf(found)).toEqual([named])
  expect(found.problems).toEqual([expect.stringContaining('Run ssh-add')])
})
