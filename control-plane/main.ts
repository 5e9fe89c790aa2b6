#!/usr/bin/env node
/** The program: arguments, signals, exit code. The only file that may force an exit. */
import { join, resolve } from 'node:path'

import type { ConfigurationFiles } from './compose/gateway.ts'
import type { Configuration } from './config/load.ts'
import type { Environment } from './config/environment.ts'
import type { Question } from './cli/program.ts'
import type { Log, LogLevel } from './kernel/log.ts'

const MINIMUM_NODE = 24
if (Number(process.versions.node.split('.')[0]) < MINIMUM_NODE) {
  process.stderr.write(
    `Sallyport needs Node ${MINIMUM_NODE} or newer, this is ${process.versions.node}\n  hint: start it with "npm start", which brings its own\n`,
  )
  process.exit(3)
}

const { askGateway } = await import('./cli/ask.ts')
const { auditQuestion, auditText, sinceMs } = await import('./cli/audit.ts')
const { bannerOf } = await import('./cli/banner.ts')
const { explainText } = await import('./cli/explain.ts')
const { failureOf } = await import('./cli/failure.ts')
const { testPolicies } = await import('./cli/policy-test.ts')
const { hostKeysText } = await import('./cli/host-keys.ts')
const { Replay, replayText } = await import('./cli/replay.ts')
const { createProgram } = await import('./cli/program.ts')
const { doctor, exitCodeOf, tableOf } = await import('./cli/doctor.ts')
const { openGateway } = await import('./compose/gateway.ts')
const { keptShares } = await import('./compose/kept-shares.ts')
const { openRecordedCalls } = await import('./compose/recorded-calls.ts')
const { up } = await import('./compose/up.ts')
const { SOCKETS } = await import('./compose/topics.ts')
const { sshCommandOf } = await import('./compose/web.ts')
const { readEnvironment } = await import('./config/environment.ts')
const { loadConfiguration, loadAside } = await import('./config/load.ts')
const { formatProblem } = await import('./config/problem.ts')
const { systemClock } = await import('./kernel/clock.ts')
const { jsonLog, terminalLog } = await import('./observe/log.ts')
const { findHostKey } = await import('./store/key-files.ts')
const { HOST_KEY_TYPES, publicHostKey } = await import('./ssh/host-key.ts')
const { sshCryptoIsNative } = await import('./ssh/ssh2-private.ts')
const { default: packageJson } = await import('../package.json', { with: { type: 'json' } })

const STOP_DEADLINE_MS = 9000

/** A person at a terminal sees what goes wrong; a program reads everything. */
function openLog(level: LogLevel | undefined): Log {
  return process.stderr.isTTY
    ? terminalLog(process.stderr, { level: level ?? 'warn', nowMs: () => systemClock.nowMs() })
    : jsonLog(process.stderr, level ?? 'info')
}

/** Where a running gateway reads its configuration anew: by absolute names, because its working directory is another one. */
function filesOf(environment: Environment, known: readonly string[]): ConfigurationFiles | undefined {
  if (environment.configFile === undefined) return undefined
  const configFile = resolve(environment.configFile)
  return { known, load: (seen) => loadAside({ ...environment, configFile }, seen) }
}

async function run(environment: Environment, open: typeof up): Promise<void> {
  const files: string[] = []
  const configuration = loadConfiguration(environment, (file) => files.push(resolve(file)))
  const log = openLog(environment.logLevel)
  for (const warning of configuration.warnings) log.warn('config.warning', { text: formatProblem(warning) })
  // Somebody's request must not end everybody's: what nobody caught is a bug to be logged.
  process.on('unhandledRejection', (cause) => log.error('process.unhandled_rejection', { reason: String(cause) }))
  process.umask(0o077)
  const stop = Promise.withResolvers<void>()
  let signals = 0
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      signals += 1
      if (signals > 1) process.exit(1)
      stop.resolve()
    })
  }
  const opening = open(configuration, log, filesOf(environment, files))
  const running = await Promise.race([opening, stop.promise])
  if (running === undefined) {
    await (await opening)[Symbol.asyncDispose]()
    return
  }
  const { gateway } = running
  // Closing a terminal ends what runs in it; elsewhere this signal is the old way to ask for it.
  if (!process.stdin.isTTY) process.on('SIGHUP', () => void gateway.reload())
  const { settings } = configuration
  process.stdout.write(
    bannerOf(settings, {
      sshCommand: sshCommandOf(settings),
      hostKeys: gateway.hostKeys,
      setUpCode: settings.passwords && gateway.brain.signUp.needsSetUpCode ? gateway.brain.signUp.setUpCode : undefined,
      nativeCrypto: sshCryptoIsNative,
    }),
  )
  await stop.promise
  process.stdout.write('\nStopping …\n')
  const force = setTimeout(() => {
    process.stderr.write(`Still open after ${STOP_DEADLINE_MS} ms: ${gateway.open().join(', ')}\n`)
    process.exit(1)
  }, STOP_DEADLINE_MS)
  await running[Symbol.asyncDispose]()
  clearTimeout(force)
}

