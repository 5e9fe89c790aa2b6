/** The command, from its words to its exit code. */
import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join, resolve } from 'node:path'

import { hostPort } from './address.ts'
import { Agent } from './agent.ts'
import { type Options, parseArguments, type ServiceKind } from './arguments.ts'
import type { FinalEnd } from './connection-end.ts'
import { type Forward, OWN_NAME, toTarget } from './forward.ts'
import { findIdentities } from './identities.ts'
import { KnownHosts } from './known-hosts.ts'
import { type Log, openLog } from './log.ts'
import { isCommand, type Served } from './served.ts'
import { parseServersFile } from './servers-file.ts'
import { serviceFile } from './service-file.ts'
import type { StdioTarget } from './stdio-target.ts'
import { EXIT, type ExitCode, USAGE } from './usage.ts'

export interface ConnectPorts {
  /** Program and arguments that start this command again, before its own arguments. */
  readonly self: readonly string[]
  /** For a second Ctrl-C, and for what does not end in time. */
  readonly forceExit: (code: number) => void
}

/** What people mean by "the web": the gateway then calls the server `localhost` in the Host header. */
const WEB_PORT = 443
const STOP_MS = 8000

const out = (text: string): void => void process.stdout.write(text)
const err = (text: string): void => void process.stderr.write(text)

export async function runConnect(argv: readonly string[], ports: ConnectPorts): Promise<ExitCode> {
  const invocation = parseArguments(argv)
  switch (invocation.kind) {
    case 'help':
      out(USAGE)
      return EXIT.stopped
    case 'version':
      out(`${version()}\n`)
      return EXIT.stopped
    case 'wrong':
      return usage(invocation.problems)
    case 'service':
    case 'run': {
      const options = withFile(invocation.options)
      if ('problems' in options) return usage(options.problems)
      if (invocation.kind === 'run') return run(options, ports)
      out(serviceFile(invocation.service ?? kindHere(), serviceOf(argv, ports.self)))
      return EXIT.stopped
    }
  }
}

function usage(problems: readonly string[]): ExitCode {
  err(`${problems.join('\n')}\n(--help shows how it is used)\n`)
  return EXIT.usage
}

function version(): string {
  const own = [new URL('package.json', import.meta.url), new URL('../package.json', import.meta.url)]
  for (const url of own) {
    try {
      return (JSON.parse(readFileSync(url, 'utf8')) as { readonly version: string }).version
    } catch {
      // Beside the sources, or above what was built from them.
    }
  }
  return 'unknown'
}

/** What the command line says wins over the file. */
function withFile(options: Options): Options | { readonly problems: readonly string[] } {
  if (options.file === undefined) return options
  let text: string
  try {
    text = readFileSync(options.file, 'utf8')
  } catch (cause) {
    return { problems: [`Cannot read ${options.file}: ${cause instanceof Error ? cause.message : String(cause)}`] }
  }
  const file = parseServersFile(text, options.file)
  if (!file.ok) return { problems: file.problems }
  const { hosts, identities, fingerprints, servers } = file.value
  const folder = dirname(resolve(options.file))
  const all: Options = {
    ...options,
    hosts: options.hosts.length > 0 ? options.hosts : hosts,
    identities: options.identities.length > 0 ? options.identities : identities.map((path) => inFolder(folder, path)),
    fingerprints: options.fingerprints.length > 0 ? options.fingerprints : fingerprints,
    servers: servers.map((server) => startedIn(folder, server)),
  }
  if (all.hosts.length > 0) return all
  return { problems: [`${options.file}:1:1  No gateway\n  hint: write "host: HOST", or give --host`] }
}

/** Relative names of a file are meant from where it is. */
function startedIn(folder: string, { label, target }: Served): Served {
  if (!isCommand(target)) return { label, target }
  return { label, target: { ...target, cwd: inFolder(folder, target.cwd ?? '.') } }
}

const inFolder = (folder: string, path: string): string => resolve(folder, path.replace(/^~(?=\/)/, homedir()))

