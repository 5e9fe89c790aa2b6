import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { expect, test } from 'vitest'

import { systemRandom } from '../kernel/random.ts'
import { findStaleSockets, listenForEnvoy, newSocketPath, removeSockets } from './connector-socket.ts'

const ID = 'con_abcdefghijklmnopqrstuvwxyz'

test('newSocketPath() never gives the same path twice for one connector', () => {
  const paths = Array.from({ length: 100 }, () => newSocketPath('run', ID, systemRandom))

  expect(new Set(paths).size).toBe(100)
  expect(paths[0]).toMatch(/^run\/c-abcdefghij\.[a-z2-7]{8}\.sock$/)
})

test('newSocketPath() allows 107 bytes and refuses 108', () => {
  const rest = newSocketPath('', ID, systemRandom).length + 1

  expect(newSocketPath('r'.repeat(107 - rest), ID, systemRandom)).toHaveLength(107)
  expect(() => newSocketPath('r'.repeat(108 - rest), ID, systemRandom)).toThrow('longer than 107 bytes')
})

test('findStaleSockets() finds what a killed process left and nothing else', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'dock-'))
  await writeFile(newSocketPath(folder, ID, systemRandom), '')
  await writeFile(join(folder, 'xds.sock'), '')

  await removeSockets(await findStaleSockets(folder))

  expect(await readdir(folder)).toEqual(['xds.sock'])
  await rm(folder, { recursive: true })
})

test('listenForEnvoy() makes a socket that only its owner can use, and removes it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'dock-'))
  const path = newSocketPath(folder, ID, systemRandom)

  const socket = await listenForEnvoy(path, () => {})

  expect((await stat(path)).mode & 0o777).toBe(0o600)
  socket.close()
  expect(await readdir(folder)).toEqual([])
  await rm(folder, { recursive: true })
})
