import { readFileSync } from 'node:fs'

import {
  constructFromEvents,
  EVENT_ID,
  getScalarValue,
  parseEvents,
  SCALAR_STYLE,
  YAMLException,
  type Event,
} from 'js-yaml'

import { Fault } from '../kernel/fault.ts'
import { ConfigError, type Finding, type Place } from './problem.ts'
import { reasonOf } from './secret.ts'

/** One YAML file, as plain data that can go from thread to thread. */
export interface YamlText {
  readonly file: string
  readonly source: string
  /** What it says; `{}` for an empty file. */
  readonly data: unknown
}

/** One YAML file, read. */
export interface YamlFile extends YamlText {
  /** Of the value, or of the key where there is one, or of the nearest thing around that exists. */
  placeOf(path: Finding['path']): Place
}

const MAX_ALIASES = 100

/** Throws a Fault where it cannot be read, and `ConfigError` where it is no YAML. */
export function readYaml(file: string): YamlFile {
  return yamlOf(file, textOf(file))
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    throw new Fault('config.unreadable', `Cannot read the configuration file "${file}": ${reasonOf(cause)}`, { cause })
  }
}

function yamlOf(file: string, source: string): YamlFile {
  try {
    const documents = constructFromEvents(parseEvents(source, {}), { source, maxAliases: MAX_ALIASES })
    if (documents.length > 1) throw new YAMLException('a second document begins here: one file is one document')
    return yamlFileOf({ file, source, data: documents[0] ?? {} })
  } catch (cause) {
    if (!(cause instanceof YAMLException)) throw cause
    const { line = 0, column = 0 } = cause.mark ?? {}
    const message = `${cause.reason.slice(0, 1).toUpperCase()}${cause.reason.slice(1)}`
    throw new ConfigError([{ file, line: line + 1, column: column + 1, message, hint: undefined }])
  }
}

export function yamlFileOf(text: YamlText): YamlFile {
  const { file, source } = text
  let root: Node | undefined
  return {
    ...text,
    placeOf: (path) => {
      // Few files are asked for places, and a tree of a large one is larger than the file.
      root ??= treeOf(source)
      return { file, ...lineAndColumn(source, offsetOf(root, path)) }
    },
  }
}

/** Where a value begins, and what is in it. */
interface Node {
  readonly start: number
  /** Of a mapping: by key. Of a sequence: by index. */
  readonly children: Map<string, Child>
}

interface Child {
  readonly node: Node
  /** Where its key begins, in a mapping. */
  readonly keyStart: number | undefined
}

/** An event that is not there (an empty value) begins nowhere: then what is around it is meant. */
const NOWHERE = -1

function treeOf(source: string): Node {
  const root: Node = { start: 0, children: new Map() }
  const open: Open[] = [{ node: root, kind: 'document', key: undefined }]
  for (const event of parseEvents(source, {})) {
    const parent = open.at(-1)
    if (event.type === EVENT_ID.POP) open.pop()
    else if (event.type === EVENT_ID.DOCUMENT) open.push({ node: root, kind: 'document', key: undefined })
    else if (parent !== undefined) enter(event, parent, { open, source })
  }
  return root
}

/** A collection whose events come now. */
interface Open {
  readonly node: Node
  readonly kind: 'document' | 'mapping' | 'sequence'
  /** Of the value that comes next, in a mapping. */
  key: { readonly name: string; readonly start: number } | undefined
}

function enter(
  event: Exclude<Event, { type: typeof EVENT_ID.POP | typeof EVENT_ID.DOCUMENT }>,
  parent: Open,
  { open, source }: { readonly open: Open[]; readonly source: string },
): void {
  const start = startOf(event)
  if (parent.kind === 'mapping' && parent.key === undefined && event.type === EVENT_ID.SCALAR) {
    parent.key = { name: getScalarValue(source, event), start }
    return
  }
  const node: Node = parent.kind === 'document' ? parent.node : { start, children: new Map() }
  if (parent.kind === 'sequence') {
    parent.node.children.set(String(parent.node.children.size), { node, keyStart: undefined })
  } else if (parent.key !== undefined) {
    parent.node.children.set(parent.key.name, { node, keyStart: parent.key.start })
    parent.key = undefined
  }
  if (event.type === EVENT_ID.MAPPING) open.push({ node, kind: 'mapping', key: undefined })
  if (event.type === EVENT_ID.SEQUENCE) open.push({ node, kind: 'sequence', key: undefined })
}

function startOf(event: Exclude<Event, { type: typeof EVENT_ID.POP | typeof EVENT_ID.DOCUMENT }>): number {
  switch (event.type) {
    case EVENT_ID.SCALAR: {
      // The value of a quoted scalar begins behind its quote.
      const isQuoted = event.style === SCALAR_STYLE.SINGLE_QUOTED || event.style === SCALAR_STYLE.DOUBLE_QUOTED
      return event.valueStart < 0 ? NOWHERE : event.valueStart - (isQuoted ? 1 : 0)
    }
    case EVENT_ID.ALIAS:
      return event.anchorStart - 1
    case EVENT_ID.MAPPING:
    case EVENT_ID.SEQUENCE:
      return event.start
  }
}

function offsetOf(root: Node, path: Finding['path']): number {
  let found = 0
  let node: Node | undefined = root
  for (const part of path) {
    const child: Child | undefined = node.children.get(String(part))
    if (child === undefined) return found
    const start = child.keyStart ?? child.node.start
    if (start !== NOWHERE) found = start
    node = child.node
  }
  return found
}

function lineAndColumn(source: string, offset: number): { readonly line: number; readonly column: number } {
  const before = source.slice(0, offset)
  return { line: before.split('\n').length, column: offset - before.lastIndexOf('\n') }
}