const kindHere = (): ServiceKind => (process.platform === 'darwin' ? 'launchd' : 'systemd')

function serviceOf(argv: readonly string[], self: readonly string[]) {
  const end = argv.indexOf('--')
  const own = end < 0 ? argv : argv.slice(0, end)
  const words = own
    .filter((word) => !/^--service(?:=|$)/.test(word))
    .map((word, index, all) => absolute(word, all[index - 1]))
  return {
    words: [...self, ...words, ...(end < 0 ? [] : argv.slice(end))],
    workingFolder: process.cwd(),
    path: process.env['PATH'] ?? '/usr/bin:/bin',
  }
}

function absolute(word: string, before: string | undefined): string {
  if (before === '--file' || before === '--identity' || before === '-i') return resolve(word)
  const joined = /^(--(?:file|identity)=)(.*)$/.exec(word)
  return joined === null ? word : `${joined[1]}${resolve(joined[2] ?? '')}`
}

async function run(options: Options, { forceExit }: ConnectPorts): Promise<ExitCode> {
  const { json, quiet } = options
  const log = openLog({ json, quiet, links: process.stdout.isTTY && !json, out, err })
  const [first, ...more] = options.hosts
  if (first === undefined) return EXIT.usage
  const stateFolder = join(process.env['XDG_STATE_HOME'] ?? join(homedir(), '.local/state'), 'sallyport-connect')
  const { identities, problems } = await findIdentities({
    named: options.identities,
    agentSocket: process.env['SSH_AUTH_SOCK'] || undefined,
    sshFolder: join(homedir(), '.ssh'),
    ownKey: join(stateFolder, 'id_ed25519'),
  })
  for (const problem of problems) log('warn', 'identity', problem)
  if (identities.length === 0) return EXIT.usage
  const stdio: StdioTarget[] = []
  const forwards: Forward[] = []
  for (const server of options.servers) forwards.push(await forwardOf(server, stdio, log))
  const agent = new Agent({
    gateways: [first, ...more],
    identities,
    forwards,
    knownHosts: new KnownHosts(join(stateFolder, 'known_hosts')),
    fingerprints: options.fingerprints,
    log,
  })
  let signals = 0
  const stop = (): void => {
    signals += 1
    if (signals > 1) forceExit(EXIT.failed)
    setTimeout(() => forceExit(EXIT.failed), STOP_MS).unref()
    agent.stop()
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop)
  const end = await agent.run()
  await Promise.all(stdio.map((target) => target.close()))
  return conclude(end, log)
}

async function forwardOf({ label, target }: Served, stdio: StdioTarget[], log: Log): Promise<Forward> {
  const bindAddress = label ?? OWN_NAME
  if (!isCommand(target)) {
    const name = hostPort(target)
    let told: string | undefined
    const receive = toTarget(target, (failure) => {
      if (failure === told) return
      told = failure
      if (failure === undefined) log('info', 'target', `${name} answers now`, { target: name })
      else log('warn', 'target', `Nothing answers on ${name} (${failure})`, { target: name })
    })
    // The gateway takes the port for that of the server, which then finds itself in the Host header.
    return { bindAddress, bindPort: target.port, target: name, receive }
  }
  const name = label ?? target.words[0]
  const { openStdioTarget } = await import('./stdio-target.ts')
  const opened = openStdioTarget(target, name, log)
  stdio.push(opened)
  return { bindAddress, bindPort: WEB_PORT, target: target.words.join(' '), receive: opened.receive }
}

function conclude(end: FinalEnd, log: Log): ExitCode {
  if (end.kind === 'stopped') return EXIT.stopped
  log(
    'error',
    'ended',
    end.kind === 'taken_over' ? `${end.reason}. This one stops, so that the two do not fight` : end.reason,
  )
  switch (end.kind) {
    case 'sign_in_refused':
      return EXIT.signInRefused
    case 'host_key':
      return EXIT.hostKeyChanged
    case 'refused':
    case 'taken_over':
      return EXIT.tunnelRefused
  }
}
