import { readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'

import { LineCounter, parseDocument } from 'yaml'
import { z } from 'zod'

import { Fault } from '../kernel/fault.ts'
import { isRecord } from '../kernel/record.ts'
import type { Hypothetical } from '../policy/hypothetical.ts'
import { documentSchema } from './document.ts'
import { ConfigError, place, type ConfigProblem } from './problem.ts'
import { reasonOf } from './secret.ts'

/** What a policy is expected to say of a call. */
export interface PolicyCase {
  readonly name: string
  /** `sallyport.yaml:12:7` */
  readonly place: string
  readonly route: string
  readonly given: Hypothetical
  readonly expect: 'allow' | 'deny' | 'step_up'
}

export interface PolicyCases {
  /** The configuration that the file names, absolute; undefined where it leaves that to the caller. */
  readonly config: string | undefined
  readonly cases: readonly PolicyCase[]
}

const texts = z.array(z.string())
const given = z.strictObject({
  route: z.string(),
  user: z
    .strictObject({
      email: z.string().optional(),
      id: z.string().optional(),
      groups: texts.optional(),
      claims: z.record(z.string(), texts).optional(),
    })
    .optional(),
  client: z.string().optional(),
  scopes: texts.optional(),
  method: z.string().optional(),
  tool: z.string().optional(),
  resource: z.string().optional(),
  prompt: z.string().optional(),
  arguments: z.record(z.string(), z.unknown()).optional(),
  address: z.string().optional(),
  at: z.iso.datetime({ offset: true }).optional(),
})

const schema = z.strictObject({
  config: z.string().optional(),
  cases: z.array(z.strictObject({ name: z.string(), given, expect: z.enum(['allow', 'deny', 'step_up']) })).min(1),
})

/** The YAML files of a folder, or the file itself; in the order of their names. */
export function policyCaseFiles(path: string): readonly string[] {
  try {
    if (!statSync(path).isDirectory()) return [path]
    const files = readdirSync(path).filter((name) => /\.ya?ml$/.test(name))
    return files.toSorted().map((name) => join(path, name))
  } catch (cause) {
    throw new Fault('config.unreadable', `Cannot read "${path}": ${reasonOf(cause)}`, { cause })
  }
}

/** Undefined for a configuration that stands beside its cases. Throws `ConfigError` with every problem of the file. */
export function loadPolicyCases(file: string): PolicyCases | undefined {
  const lines = new LineCounter()
  const document = parseDocument(readFileSync(file, 'utf8'), { lineCounter: lines, prettyErrors: false })
  const source = { file, document, lines }
  const problem = (path: (string | number)[], message: string): ConfigProblem => place({ path, message }, source)
  if (document.errors.length > 0) throw new ConfigError(document.errors.map(({ message }) => problem([], message)))
  const data: unknown = document.toJS() ?? {}
  if (isConfiguration(data)) return undefined
  const parsed = schema.safeParse(data)
  if (!parsed.success) {
    throw new ConfigError(
      parsed.error.issues.map((issue) =>
        problem(
          issue.path.filter((part) => typeof part !== 'symbol'),
          issue.message,
        ),
      ),
    )
  }
  const { config, cases } = parsed.data
  return {
    config: config && resolve(dirname(file), config),
    cases: cases.map(({ name, given: { route, at, user, ...rest }, expect }, index) => {
      const { line, column } = problem(['cases', index], '')
      return {
        name,
        place: `${file}:${line}:${column}`,
        route,
        expect,
        given: { ...rest, ...(user && { user }), atMs: at === undefined ? undefined : Date.parse(at) },
      }
    }),
  }
}

/** By a key that only configurations have: a misspelt file of cases is a mistake, not something to skip. */
const isConfiguration = (data: unknown): boolean =>
  isRecord(data) && !('cases' in data) && Object.keys(data).some((key) => key in documentSchema.shape)
