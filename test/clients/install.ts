import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'

import type { NotHere } from './client.ts'

/** Seconds that one installation may take. */
const LIMIT_S = 400

export const CACHE = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'sallyport', 'clients')

/** Where an exact version of a program is, and how it gets there. */
export class Installation {
  readonly folder: string
  readonly #make: (folder: string) => readonly (readonly string[])[]

  /** `make` answers the commands that fill the folder. */
  constructor(name: string, version: string, make: (folder: string) => readonly (readonly string[])[]) {
    this.folder = join(CACHE, `${name}-${version}`)
    this.#make = make
  }

  /** Does nothing where it is there already. A folder without its mark is half finished and made anew. */
  async install(): Promise<NotHere | undefined> {
    const complete = join(this.folder, '.complete')
    if (existsSync(complete)) return undefined
    await rm(this.folder, { recursive: true, force: true })
    await mkdir(this.folder, { recursive: true })
    console.log(`Installing ${this.folder} …`)
    try {
      for (const [command = '', ...words] of this.#make(this.folder)) await runFor(command, words)
      await writeFile(complete, '')
      return undefined
    } catch (error) {
      await rm(this.folder, { recursive: true, force: true })
      return { reason: `not installable: ${String(error).split('\n')[0]}` }
    }
  }

  path(...names: readonly string[]): string {
    return join(this.folder, ...names)
  }
}

/** A program from npm. Some put their real binary in place with an install script. */
export const npmProgram = (name: string, version: string, spec: string): Installation =>
  new Installation(name, version, (folder) => [
    ['npm', 'install', '--prefix', folder, '--no-audit', '--no-fund', `${spec}@${version}`],
  ])

/** A library from PyPI in an environment of its own. */
export const pythonLibrary = (name: string, version: string, spec: string): Installation =>
  new Installation(name, version, (folder) => [
    ['python3', '-m', 'venv', folder],
    [join(folder, 'bin', 'pip'), 'install', '--quiet', '--disable-pip-version-check', `${spec}==${version}`],
  ])

async function runFor(command: string, words: readonly string[]): Promise<void> {
  const path = `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}`
  const child = spawn('timeout', [String(LIMIT_S), command, ...words], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, PATH: path },
  })
  let said = ''
  child.stdout.on('data', (chunk) => (said += chunk))
  child.stderr.on('data', (chunk) => (said += chunk))
  const code = await new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  if (code !== 0)
    throw new Error(`${command} ${words[0]} ended with ${String(code)}: ${said.trim().split('\n').at(-1)}`)
}
