import { spawn } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import type { SshClient } from './ssh.ts'
import { until } from './until.ts'

const AGENT = fileURLToPath(new URL('../../../tunnel-agent/bin/sallyport-connect.js', import.meta.url))

/** A home without keys of its own: the agent makes one. */
export const newHome = (): string => mkdtempSync(join(tmpdir(), 'sallyport-home-'))

/** The agent in a process of its own. */
export function startAgent(home: string, words: readonly string[], more: NodeJS.ProcessEnv = {}): SshClient {
  const env = { PATH: process.env['PATH'], HOME: home, XDG_STATE_HOME: join(home, 'state'), ...more }
  const child = spawn(process.execPath, [AGENT, ...words], { env, stdio: ['pipe', 'pipe', 'pipe'] })
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
      const found = await until(`the agent to print ${String(pattern)}`, look, withinMs).catch((cause: unknown) => {
        throw new Error(`The agent printed:\n${text}`, { cause })
      })
      return found[1] ?? found[0]
    },
    async kill(signal = 'SIGTERM') {
      if (child.exitCode === null && child.signalCode === null) child.kill(signal)
      await exited
    },
  }
}
