/** The file of `--file`, read with a place for every problem. */
import { isMap, isScalar, isSeq, LineCounter, type Node, type Pair, parseDocument, type YAMLMap } from 'yaml'

import { type Gateway, parseGateway, parseTarget } from './address.ts'
import { type Read, read, unreadable } from './result.ts'
import { LABEL, LABEL_RULE, type Served, type StdioCommand } from './served.ts'

export interface ServersFile {
  readonly hosts: readonly Gateway[]
  readonly identities: readonly string[]
  readonly fingerprints: readonly string[]
  readonly servers: readonly Served[]
}

/** The key of the server that is published under your name alone. */
const OWN_NAME = 'default'
const TOP = ['host', 'identity', 'fingerprint', 'servers']
const SERVER = ['target', 'command', 'env', 'cwd', 'shared']

/** `name` is how the file is called in problems. */
export function parseServersFile(text: string, name: string): Read<ServersFile> {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  const problems: string[] = []
  const complain = (offset: number, message: string, hint?: string): void => {
    const { line, col } = lines.linePos(offset)
    problems.push(`${name}:${line}:${col}  ${message}${hint === undefined ? '' : `\n  hint: ${hint}`}`)
  }
  for (const error of document.errors) complain(error.pos[0], error.message)
  if (problems.length > 0) return unreadable(...problems)
  if (!isMap(document.contents))
    return unreadable(`${name}:1:1  The file is no mapping\n  hint: it holds "host:" and "servers:"`)
  const reader = new Reader(complain)
  const file = reader.file(document.contents)
  return problems.length > 0 ? unreadable(...problems) : read(file)
}

class Reader {
  readonly #complain: (offset: number, message: string, hint?: string) => void

  constructor(complain: (offset: number, message: string, hint?: string) => void) {
    this.#complain = complain
  }

  file(map: YAMLMap): ServersFile {
    this.#keys(map, TOP)
    const servers = map.get('servers', true)
    if (!isMap(servers) || servers.items.length === 0) {
      this.#complain(startOf(servers ?? map), 'No servers', 'servers: { docs: { target: localhost:4000 } }')
    }
    return {
      hosts: this.#texts(map, 'host').flatMap(([text, node]) => this.#accept(parseGateway(text), node)),
      identities: this.#texts(map, 'identity').map(([text]) => text),
      fingerprints: this.#texts(map, 'fingerprint').map(([text]) => text),
      servers: isMap(servers) ? servers.items.flatMap((pair) => this.#server(pair)) : [],
    }
  }

  #server(pair: Pair): readonly Served[] {
    const key = isScalar(pair.key) ? String(pair.key.value) : ''
    const at = startOf(pair.key)
    if (!LABEL.test(key)) this.#complain(at, `"${key}" is no name`, LABEL_RULE)
    const label = key === OWN_NAME ? undefined : key
    const map = pair.value
    if (!isMap(map)) {
      this.#complain(at, `"${key}" says nothing`, 'write "target: localhost:3000" or "command: [npx, SERVER]" below it')
      return []
    }
    this.#keys(map, SERVER)
    const target = map.get('target', true)
    const command = map.get('command', true)
    if ((target === undefined) === (command === undefined)) {
      this.#complain(at, `"${key}" needs either "target" or "command"`)
      return []
    }
    if (command !== undefined) return this.#command(map, command).map((found) => ({ label, target: found }))
    for (const name of ['env', 'cwd', 'shared']) {
      const stray = map.get(name, true)
      if (stray !== undefined) this.#complain(startOf(stray), `"${name}" belongs to a "command"`)
    }
    return this.#texts(map, 'target').flatMap(([text, node]) =>
      this.#accept(parseTarget(text), node).map((found) => ({ label, target: found })),
    )
  }

  #command(map: YAMLMap, command: unknown): readonly StdioCommand[] {
    if (!isSeq(command)) {
      this.#complain(startOf(command), '"command" is a list of words', 'command: [npx, -y, SERVER]')
      return []
    }
    const [program, ...rest] = this.#texts(map, 'command').map(([text]) => text)
    if (program === undefined || program === '') {
      this.#complain(startOf(command), '"command" is empty')
      return []
    }
    const shared = map.get('shared')
    if (shared !== undefined && typeof shared !== 'boolean') {
      this.#complain(startOf(map.get('shared', true)), '"shared" is true or false')
    }
    const [cwd] = this.#texts(map, 'cwd')
    return [{ words: [program, ...rest], env: this.#env(map), cwd: cwd?.[0], shared: shared === true }]
  }

  #env(map: YAMLMap): Readonly<Record<string, string>> {
    const env = map.get('env', true)
    if (env === undefined) return {}
    if (!isMap(env)) {
      this.#complain(startOf(env), '"env" is a mapping of names to values')
      return {}
    }
    return Object.fromEntries(
      env.items.flatMap((pair) => {
        const name = isScalar(pair.key) ? String(pair.key.value) : ''
        return this.#scalars(name, [pair.value ?? pair.key]).map(([text]) => [name, text] as const)
      }),
    )
  }

  /** A text, or a list of texts. */
  #texts(map: YAMLMap, key: string): readonly (readonly [string, unknown])[] {
    const node = map.get(key, true)
    if (node === undefined) return []
    return this.#scalars(key, isSeq(node) ? node.items : [node])
  }

  #scalars(key: string, items: readonly unknown[]): readonly (readonly [string, unknown])[] {
    return items.flatMap((item) => {
      const value = isScalar(item) ? item.value : undefined
      if (typeof value === 'string' || typeof value === 'number') return [[String(value), item] as const]
      this.#complain(startOf(item), `"${key}" is a text`, 'put it in quotes')
      return []
    })
  }

  #keys(map: YAMLMap, known: readonly string[]): void {
    for (const { key } of map.items) {
      const name = isScalar(key) ? String(key.value) : ''
      if (known.includes(name)) continue
      const similar = known.find((other) => other.startsWith(name.slice(0, 3).toLowerCase()))
      this.#complain(
        startOf(key),
        `"${name}" is not known`,
        similar === undefined ? known.join(', ') : `did you mean "${similar}"?`,
      )
    }
  }

  #accept<T>(part: Read<T>, node: unknown): readonly T[] {
    if (part.ok) return [part.value]
    for (const problem of part.problems) this.#complain(startOf(node), problem)
    return []
  }
}

const startOf = (node: unknown): number => (node as Node | null | undefined)?.range?.[0] ?? 0
