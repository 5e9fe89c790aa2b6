import { Command } from 'commander'

/** What each command does; `main.ts` supplies it and turns what is thrown into an exit code. */
export interface Actions {
  up(): Promise<void>
  serve(): Promise<void>
  check(file: string): Promise<void>
  /** Walks a client's way to any MCP URL and prints what it finds. */
  doctor(url: string, options: { readonly json?: true }): Promise<void>
  /** Asks the running gateway and prints the answer. */
  ask(question: Question): Promise<void>
}

export interface Question {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly body?: Readonly<Record<string, unknown>>
}

export function createProgram(version: string, actions: Actions): Command {
  const program = new Command('sallyport')
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
  program
    .command('doctor <url>')
    .description('walk the way of a client to any MCP URL, up to the sign-in, and say where it would stop')
    .option('--json', 'print the findings as JSON')
    .action((url: string, options: { json?: true }) => actions.doctor(url, options))
  program
    .command('status')
    .description('tunnels and Envoys of the running gateway')
    .action(() => actions.ask({ method: 'GET', path: '/status' }))

  program
    .command('attempts [reference]')
    .description('how far clients came that tried to connect, why they stopped, and what to do')
    .action((reference?: string) =>
      actions.ask({
        method: 'GET',
        path: reference === undefined ? '/attempts' : `/attempts/${encodeURIComponent(reference)}`,
      }),
    )

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
