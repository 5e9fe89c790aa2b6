import { Command } from 'commander'

import type { AuditOptions } from './audit.ts'
import type { ExplainOptions } from './explain.ts'
import type { HostKeyOptions } from './host-keys.ts'

/** What each command does; `main.ts` supplies it and turns what is thrown into an exit code. */
export interface Actions {
  up(): Promise<void>
  serve(): Promise<void>
  check(file: string): Promise<void>
  /** What the policy of a configuration file would say of a call, and why. */
  explain(options: ExplainOptions & { readonly config?: string }): Promise<void>
  /** Runs the cases of these files and folders. */
  test(paths: readonly string[], options: { readonly config?: string }): Promise<void>
  /** Judges recorded calls by another configuration's policies. */
  replay(options: ReplayOptions): Promise<void>
  /** Walks a client's way to any MCP URL and prints what it finds. */
  doctor(url: string, options: { readonly json?: true }): Promise<void>
  /** Prints the records of calls that the running gateway has. */
  audit(options: AuditOptions): Promise<void>
  /** Prints the public halves of the SSH host keys. */
  hostKeys(options: HostKeyOptions): Promise<void>
  /** Keeps servers on this computer published by a gateway: the program sallyport-connect, with its own arguments. */
  connect(): Promise<void>
  /** Asks the running gateway and prints the answer. */
  ask(question: Question): Promise<void>
}

export interface ReplayOptions {
  readonly policy: string
  readonly since?: string
  readonly json?: true
}

export interface Question {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly body?: Readonly<Record<string, unknown>>
}

