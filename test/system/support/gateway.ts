import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { freePort } from './ports.ts'
import { until } from './until.ts'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))

/** A real gateway: `main.ts up` in a process of its own, with a real Envoy. */
export interface TestGateway extends AsyncDisposable {
  readonly url: string
  readonly httpPort: number
  readonly sshPort: number
  readonly dataFolder: string
  readonly pid: number
  readonly output: () => string
  /** The Envoy that runs now, as the log says. */
  envoyPid(): Promise<number>
  /** Runs a command of the program over the same data folder. */
  command(...words: string[]): Promise<CommandResult>
  /** What Envoy's admin interface says. */
  envoyAdmin(path: string): Promise<string>
  /** Ends the process; `SIGKILL` lets nothing be written. The data folder stays. */
  stop(signal?: NodeJS.Signals): Promise<number | null>
  /** A new process over the same data folder and ports. */
  restart(): Promise<void>
  /** A new control plane without an Envoy, as in compose. */
  serveOnly(): Promise<void>
}

export interface CommandResult {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface GatewayOptions {
  /** YAML after the addresses; `PORT` stands for the gateway's port. */
  readonly config?: string
  /** Instead of `http://localhost:PORT`. */
  readonly publicUrl?: string
  /** Files beside the configuration file, by name. */
  readonly files?: Readonly<Record<string, string>>
  readonly env?: Readonly<Record<string, string>>
}

export async function startGateway(options: GatewayOptions = {}): Promise<TestGateway> {
  const dataFolder = await mkdtemp(join(tmpdir(), 'sallyport-test-'))
  const httpPort = await freePort()
  const sshPort = await freePort()
  const config = join(dataFolder, 'sallyport.yaml')
  const publicUrl = (options.publicUrl ?? 'http://localhost:PORT').replaceAll('PORT', String(httpPort))
  for (const [name, text] of Object.entries(options.files ?? {})) await writeFile(join(dataFolder, name), text)
  const addresses = `public_url: ${publicUrl}\nlisten: ["127.0.0.1:${httpPort}"]\nssh: { listen: ["127.0.0.1:${sshPort}"] }\n`
  await writeFile(config, addresses + (options.config ?? '').replaceAll('PORT', String(httpPort)))
  const env = { ...process.env, SALLYPORT_DATA: join(dataFolder, 'data'), SALLYPORT_CONFIG: config, ...options.env }
  let running = await launch(env)
  return {
    url: publicUrl,
    httpPort,
    sshPort,
    dataFolder: join(dataFolder, 'data'),
    get pid() {
      return running.child.pid ?? 0
    },
    output: () => running.output(),
    envoyPid: () => findChild(running.child.pid ?? 0, 'envoy'),
    command: (...words) => runCommand(words, env),
    envoyAdmin: (path) => get(join(dataFolder, 'data/run/admin.sock'), path),
    stop: (signal = 'SIGTERM') => end(running.child, signal),
    async restart() {
      await end(running.child, 'SIGTERM')
      running = await launch(env)
    },
    async serveOnly() {
      running = await launch(env, 'serve')
    },
    async [Symbol.asyncDispose]() {
      await end(running.child, 'SIGTERM')
      await rm(dataFolder, { recursive: true, force: true })
    },
  }
}

export function runCommand(words: readonly string[], env: NodeJS.ProcessEnv = process.env): Promise<CommandResult> {
  const child = spawn(process.execPath, ['control-plane/main.ts', ...words], {
    cwd: ROOT,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (chunk) => (stdout += chunk))
  child.stderr.on('data', (chunk) => (stderr += chunk))
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, stdout, stderr })))
}

async function launch(
  env: NodeJS.ProcessEnv,
  command: 'up' | 'serve' = 'up',
): Promise<{ child: ChildProcess; output: () => string }> {
  const child = spawn(process.execPath, ['--max-semi-space-size=4', 'control-plane/main.ts', command], {
    cwd: ROOT,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  child.stdout.on('data', (chunk) => (output += chunk))
  child.stderr.on('data', (chunk) => (output += chunk))
  await until(
    'the gateway to be up',
    () => {
      if (child.exitCode !== null) throw new Error(`The gateway ended with ${child.exitCode}:\n${output}`)
      return output.includes('Sallyport is up')
    },
    30_000,
  ).catch((cause: unknown) => {
    child.kill('SIGKILL')
    throw new Error(output, { cause })
  })
  return { child, output: () => output }
}

/** The child process of that name, from /proc. */
async function findChild(pid: number, name: string): Promise<number> {
  const children = (await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')).trim().split(' ').map(Number)
  for (const child of children) {
    if ((await readFile(`/proc/${child}/comm`, 'utf8')).trim() === name) return child
  }
  throw new Error(`Process ${pid} has no child "${name}"`)
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve))
  child.kill(signal)
  return exited
}

function get(socketPath: string, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const sent = request({ socketPath, path, headers: { host: 'admin' } }, (response) => {
      let text = ''
      response.on('data', (chunk) => (text += chunk))
      response.on('end', () => resolve(text))
    })
    sent.on('error', reject)
    sent.end()
  })
}
