/**
 * `npm run clients` runs real MCP clients against a real gateway with a real tunnel: each signs in, is let in by a
 * person, calls a tool, refreshes, and goes on after the gateway was restarted. `npm run clients -- codex opencode`
 * runs these only; `--record` keeps what they sent in test/oauth/recordings.
 */
import { Command } from 'commander'
import { locateEnvoy } from '../../envoy/locate.ts'
import { claudeCode } from './claude-code.ts'
import type { RealClient } from './client.ts'
import { codex } from './codex.ts'
import { COMPILED } from './compiled.ts'
import { geminiCli } from './gemini-cli.ts'
import { inspector1 } from './inspector-1.ts'
import { INSPECTOR_2 } from './inspector-2.ts'
import { mcpRemote } from './mcp-remote.ts'
import { opencode } from './opencode.ts'
import { PYTHON } from './python.ts'
import { keepRecording } from './recording.ts'
import { SDKS } from './sdk.ts'
import { openStage } from './stage.ts'
import { STEPS, tryClient, type Trial } from './trial.ts'

const CLIENTS: readonly RealClient[] = [
  ...SDKS,
  ...PYTHON,
  ...COMPILED,
  ...INSPECTOR_2,
  inspector1,
  mcpRemote,
  codex,
  claudeCode,
  opencode,
  geminiCli,
]

/** Two versions of a program share a name. */
const NAMES = [...new Set(CLIENTS.map(({ name }) => name))].join(', ')

const program = new Command('npm run clients --')
  .description('Runs real MCP clients against a real gateway: sign-in, consent, a call, a refresh, a restart.')
  .argument('[client...]', `all, or some of: ${NAMES}`)
  .option('--record', 'keep what they sent in test/oauth/recordings')
  .addHelpText('after', '\nExit codes: 0 all passed, 1 some failed, 2 wrong usage')
  .exitOverride((cause) => process.exit(cause.exitCode === 0 ? 0 : 2))
  .parse()
const names = program.args
const unknown = names.filter((name) => !CLIENTS.some((client) => client.name === name))
if (unknown.length > 0) {
  console.error(`There is no client ${unknown.join(', ')}. There are: ${NAMES}`)
  process.exit(2)
}
const chosen = CLIENTS.filter(({ name }) => names.length === 0 || names.includes(name))

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))
await locateEnvoy()
const width = Math.max(...chosen.map(({ name, version }) => name.length + version.length + 1))
console.log(`${''.padEnd(width)}  ${STEPS.join('  ')}`)
const trials = [
  ...(await run(
    chosen.filter(({ isDocumented }) => isDocumented !== true),
    false,
  )),
  ...(await run(
    chosen.filter(({ isDocumented }) => isDocumented === true),
    true,
  )),
]
const failed = trials.filter(({ failure }) => failure !== undefined)
const skipped = trials.filter((trial) => trial.skipped !== undefined)
for (const { client, failure } of failed) console.log(`\n${client.name} ${client.version}: ${String(failure)}`)
console.log(
  `\n${trials.length - failed.length - skipped.length} passed, ${failed.length} failed, ${skipped.length} skipped`,
)
process.exitCode = failed.length > 0 ? 1 : 0

async function run(clients: readonly RealClient[], documents: boolean): Promise<Trial[]> {
  if (clients.length === 0) return []
  await using stage = await openStage({ documents })
  const trials: Trial[] = []
  for (const client of clients) {
    const from = stage.seen.length
    const trial = await tryClient(client, stage)
    trials.push(trial)
    const title = `${client.name} ${client.version}`.padEnd(width)
    if (trial.skipped !== undefined) console.log(`${title}  skipped: ${trial.skipped}`)
    else {
      const marks = STEPS.map((step, index) => markOf(trial, step, index).padEnd(step.length))
      console.log(`${title}  ${marks.join('  ')}  ${trial.seconds.toFixed(1)} s`)
    }
    if (program.opts<{ record?: true }>().record === true && trial.passed.length > 1) {
      console.log(`  recorded in ${await keepRecording(client, stage, stage.seen.slice(from))}`)
    }
  }
  return trials
}

function markOf(trial: Trial, step: (typeof STEPS)[number], index: number): string {
  if (trial.passed.includes(step)) return '✓'
  return index === trial.passed.length ? '✗' : '·'
}