export function createProgram(version: string, actions: Actions): Command {
  const program = new Command('sallyport')
    // What stands after "connect" is for another program, its --help and --version, too.
    .enablePositionalOptions()
    .description('Gives the MCP server on your laptop a public URL, OAuth and a policy with one ssh -R')
    .version(version)
    .showHelpAfterError('(run with --help for the commands)')
    .exitOverride()
  program.command('up').description('run the gateway: control plane and Envoy').action(actions.up)
  program
    .command('serve')
    .description('run the control plane only; Envoy is started by somebody else')
    .action(actions.serve)
  program.command('check <file>').description('print every problem of a configuration file').action(actions.check)
  const several = (value: string, before: readonly string[] = []): readonly string[] => [...before, value]
  program
    .command('explain')
    .description('say what the policy of a route would decide of a call, and which rule decides')
    .requiredOption('--route <name>', 'as in the address: the path’s first segment, or the host')
    .option('--config <file>', 'instead of SALLYPORT_CONFIG')
    .option('--user <email-or-id>', 'who calls; nobody without it')
    .option('--groups <a,b>', 'the groups of the user')
    .option('--claim <name=value>', 'a claim of the user; may be repeated', several)
    .option('--client <id>', 'the OAuth client')
    .option('--scope <scope>', 'a scope beside "mcp"; may be repeated', several)
    .option('--method <method>', 'the JSON-RPC method, where no tool, resource or prompt says it')
    .option('--tool <name>', 'tools/call of this tool')
    .option('--args <json>', 'its arguments')
    .option(
      '--annotation <hint=value>',
      'what the tool’s definition says, such as readOnlyHint=true; may be repeated',
      several,
    )
    .option('--resource <uri>', 'resources/read of this resource')
    .option('--prompt <name>', 'prompts/get of this prompt')
    .option('--address <ip>', 'where the client is')
    .option('--at <time>', 'when; now without it')
    .option('--json', 'print it as JSON')
    .action((options: ExplainOptions & { config?: string }) => actions.explain(options))
  program
    .command('test <path...>')
    .description('run the cases of files or folders against the policies')
    .option('--config <file>', 'for case files that name none, instead of SALLYPORT_CONFIG')
    .action((paths: string[], options: { config?: string }) => actions.test(paths, options))
  program
    .command('replay')
    .description('judge recorded calls by the policies of another configuration, and list what would change')
    .requiredOption('--policy <file>', 'the other configuration')
    .option('--since <duration>', 'calls from so long ago on, such as 12h (default: 7d)')
    .option('--json', 'print it as JSON')
    .action((options: ReplayOptions) => actions.replay(options))
  program
    .command('doctor <url>')
    .description('walk the way of a client to any MCP URL, up to the sign-in, and say where it would stop')
    .option('--json', 'print the findings as JSON')
    .action((url: string, options: { json?: true }) => actions.doctor(url, options))
  program
    .command('host-keys')
    .description('fingerprints, SSHFP records and known_hosts lines of the SSH server')
    .option('--host <name>', 'under which clients reach it, instead of the configuration’s')
    .option('--json', 'print them as JSON')
    .action((options: HostKeyOptions) => actions.hostKeys(options))
  program
    .command('connect [words...]')
    .description('keep servers on this computer published by a gateway (see connect --help)')
    .helpOption(false)
    .allowUnknownOption()
    .passThroughOptions()
    .action(() => actions.connect())
  program
    .command('status')
    .description('tunnels and Envoys of the running gateway')
    .action(() => actions.ask({ method: 'GET', path: '/status' }))

  program
    .command('reload')
    .description('read the configuration anew: all of it is taken over, or nothing and you are told why')
    .action(() => actions.ask({ method: 'POST', path: '/reload' }))

  program
    .command('attempts [reference]')
    .description('how far clients came that tried to connect, why they stopped, and what to do')
    .action((reference?: string) =>
      actions.ask({
        method: 'GET',
        path: reference === undefined ? '/attempts' : `/attempts/${encodeURIComponent(reference)}`,
      }),
    )

  const tools = program
    .command('tools')
    .description('tools that servers have shown, on routes that watch them; and their approval')
  tools
    .command('list', { isDefault: true })
    .option('--route <name>', 'of this route only')
    .action(({ route }: { route?: string }) =>
      actions.ask({ method: 'GET', path: `/tools${route === undefined ? '' : `?${new URLSearchParams({ route })}`}` }),
    )
  tools
    .command('diff <route> <tool>')
    .description('what the server shows now against what was approved')
    .action((route: string, name: string) =>
      actions.ask({ method: 'GET', path: `/tools/diff?${new URLSearchParams({ route, name })}` }),
    )
  tools
    .command('approve <route> [tool...]')
    .description('approve what the server shows now; all tools of the route where none is named')
    .option('--hash <hash>', 'of the one tool, as "tools diff" has shown it: another definition is not approved')
    .action((route: string, names: string[], { hash }: { hash?: string }) =>
      actions.ask({ method: 'POST', path: '/tools/approve', body: { route, names, ...(hash && { hash }) } }),
    )
  program
    .command('audit')
    .description('who called what, and what was decided')
    .option('--since <duration>', 'from so long ago on, such as 30m or 7d (default: 1h)')
    .option('--route <name>', 'of this route')
    .option('--user <email-or-id>', 'of this person')
    .option('--denied', 'only what was refused')
    .option('--limit <count>', 'at most so many, the newest (default: 1000)')
    .option('--json', 'one JSON object on each line')
    .action((options: AuditOptions) => actions.audit(options))

  const keys = program.command('keys').description('signing keys')
  keys
    .command('rotate')
    .description('sign with a new key; tokens of the old one stay valid until they expire')
    .action(() => actions.ask({ method: 'POST', path: '/keys/rotate' }))

  const users = program.command('users').description('people')
  users.command('list').action(() => actions.ask({ method: 'GET', path: '/users' }))
  for (const [name, disabled] of [
    ['disable', true],
    ['enable', false],
  ] as const) {
    users
      .command(`${name} <email>`)
      .description(disabled ? 'refuse everything of this person from the next request on' : 'let the person in again')
      .action((email: string) => actions.ask({ method: 'POST', path: '/users/disabled', body: { email, disabled } }))
  }

  users
    .command('invite <email>')
    .description(
      'print a link with which this person makes an account, good once within 7 days; mailed, too, where mail is set up',
    )
    .action((email: string) => actions.ask({ method: 'POST', path: '/users/invite', body: { email } }))
  users
    .command('reset <email>')
    .description('print a link with which this person chooses a new password, good once within 30 minutes')
    .action((email: string) => actions.ask({ method: 'POST', path: '/users/reset', body: { email } }))

  const grants = program.command('grants').description('what people allowed clients to do')
  grants.command('list').action(() => actions.ask({ method: 'GET', path: '/grants' }))
  grants
    .command('revoke <id>')
    .description('end it from the next request on')
    .action((id: string) => actions.ask({ method: 'POST', path: '/grants/revoke', body: { id } }))
  return program
}
