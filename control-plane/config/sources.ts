import { readdirSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'

import { isRecord } from '../kernel/record.ts'
import {
  documentSchema,
  findingsOf,
  fragmentSchema,
  type ConfigDocument,
  type FragmentDocument,
  type RouteDocument,
} from './document.ts'
import {
  ConfigError,
  formatPlace,
  placed,
  type ConfigProblem,
  type Finding,
  type Place,
  type Placing,
} from './problem.ts'
import { readYaml, yamlFileOf, type YamlFile, type YamlText } from './yaml.ts'

type Path = Finding['path']

/** The configuration file and those that it includes, read as one document. */
export interface Sources extends Placing {
  readonly document: ConfigDocument
  /** The file that says it: names of other files in it are relative to its folder. */
  fileOf(path: Path): string
}

const MAIN = 'sallyport.yaml'
const IS_YAML = /^[^.].*\.ya?ml$/

/** A file whose shape was checked. */
interface Part<T = FragmentDocument> {
  readonly yaml: YamlFile
  readonly data: T
}

/** The main file and those that it includes, as data that can go from thread to thread. */
export interface SourceTexts {
  readonly main: YamlText
  readonly fragments: readonly YamlText[]
}

export const readSources = (path: string, seen?: (file: string) => void): Sources => sourcesOf(readTexts(path, seen))

export function sourcesOf({ main, fragments }: SourceTexts): Sources {
  const first = { yaml: yamlFileOf(main), data: main.data as ConfigDocument }
  return joined(first, [
    first,
    ...fragments.map((text) => ({ yaml: yamlFileOf(text), data: text.data as FragmentDocument })),
  ])
}

/**
 * `path` is the file, or a folder with `sallyport.yaml` in it. `seen` hears of every file before it is read. Throws
 * `ConfigError` with everything that is wrong with the shape of any of them.
 */
export function readTexts(path: string, seen: (file: string) => void = () => undefined): SourceTexts {
  const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory() === true
  const mainFile = isFolder ? join(path, MAIN) : path
  const problems: ConfigProblem[] = []
  const read = <T>(file: string, parse: (yaml: YamlFile) => T | undefined): T | undefined => {
    seen(file)
    try {
      return parse(readYaml(file))
    } catch (cause) {
      if (!(cause instanceof ConfigError)) throw cause
      problems.push(...cause.problems)
      return undefined
    }
  }
  const main = read(mainFile, (yaml) => {
    const parsed = documentSchema.safeParse(yaml.data)
    if (parsed.success) return { yaml, data: parsed.data }
    problems.push(...findingsOf(parsed.error, documentSchema).map((finding) => placed(finding, yaml)))
    return undefined
  })
  if (main === undefined) throw new ConfigError(problems)
  const included = includedBy(main, isFolder ? path : undefined)
  problems.push(...included.missing.map((finding) => placed(finding, main.yaml)))
  const fragments = included.files.flatMap((file): readonly Part[] => {
    const part = read(file, (yaml) => {
      const parsed = fragmentSchema.safeParse(yaml.data)
      if (parsed.success) return { yaml, data: parsed.data }
      problems.push(...findingsOf(parsed.error, fragmentSchema).map((finding) => placed(finding, yaml)))
      return undefined
    })
    return part === undefined ? [] : [part]
  })
  const parts = [main, ...fragments]
  problems.push(...(['groups', 'policies'] as const).flatMap((kind) => definedTwice(kind, parts)))
  if (problems.length > 0) throw new ConfigError(problems)
  const textOf = ({ yaml: { file, source }, data }: Part): YamlText => ({ file, source, data })
  return { main: textOf(main), fragments: fragments.map(textOf) }
}

function includedBy(
  main: Part<ConfigDocument>,
  folder: string | undefined,
): { readonly files: readonly string[]; readonly missing: readonly Finding[] } {
  const files = new Set(folder === undefined ? [] : yamlFilesIn(folder))
  const missing: Finding[] = []
  for (const [index, name] of (main.data.include ?? []).entries()) {
    const full = resolve(dirname(main.yaml.file), name)
    const found = statSync(full, { throwIfNoEntry: false })
    if (found === undefined) {
      missing.push({ path: ['include', index], message: `Cannot read "${full}": there is no such file or folder` })
    } else for (const file of found.isDirectory() ? yamlFilesIn(full) : [full]) files.add(file)
  }
  files.delete(resolve(main.yaml.file))
  return { files: [...files], missing }
}

/** In the order of their names; without hidden ones. */
const yamlFilesIn = (folder: string): readonly string[] =>
  readdirSync(folder)
    .filter((name) => IS_YAML.test(name))
    .toSorted()
    .map((name) => resolve(folder, name))

function definedTwice(kind: 'groups' | 'policies', parts: readonly Part[]): readonly ConfigProblem[] {
  const first = new Map<string, YamlFile>()
  const problems: ConfigProblem[] = []
  for (const { yaml, data } of parts) {
    for (const name of Object.keys(data[kind] ?? {})) {
      const path = [kind, name]
      const other = first.get(name)
      const hint = other && `the other one is at ${formatPlace(other.placeOf(path))}`
      if (other === undefined) first.set(name, yaml)
      else problems.push(placed({ path, message: `"${name}" is defined twice in "${kind}"`, hint }, yaml))
    }
  }
  return problems
}

function joined(main: Part<ConfigDocument>, parts: readonly Part[]): Sources {
  const routes = parts.flatMap(({ yaml, data }) =>
    (data.routes ?? []).map((route, index): { route: RouteDocument; yaml: YamlFile; index: number } => ({
      route,
      yaml,
      index,
    })),
  )
  const owners = new Map<string, YamlFile>(
    parts.flatMap(({ yaml, data }) =>
      (['groups', 'policies'] as const).flatMap((kind) =>
        Object.keys(data[kind] ?? {}).map((name) => [`${kind} ${name}`, yaml] as const),
      ),
    ),
  )
  const document: ConfigDocument = {
    ...main.data,
    routes: routes.map(({ route }) => route),
    groups: Object.assign({}, ...parts.map(({ data }) => data.groups)) as ConfigDocument['groups'],
    policies: Object.assign({}, ...parts.map(({ data }) => data.policies)) as ConfigDocument['policies'],
  }
  const locate = (path: Path): { readonly yaml: YamlFile; readonly path: Path } => {
    const [head, key, ...rest] = throughNames(path, document)
    const route = head === 'routes' && typeof key === 'number' ? routes[key] : undefined
    if (route !== undefined) return { yaml: route.yaml, path: ['routes', route.index, ...rest] }
    const owner = owners.get(`${head} ${key}`)
    return { yaml: owner ?? main.yaml, path: [head, key, ...rest].filter((part) => part !== undefined) }
  }
  return {
    document,
    fileOf: (path) => locate(path).yaml.file,
    placeOf: (path): Place => {
      const located = locate(path)
      return located.yaml.placeOf(located.path)
    },
  }
}

/** A path that goes on behind the name of a policy goes on in that policy. */
function throughNames(path: Path, document: ConfigDocument): Path {
  let value: unknown = document
  for (const [depth, part] of path.entries()) {
    if (typeof value === 'string' && Object.hasOwn(document.policies ?? {}, value)) {
      return throughNames(['policies', value, ...path.slice(depth)], document)
    }
    if (!isRecord(value) && !Array.isArray(value)) return path
    value = Reflect.get(value, part)
  }
  return path
}
