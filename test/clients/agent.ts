import type { RealClient, Session } from './client.ts'
import { expectSuccess, finish, type Home, type Start } from './home.ts'
import { npmProgram } from './install.ts'
import { startScriptedModel, type ScriptedModel } from './scripted-model.ts'
import type { Stage } from './stage.ts'

export const SERVER = 'sallyport'
export const PROMPT = 'Call the tool'

/** What there is to know about a program that is an agent, with a model and a person of its own. */
export interface Agent {
  readonly name: string
  readonly version: string
  readonly package: string
  readonly command: string
  readonly env?: (model: ScriptedModel) => Readonly<Record<string, string>>
  /** Writes its configuration, or lets the program write it. */
  configure(at: AgentHome): Promise<unknown>
  readonly login: readonly string[]
  /** Whether it wants a terminal for that. */
  readonly loginTerminal?: true
  /** What it asks before it opens a browser, to be answered with Enter. */
  readonly loginQuestion?: RegExp
  readonly loggedIn: RegExp
  readonly call: readonly string[]
  age?(at: AgentHome): Promise<void>
}

export interface AgentHome {
  readonly home: Home
  readonly url: string
  readonly model: ScriptedModel
  run(...words: readonly string[]): Promise<string>
}

/** Signs in by the program's own command, and calls a tool because the model says so. */
export function agentClient(agent: Agent): RealClient {
  const program = npmProgram(agent.name, agent.version, agent.package)
  const command = program.path('node_modules', '.bin', agent.command)
  return {
    name: agent.name,
    version: agent.version,
    install: () => program.install(),
    open: ({ stage, home }) => openSession(agent, command, stage, home),
  }
}

async function openSession(agent: Agent, command: string, stage: Stage, home: Home): Promise<Session> {
  const model = await startScriptedModel()
  const options: Start = { env: agent.env?.(model) ?? {} }
  const run = async (...words: readonly string[]): Promise<string> => {
    const { stdout } = expectSuccess(await home.run(command, words, options), `${agent.command} ${words[0]}`)
    return stdout
  }
  const at: AgentHome = { home, url: stage.url, model, run }
  await agent.configure(at)
  return {
    async signIn() {
      const terminal = agent.loginTerminal === true
      await using login = home.start(command, agent.login, { ...options, terminal })
      if (agent.loginQuestion !== undefined) {
        await login.see(agent.loginQuestion)
        login.write('\r')
      }
      await stage.person.visitOpened(home.opened)
      await login.see(agent.loggedIn)
      if (!terminal) expectSuccess(await finish(login, 'The login'), 'The login')
    },
    call: () => run(...agent.call),
    ...(agent.age === undefined ? {} : { age: () => agent.age?.(at) ?? Promise.resolve() }),
    [Symbol.asyncDispose]: () => model[Symbol.asyncDispose](),
  }
}
