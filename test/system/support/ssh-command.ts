import { spawn } from 'node:child_process'

import { sshWords } from './ssh.ts'

export interface CommandRun {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
  /** One object per line of stdout. */
  readonly lines: readonly Readonly<Record<string, unknown>>[]
}

/** `ssh HOST COMMAND` to its end. `options` go before the host. */
export function sshCommand(
  target: { readonly port: number; readonly key: string; readonly options?: readonly string[] },
  ...words: readonly string[]
): Promise<CommandRun> {
  const all = ['-T', '-o', 'LogLevel=ERROR', ...(target.options ?? []), 'localhost', '--', ...words]
  const child = spawn('ssh', sshWords(target.port, all, target), { stdio: ['ignore', 'pipe', 'pipe'] })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (chunk) => (stdout += chunk))
  child.stderr.on('data', (chunk) => (stderr += chunk))
  return new Promise((resolve) =>
    child.once('close', (status) => {
      const lines = stdout
        .split('\n')
        .filter((line) => line.startsWith('{'))
        .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>)
      resolve({ status, stdout, stderr, lines })
    }),
  )
}
