import { spawn } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { hear, type SshClient } from './ssh.ts'

const AGENT = fileURLToPath(new URL('../../../tunnel-agent/bin/sallyport-connect.js', import.meta.url))

/** A home without keys of its own: the agent makes one. */
export const newHome = (): string => mkdtempSync(join(tmpdir(), 'sallyport-home-'))

/** The agent in a process of its own. */
export function startAgent(home: string, words: readonly string[], more: NodeJS.ProcessEnv = {}): SshClient {
  const env = { PATH: process.env['PATH'], HOME: home, XDG_STATE_HOME: join(home, 'state'), ...more }
  const child = spawn(process.execPath, [AGENT, ...words], { env, stdio: ['pipe', 'pipe', 'pipe'] })
  return hear('the agent', child)
}
