/** SSH clients that are not OpenSSH: PuTTY's plink and Dropbear's dbclient, each with a home folder of its own. */
import { execFileSync, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'

import { type Harbour, type KeyFile, SshRun } from './dock.ts'

export const PLINK = '/usr/bin/plink'
export const DBCLIENT = '/usr/bin/dbclient'

export interface OtherClient {
  readonly name: 'plink' | 'dbclient'
  /** Why it can't run here; undefined where it can. */
  readonly missing: string | undefined
  /** What it says and ends with when it is disconnected for that reason. Dropbear keeps the reason to itself. */
  ending(reason: string): { readonly text: string; readonly status: number }
  /** PuTTY confirms a connection before it tries its target, so that nothing there looks like a server that hangs up. */
  readonly whenNothingListens: string
  /** The program and its settings, with the key converted to its own format, or without any. */
  command(harbour: Harbour, key: KeyFile | undefined): readonly [string, ...string[]]
}

const missing = (program: string, name: string): string | undefined =>
  existsSync(program) ? undefined : `there is no ${program}: apt-get install ${name}`

export const plink: OtherClient = {
  name: 'plink',
  missing: missing(PLINK, 'putty-tools'),
  ending: (reason) => ({ text: reason, status: 1 }),
  whenNothingListens: 'Something answers where this forward leads, but not as an MCP server',
  command(harbour, key) {
    const identity =
      key === undefined ? [] : ['-i', converted(key, '.ppk', 'puttygen', [key.path, '-O', 'private', '-o'])]
    const settings = [
      '-ssh',
      '-no-antispoof',
      '-noagent',
      '-hostkey',
      harbour.hostKey,
      '-P',
      String(harbour.dock.address.port),
    ]
    return [PLINK, ...settings, '-l', 'ann', ...identity]
  },
}

export const dbclient: OtherClient = {
  name: 'dbclient',
  missing: missing(DBCLIENT, 'dropbear-bin'),
  ending: () => ({ text: 'Disconnect received', status: 0 }),
  whenNothingListens: 'Nothing listens where this forward leads',
  command(harbour, key) {
    const convert = ['openssh', 'dropbear', key?.path ?? '']
    const identity = key === undefined ? [] : ['-i', converted(key, '.dropbear', 'dropbearconvert', convert)]
    return [DBCLIENT, '-y', '-y', '-p', String(harbour.dock.address.port), '-l', 'ann', ...identity]
  },
}

export function start(
  client: OtherClient,
  harbour: Harbour,
  key: KeyFile | undefined,
  ...words: readonly string[]
): SshRun {
  const [program, ...settings] = client.command(harbour, key)
  return run(harbour, program, [...settings, ...words])
}

/** The same under a pseudo terminal, which `script` of util-linux makes. */
export function startAtTerminal(
  client: OtherClient,
  harbour: Harbour,
  key: KeyFile,
  ...words: readonly string[]
): SshRun {
  const command = [...client.command(harbour, key), ...words].join(' ')
  return run(harbour, 'script', ['--quiet', '--return', '--flush', '--command', command, '/dev/null'])
}

function converted(key: KeyFile, suffix: string, program: string, words: readonly string[]): string {
  const path = `${key.path}${suffix}`
  if (!existsSync(path)) execFileSync(program, [...words, path], { stdio: 'ignore' })
  return path
}

/** With a home of its own, so that no settings and keys of the machine count. */
function run(harbour: Harbour, program: string, words: readonly string[]): SshRun {
  const env = { PATH: process.env['PATH'], HOME: join(harbour.socketFolder, '..') }
  return harbour.started(spawn(program, words, { stdio: ['pipe', 'pipe', 'pipe'], env }))
}
