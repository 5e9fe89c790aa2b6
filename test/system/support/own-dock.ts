import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

import type { DockLimits } from '../../../control-plane/ssh/dock-options.ts'
import { until } from './until.ts'

/** A dock with ports in memory, in a process of its own. */
export interface OwnDock extends AsyncDisposable {
  readonly pid: number
  readonly port: number
  /** The path of the socket that leads to the first connector, once there is one. */
  socket(): Promise<string>
}

const PROGRAM = fileURLToPath(new URL('dock-process.ts', import.meta.url))

/** `fingerprint`: the key that is ann's. The first connector must come within 15 s. */
export async function startOwnDock(fingerprint: string, limits: Partial<DockLimits> = {}): Promise<OwnDock> {
  const child = spawn(process.execPath, [PROGRAM, fingerprint, JSON.stringify(limits)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const said = new Map<string, string>()
  createInterface({ input: child.stdout }).on('line', (line) => {
    const [name = '', value = ''] = line.split(' ')
    said.set(name, value)
  })
  return {
    pid: child.pid ?? 0,
    port: Number(await until('the dock to listen', () => said.get('PORT'))),
    socket: () => until('a connector', () => said.get('SOCKET')),
    async [Symbol.asyncDispose]() {
      const exited = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGKILL')
      await exited
    },
  }
}
