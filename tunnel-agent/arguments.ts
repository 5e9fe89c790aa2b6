import { parseArgs } from 'node:util'

import { type Gateway, parseGateway, parsePort, parseTarget } from './address.ts'
import type { Read } from './result.ts'
import { LABEL, LABEL_RULE, type Served } from './served.ts'

export type ServiceKind = 'systemd' | 'launchd'

/** What the command line says; a file may say more. */
export interface Options {
  readonly hosts: readonly Gateway[]
  readonly servers: readonly Served[]
  readonly file: string | undefined
  readonly identities: readonly string[]
  readonly fingerprints: readonly string[]
  readonly json: boolean
  readonly quiet: boolean
}

export type Invocation =
  | { readonly kind: 'help' | 'version' }
  | { readonly kind: 'wrong'; readonly problems: readonly string[] }
  | { readonly kind: 'run'; readonly options: Options }
  | { readonly kind: 'service'; readonly options: Options; readonly service: ServiceKind | undefined }

const DEFAULT_PORT = 8080
const FINGERPRINT = /^SHA256:[A-Za-z0-9+/]{43}$/

const OPTIONS = {
  host: { type: 'string', multiple: true },
  port: { type: 'string' },
  shared: { type: 'boolean' },
  file: { type: 'string' },
  identity: { type: 'string', short: 'i', multiple: true },
  fingerprint: { type: 'string', multiple: true },
  service: { type: 'boolean' },
  'service-kind': { type: 'string' },
  json: { type: 'boolean' },
  quiet: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean' },
} as const

/** Names every problem, not only the first. */
export function parseArguments(argv: readonly string[]): Invocation {
  const end = argv.indexOf('--')
  const command = end < 0 ? undefined : argv.slice(end + 1)
  const args = (end < 0 ? argv : argv.slice(0, end)).map((word) => word.replace(/^--service=/, '--service-kind='))
  const { values, positionals, tokens } = parseArgs({
    args,
    options: OPTIONS,
    allowPositionals: true,
    strict: false,
    tokens: true,
  })
  const problems = tokens.flatMap((token) => (token.kind === 'option' ? problemOf(token) : []))
  const accept = <T>(part: Read<T>): readonly T[] => {
    if (part.ok) return [part.value]
    problems.push(...part.problems)
    return []
  }
  const texts = (name: keyof typeof values): readonly string[] =>
    [values[name] ?? []].flat().filter((value) => typeof value === 'string')

  if (values['help'] === true) return { kind: 'help' }
  if (values['version'] === true) return { kind: 'version' }

  const hosts = texts('host').flatMap((text) => accept(parseGateway(text)))
  const named = positionals.flatMap((word) => accept(parseNamed(word)))
  const ports = texts('port').flatMap((text) => accept(parsePort(text)))
  const own = ports.map((port): Served => ({ label: undefined, target: { host: 'localhost', port } }))
  const [program, ...rest] = command ?? []
  if (command !== undefined && program === undefined) problems.push('After "--" stands the command of a server')
  if (program !== undefined) {
    if (own.length > 0) problems.push('"--port" and a command after "--" are two servers with one name: leave one out')
    const shared = values['shared'] === true
    own.push({ label: undefined, target: { words: [program, ...rest], env: {}, cwd: undefined, shared } })
  } else if (values['shared'] === true) problems.push('"--shared" belongs to a command after "--"')
  problems.push(...twice(named))
  const fingerprints = texts('fingerprint')
  for (const text of fingerprints) {
    if (!FINGERPRINT.test(text)) problems.push(`"${text}" is no fingerprint: "SHA256:" and 43 characters`)
  }
  const [file] = texts('file')
  const [kind] = texts('service-kind')
  if (file !== undefined && own.length + named.length > 0) {
    problems.push('"--file" names the servers: leave out "--port", NAME=TARGET and the command')
  }
  if (file === undefined && texts('host').length === 0) problems.push('Say where the gateway is: --host HOST')
  if (kind !== undefined && kind !== 'systemd' && kind !== 'launchd') {
    problems.push(`"--service=${kind}" is not known: systemd or launchd`)
  }
  if (problems.length > 0) return { kind: 'wrong', problems }

  const servers = [...own, ...named]
  const standard: Served = { label: undefined, target: { host: 'localhost', port: DEFAULT_PORT } }
  const options: Options = {
    hosts,
    servers: servers.length > 0 || file !== undefined ? servers : [standard],
    file,
    identities: texts('identity'),
    fingerprints,
    json: values['json'] === true,
    quiet: values['quiet'] === true,
  }
  if (values['service'] !== true && kind === undefined) return { kind: 'run', options }
  return { kind: 'service', options, service: kind === 'systemd' || kind === 'launchd' ? kind : undefined }
}

function problemOf(token: { readonly name: string; readonly rawName: string; readonly value?: string | undefined }) {
  const known = Object.entries(OPTIONS).find(([name]) => name === token.name)?.[1]
  if (known === undefined) return [`"${token.rawName}" is not known: see --help`]
  const takesValue = known.type === 'string'
  if (takesValue && (token.value === undefined || token.value === '')) return [`"${token.rawName}" needs a value`]
  if (!takesValue && token.value !== undefined) return [`"${token.rawName}" takes no value`]
  return []
}

function parseNamed(word: string): Read<Served> {
  const equals = word.indexOf('=')
  if (equals < 0) {
    return { ok: false, problems: [`"${word}" is not NAME=TARGET. A gateway is named with --host ${word}`] }
  }
  const label = word.slice(0, equals)
  const target = parseTarget(word.slice(equals + 1))
  const problems = LABEL.test(label) ? [] : [`"${label}" is no name: ${LABEL_RULE}`]
  if (!target.ok) problems.push(...target.problems)
  return target.ok && problems.length === 0
    ? { ok: true, value: { label, target: target.value } }
    : { ok: false, problems }
}

const twice = (named: readonly Served[]): readonly string[] =>
  named
    .filter(({ label }, index) => named.findIndex((other) => other.label === label) < index)
    .map(({ label }) => `"${label}" is named twice`)
