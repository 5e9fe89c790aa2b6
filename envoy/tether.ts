import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { promisify } from 'node:util'

/**
 * Starts a child that cannot outlive us, not even our kill -9, and that Ctrl-C does not reach (it has a session of its
 * own), so that we can drain before we stop it. The child's pid is the program's own.
 */
export interface Tether {
  spawn(program: string, args: readonly string[], cwd: string): ChildProcess
}

/** The kernel kills the child when the thread that started it ends; so start from the main thread. */
export const byParentDeathSignal: Tether = {
  spawn: (program, args, cwd) =>
    spawn('setpriv', ['--pdeathsig', 'KILL', '--', program, ...args], {
      cwd,
      detached: true,
      stdio: ['ignore', 'ignore', 'pipe'],
    }),
}

/** A shell beside the program reads a pipe that only we hold: end of file means that we died, a line that it ended. */
const WATCH = '( if read _ <&3; then exit 0; fi; kill -TERM $$; sleep 2; kill -KILL $$ ) 2>/dev/null & exec "$@" 3<&-'

export const byPipe: Tether = {
  spawn(program, args, cwd) {
    const child = spawn('/bin/sh', ['-c', WATCH, 'sh', program, ...args], {
      cwd,
      detached: true,
      stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
    })
    const pipe = child.stdio[3]
    if (pipe !== null && pipe !== undefined && 'end' in pipe) {
      pipe.on('error', () => {})
      child.once('exit', () => pipe.end('\n'))
    }
    return child
  },
}

/** BusyBox has a setpriv without this option, macOS none. */
export async function openTether(): Promise<Tether> {
  try {
    await promisify(execFile)('setpriv', ['--pdeathsig', 'KILL', '--', 'true'])
    return byParentDeathSignal
  } catch {
    return byPipe
  }
}