try {
  const environment = readEnvironment(process.env)
  const ask = (question: Question): Promise<unknown> =>
    askGateway(join(environment.dataFolder, SOCKETS.control), question)
  const program = createProgram(packageJson.version, {
    up: () => run(environment, up),
    serve: () =>
      run(environment, async (configuration, log, files) => {
        const gateway = await openGateway(configuration, log, files)
        return { gateway, [Symbol.asyncDispose]: () => gateway[Symbol.asyncDispose]() }
      }),
    check: async (file) => {
      const { warnings } = loadConfiguration({ ...environment, configFile: file })
      for (const warning of warnings) process.stdout.write(`${formatProblem(warning)}\n`)
      process.stdout.write(`${file}: no problems${warnings.length === 0 ? '' : `, warnings: ${warnings.length}`}\n`)
    },
    explain: async ({ config, ...options }) => {
      const configuration = loadConfiguration({ ...environment, configFile: config ?? environment.configFile })
      const shares = await keptShares(environment.dataFolder)
      process.stdout.write(explainText(configuration, options, { nowMs: systemClock.nowMs(), shares }))
    },
    test: async (paths, { config }) => {
      const load = (file: string | undefined): Configuration =>
        loadConfiguration({ ...environment, configFile: file ?? config ?? environment.configFile })
      const print = (line: string): void => void process.stdout.write(`${line}\n`)
      if (!testPolicies(paths, { load, nowMs: systemClock.nowMs(), print })) process.exitCode = 1
    },
    replay: async ({ policy, since, json }) => {
      const configuration = loadConfiguration({ ...environment, configFile: policy })
      const fromMs = sinceMs(since ?? '7d', systemClock.nowMs())
      await using recorded = await openRecordedCalls(environment.dataFolder)
      const claims = new Map(recorded.users.map((user) => [user.id, user.claims]))
      const replay = new Replay(configuration, {
        claimsOf: (userId) => claims.get(userId),
        hintsOf: (route, tool) => recorded.tools.find(route, tool)?.hints,
      })
      for await (const record of recorded.since(fromMs)) replay.judge(record)
      const result = replay.result()
      process.stdout.write(json === true ? `${JSON.stringify(result, null, 2)}\n` : replayText(result))
      if (result.changes.length > 0) process.exitCode = 1
    },
    doctor: async (url, { json }) => {
      const report = await doctor(url)
      process.stdout.write(json === true ? `${JSON.stringify(report, null, 2)}\n` : tableOf(report))
      process.exitCode = exitCodeOf(report)
    },
    audit: async (options) => {
      const answer = await ask(auditQuestion(options, systemClock.nowMs()))
      process.stdout.write(auditText(answer, options))
    },
    hostKeys: async (options) => {
      const found = await Promise.all(HOST_KEY_TYPES.map((type) => findHostKey(environment.dataFolder, type)))
      const { ssh } = loadConfiguration(environment).settings
      const server = { host: options.host ?? ssh.publicHost, port: ssh.publicPort }
      process.stdout.write(hostKeysText(found.filter((key) => key !== undefined).map(publicHostKey), server, options))
    },
    connect: async () => {
      // As they were typed: commander leaves out a "--", which means something here.
      const words = process.argv.slice(process.argv.indexOf('connect') + 1)
      const { runConnect } = await import('../tunnel-agent/connect.ts')
      const self = [process.execPath, ...process.execArgv, process.argv[1] ?? 'sallyport', 'connect']
      process.exitCode = await runConnect(words, { self, forceExit: (code) => process.exit(code) })
    },
    ask: async (question) => {
      const answer = await ask(question)
      process.stdout.write(`${JSON.stringify(answer, null, 2)}\n`)
    },
  })
  await program.parseAsync()
} catch (thrown) {
  const failure = failureOf(thrown)
  if (failure.text !== undefined) process.stderr.write(`${failure.text}\n`)
  process.exitCode = failure.exitCode
}
