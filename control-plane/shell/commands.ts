import { err, ok, type Result } from '../kernel/result.ts'
import type { Command, Output, ShellSession } from './command.ts'
import { EXIT } from './command.ts'
import { events } from './commands/events.ts'
import { logout } from './commands/logout.ts'
import { logs } from './commands/logs.ts'
import { revoke } from './commands/revoke.ts'
import { share } from './commands/share.ts'
import { tools } from './commands/tools.ts'
import { tunnels } from './commands/tunnels.ts'
import { whoami } from './commands/whoami.ts'
import { parseArguments, unknown, type Arguments } from './flags.ts'

/** There is none that approves, and none may be added: a program on the laptop can run `ssh HOST …`. */
const COMMANDS: readonly Command[] = [whoami, tunnels, logs, tools, share, revoke, logout, events]

/** A command with what was given to it. */
export interface Invocation {
  readonly command: Command
  readonly given: Arguments
}

/** What commands are called, for hints. */
export const COMMAND_NAMES: readonly string[] = ['help', ...COMMANDS.map(({ name }) => name)]

export const isCommand = (word: string): boolean => COMMANDS.some(({ name }) => name === word)

/** The first word is the command's name. */
export function invocationOf([name = '', ...rest]: readonly string[]): Result<Invocation, string> {
  const command = COMMANDS.find((each) => each.name === name)
  if (command === undefined) return err(unknown('command', name, COMMAND_NAMES))
  const given = parseArguments(rest, command)
  return given.ok ? ok({ command, given: given.value }) : err(`${given.error}\n${usageOf(command)}`)
}

export const usageOf = ({ name, usage }: Command): string => `Usage: ssh HOST ${name} ${usage}`.trimEnd()

/** The same for programs. */
export const commandsJson = (): readonly object[] =>
  COMMANDS.map(({ name, usage, summary, flags = [], values = [] }) => ({
    command: name,
    usage,
    summary,
    options: ['--json', ...flags.map((flag) => `--${flag}`), ...values.map((value) => `--${value} VALUE`)],
  }))

export const commandsHelp = (): string =>
  COMMANDS.map(({ name, usage, summary }) => `  ssh HOST ${`${name} ${usage}`.trimEnd()}\n      ${summary}`).join('\n')

/** Never rejects: what fails is said, without what only the log may know. */
export async function runCommand(
  { command, given }: Invocation,
  session: ShellSession,
  { output, onFault }: { readonly output: Output; readonly onFault: (cause: unknown) => void },
): Promise<number> {
  try {
    return await command.run(given, session, output)
  } catch (cause) {
    onFault(cause)
    output.problem('The gateway could not do that now: try again in a moment')
    return EXIT.failed
  }
}
