import { hostAndPort } from '../kernel/host-and-port.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import { COMMAND_NAMES, commandsHelp, invocationOf, isCommand, type Invocation } from '../shell/commands.ts'
import { unknown } from '../shell/flags.ts'
import { wordsIn } from '../shell/words.ts'
import type { ForwardRequest } from '../tunnels/forward.ts'

/** Where on the client's computer, or in its network, a tunnel leads. */
export interface Target {
  readonly host: string
  readonly port: number
}

export const DEFAULT_TARGET: Target = { host: 'localhost', port: 8080 }

export const targetText = (target: Target): string => hostAndPort(target.host, target.port)

/**
 * How a fixed target is named, for people and for the Host header: the client does not tell us where it leads. The port
 * it chose on our side is usually that of its server, unless it is one that means "the web".
 */
export function fixedTargetText(forward: ForwardRequest): string {
  return [0, 80, 443].includes(forward.bindPort) ? 'localhost' : `localhost:${forward.bindPort}`
}

const HOST = /^(?=.{1,253}$)[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?$/i
/** Only its characters: the client's computer resolves it. */
const IPV6 = /^[0-9a-f:.]{2,45}$/i

function parsePort(text: string): Result<number, string> {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0
  return port >= 1 && port <= 65_535 ? ok(port) : err(`"${text}" is not a port: use a number from 1 to 65535`)
}

function parseHost(text: string): Result<string, string> {
  const bare = /^\[(.*)\]$/.exec(text)?.[1]
  if (bare !== undefined) return IPV6.test(bare) ? ok(bare) : err(`"${text}" is not an IPv6 address`)
  if (text.includes(':')) return IPV6.test(text) ? ok(text) : err(`"${text}" is not a host name`)
  return HOST.test(text) ? ok(text) : err(`"${text}" is not a host name`)
}

/** What words after the host set for the connection. */
export interface ConnectionWords {
  readonly target: Target | undefined
  /** Connections that name themselves serve side by side; the same name again takes the place of the one before. */
  readonly instance: string | undefined
  /** Labels of the forwards that are to be public assets. */
  readonly publicLabels: readonly string[]
  /** Lines instead of a screen, also where there is a terminal. */
  readonly isPlain: boolean
}

export type ExecWords =
  | { readonly kind: 'help'; readonly isJson: boolean }
  | ({ readonly kind: 'target' } & ConnectionWords)
  /** The words are for a stream that goes on for as long as the connection. */
  | { readonly kind: 'command'; readonly invocation: Invocation; readonly connection: ConnectionWords | undefined }

const USAGE =
  'Words after the host: port=3000, host=127.0.0.1, target=localhost:3000, instance=laptop-2, public=assets, plain'
/** An instance, and the label of a forward. */
const NAME = /^[a-z0-9-]{1,30}$/

/** What one word sets; `target` sets both. */
function parseWord(word: string): Result<Partial<Target>, string> {
  const equals = word.indexOf('=')
  const name = word.slice(0, Math.max(0, equals))
  const value = word.slice(equals + 1)
  const colon = value.lastIndexOf(':')
  if (name === 'target' && colon < 1) return err(`"${value}" is not host:port`)
  const host = name === 'host' ? parseHost(value) : name === 'target' ? parseHost(value.slice(0, colon)) : undefined
  const port = name === 'port' ? parsePort(value) : name === 'target' ? parsePort(value.slice(colon + 1)) : undefined
  if (host === undefined && port === undefined) return err('it is not one of the words below')
  if (host?.ok === false) return host
  if (port?.ok === false) return port
  return ok({ ...(host && { host: host.value }), ...(port && { port: port.value }) })
}

/** The command of `ssh -R 0 HOST port=3000`, words that say where the tunnel leads, or of `ssh HOST whoami`. */
export function parseExecWords(command: string): Result<ExecWords, string> {
  const split = wordsIn(command)
  if (!split.ok) return err(`${split.error}\n${USAGE}`)
  const words = split.value
  const [first = '', ...rest] = words
  // Whoever asks for help with a command has already found it.
  if (words.some((word) => word === 'help' || word === '--help'))
    return ok({ kind: 'help', isJson: words.includes('--json') })
  if (!isCommand(first)) {
    if (/^[a-z-]+$/i.test(first) && first !== 'plain' && first !== 'public')
      return err(`${unknown('command', first, COMMAND_NAMES)}\n${USAGE}`)
    const connection = connectionWords(words)
    return connection.ok ? ok({ kind: 'target', ...connection.value }) : connection
  }
  const isForConnection = (word: string): boolean =>
    first === 'events' && (word === 'plain' || (word.includes('=') && !word.startsWith('--')))
  const invocation = invocationOf([first, ...rest.filter((word) => !isForConnection(word))])
  if (!invocation.ok) return invocation
  const forConnection = rest.filter(isForConnection)
  if (forConnection.length === 0) return ok({ kind: 'command', invocation: invocation.value, connection: undefined })
  const connection = connectionWords(forConnection)
  if (!connection.ok) return connection
  return ok({ kind: 'command', invocation: invocation.value, connection: connection.value })
}

/** The last of each kind counts. */
function connectionWords(words: readonly string[]): Result<ConnectionWords, string> {
  const isPlain = joined(words).includes('plain')
  let target: Target | undefined
  let instance: string | undefined
  const publicLabels: string[] = []
  for (const word of joined(words)) {
    if (word === 'plain') continue
    const [, kind, name = ''] = /^(instance|public)=(.*)$/s.exec(word) ?? []
    if (kind !== undefined) {
      if (!NAME.test(name)) return err(`Cannot use "${word.slice(0, 60)}": use up to 30 of a-z, 0-9 and "-"\n${USAGE}`)
      if (kind === 'instance') instance = name
      else publicLabels.push(name)
      continue
    }
    const set = parseWord(word)
    if (!set.ok) return err(`Cannot use "${word.slice(0, 60)}": ${set.error}\n${USAGE}`)
    target = { ...DEFAULT_TARGET, ...target, ...set.value }
  }
  return ok({ target, instance, publicLabels, isPlain })
}

/** `public assets` is the same as `public=assets`. */
const joined = (words: readonly string[]): readonly string[] =>
  words.flatMap((word, index) => {
    if (word === 'public') return [`public=${words[index + 1] ?? ''}`]
    return words[index - 1] === 'public' ? [] : [word]
  })

export const HELP = `${USAGE}
Commands are listed below; each takes --json

  ssh -R 0 HOST                  your MCP server on localhost:8080
  ssh -R 0 HOST port=3000        the same on localhost:3000
  ssh -t -R 0 HOST plain         lines instead of a screen, as without -t; good with a screen reader
  ssh -R name:443:localhost:3000 HOST   a second tunnel, named "name-..."
  ssh -R 0 HOST instance=two     beside your other connections instead of taking their place
  ssh -R 0 -R assets:443:localhost:4000 HOST public=assets
                                 everybody may read the files of the second one, if the gateway allows it

${commandsHelp()}
`
