import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

import { Fault } from '../../control-plane/kernel/fault.ts'
import { cpuSeconds } from '../system/support/memory.ts'

/** One way to the upstream, and the processes whose CPU it costs. */
export interface Path {
  readonly name: string
  readonly url: string
  readonly token?: string
  readonly processes: Readonly<Record<string, number>>
}

export interface Measured {
  readonly callsPerSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly errors: number
  /** CPU microseconds per call, by process. */
  readonly cpuMicroseconds: Readonly<Record<string, number>>
}

const SCRIPT = fileURLToPath(new URL('calls.lua', import.meta.url))

/** Loads one path with wrk from loopback, bounded in time, after a warm-up of about `warmUpCalls`. */
export async function measure(
  path: Path,
  options: { connections: number; seconds: number; warmUpSeconds: number },
): Promise<Measured> {
  if (options.warmUpSeconds > 0) await wrk(path, options.connections, options.warmUpSeconds)
  const before = cpuOf(path.processes)
  const result = await wrk(path, options.connections, options.seconds)
  const after = cpuOf(path.processes)
  const cpuMicroseconds = Object.fromEntries(
    Object.keys(path.processes).map((name) => [
      name,
      (((after[name] ?? 0) - (before[name] ?? 0)) * 1e6) / result.calls,
    ]),
  )
  return {
    callsPerSecond: result.calls / result.seconds,
    p50Ms: result.p50Ms,
    p99Ms: result.p99Ms,
    errors: result.errors,
    cpuMicroseconds,
  }
}

interface WrkResult {
  readonly calls: number
  readonly seconds: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly errors: number
}

async function wrk(path: Path, connections: number, seconds: number): Promise<WrkResult> {
  const { origin, pathname } = new URL(path.url)
  const words = ['-t1', `-c${connections}`, `-d${seconds}s`, '--latency', '-s', SCRIPT, origin]
  const env = { ...process.env, BENCH_TOKEN: path.token ?? '', BENCH_PATH: pathname }
  const child = spawn('wrk', words, { env, stdio: ['ignore', 'pipe', 'inherit'] })
  let output = ''
  child.stdout.on('data', (chunk) => (output += chunk))
  await new Promise<void>((resolve, reject) => {
    child.once('error', (cause) =>
      reject(new Fault('bench.no_wrk', 'Cannot start wrk', { cause, hint: 'apt-get install wrk' })),
    )
    child.once('close', () => resolve())
  })
  const json = /RESULT (\{.*\})/.exec(output)?.[1]
  if (json === undefined) throw new Error(`wrk said:\n${output}`)
  return JSON.parse(json) as WrkResult
}

const cpuOf = (processes: Readonly<Record<string, number>>): Record<string, number> =>
  Object.fromEntries(Object.entries(processes).map(([name, pid]) => [name, cpuSeconds(pid)]))
