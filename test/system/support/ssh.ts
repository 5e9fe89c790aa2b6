import { execFileSync, spawn, type ChildProcess, type ChildProcessWithoutNullStreams } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { until } from './until.ts'

/** A stock OpenSSH client in a process of its own. */
export interface SshClient {
  readonly child: ChildProcess
  /** Everything that it printed, both streams. */
  readonly text: () => string
  /** Waits for a part of the text and returns its first group. */
  see(pattern: RegExp, withinMs?: number): Promise<string>
  readonly exited: Promise<number | null>
  kill(signal?: NodeJS.Signals): Promise<void>
}

/** A fresh Ed25519 key; returns the path of its private half. */
export function makeSshKey(): string {
  const path = join(mkdtempSync(join(tmpdir(), 'sallyport-key-')), 'id')
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', path])
  return path
}

/** `SHA256:…` of a key file. */
export const fingerprintOf = (path: string): string =>
  execFileSync('ssh-keygen', ['-l', '-f', `${path}.pub`])
    .toString()
    .split(' ')[1] ?? ''

/** What ssh is told, without anything of the machine's own configuration. */
export function sshWords(port: number, words: readonly string[], options: { readonly key?: string } = {}): string[] {
  const identity = options.key === undefined ? ['-o', 'PubkeyAuthentication=no'] : ['-i', options.key]
  const settings = [
    'IdentitiesOnly=yes',
    'IdentityAgent=none',
    'StrictHostKeyChecking=no',
    'UserKnownHostsFile=/dev/null',
  ].flatMap((setting) => ['-o', setting])
  return ['-F', '/dev/null', ...settings, ...identity, '-p', String(port), ...words]
}

export const startSsh = (port: number, words: readonly string[], options: { readonly key?: string } = {}): SshClient =>
  hear('ssh', spawn('ssh', sshWords(port, words, options), { stdio: ['pipe', 'pipe', 'pipe'] }))

/** Keeps what a client prints. */
export function hear(name: string, child: ChildProcessWithoutNullStreams): SshClient {
  let text = ''
  child.stdout.on('data', (chunk) => (text += chunk))
  child.stderr.on('data', (chunk) => (text += chunk))
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve))
  return {
    child,
    text: () => text,
    exited,
    async see(pattern, withinMs = 15_000) {
      const look = (): RegExpExecArray | undefined => pattern.exec(text) ?? undefined
      const found = await until(`${name} to print ${String(pattern)}`, look, withinMs).catch((cause: unknown) => {
        throw new Error(`${name} printed:\n${text}`, { cause })
      })
      return found[1] ?? found[0]
    },
    async kill(signal = 'SIGTERM') {
      if (child.exitCode === null && child.signalCode === null) child.kill(signal)
      await exited
    },
  }
}
