import { existsSync } from 'node:fs'
import { chmod, mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { Fault, messageOf } from '../kernel/fault.ts'
import type { Random } from '../kernel/random.ts'
import { Secret } from '../kernel/secret.ts'

const SECRET_KEY_BYTES = 32

/** Makes the data folder and its parts, readable by nobody else. */
export async function prepareDataFolder(folder: string): Promise<void> {
  try {
    for (const path of [folder, join(folder, 'keys'), join(folder, 'run')]) {
      await mkdir(path, { recursive: true, mode: 0o700 })
      await chmod(path, 0o700)
    }
  } catch (cause) {
    const hint = 'set SALLYPORT_DATA to a folder that this user may write'
    throw new Fault('start.data_folder', `Cannot use the data folder "${folder}": ${messageOf(cause)}`, { cause, hint })
  }
}

/** The key that everything at rest is encrypted under: from its own file, or made on the first start. */
export async function loadSecretKey(
  folder: string,
  options: { file: string | undefined; random: Random },
): Promise<Secret<Buffer>> {
  const path = options.file ?? join(folder, 'keys/secret.key')
  const make = (): string => `${options.random.bytes(SECRET_KEY_BYTES).toString('base64')}\n`
  const text = options.file === undefined ? await loadOrMake(path, make) : await read(path)
  const key = Buffer.from(text.trim(), 'base64')
  if (key.length === SECRET_KEY_BYTES) return new Secret(key)
  const hint = 'the file holds 32 bytes in base64: openssl rand -base64 32'
  throw new Fault('start.secret_key', `"${path}" is not a secret key`, { hint })
}

/** An SSH host key: made on the first start and kept, so that no client ever sees a changed one. */
export async function loadHostKey(
  folder: string,
  type: string,
  make: () => Promise<Secret<string>>,
): Promise<Secret<string>> {
  return new Secret(await loadOrMake(hostKeyFile(folder, type), async () => (await make()).reveal()))
}

/** One that was made already; undefined where the gateway was never started with this data folder. */
export async function findHostKey(folder: string, type: string): Promise<Secret<string> | undefined> {
  const path = hostKeyFile(folder, type)
  return existsSync(path) ? new Secret(await read(path)) : undefined
}

const hostKeyFile = (folder: string, type: string): string => join(folder, `keys/ssh_host_${type}_key`)

async function loadOrMake(path: string, make: () => string | Promise<string>): Promise<string> {
  if (existsSync(path)) return read(path)
  // Written beside and renamed, so that a kill in between leaves no half a key.
  const fresh = `${path}.new`
  await writeFile(fresh, await make(), { mode: 0o600 })
  await rename(fresh, path)
  return read(path)
}

async function read(path: string): Promise<string> {
  try {
    if (((await stat(path)).mode & 0o077) !== 0) await chmod(path, 0o600)
    return await readFile(path, 'utf8')
  } catch (cause) {
    throw new Fault('start.key_unreadable', `Cannot read the key "${path}": ${messageOf(cause)}`, { cause })
  }
}
