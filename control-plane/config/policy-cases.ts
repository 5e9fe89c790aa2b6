import { readdirSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'

import { z } from 'zod'

import { Fault } from '../kernel/fault.ts'
import { isRecord } from '../kernel/record.ts'
import type { Hypothetical } from '../policy/hypothetical.ts'
import { documentSchema } from './document.ts'
import { ConfigError, formatPlace, placed } from './problem.ts'
import { reasonOf } from './secret.ts'
import { readYaml } from './yaml.ts'

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
  annotations: z
    .strictObject({
      readOnlyHint: z.boolean().optional(),
      destructiveHint: z.boolean().optional(),
      idempotentHint: z.boolean().optional(),
      openWorldHint: z.boolean().optional(),
    })
    .optional(),
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
  const source = readYaml(file)
  if (isConfiguration(source.data)) return undefined
  const parsed = schema.safeParse(source.data)
  if (!parsed.success) {
    throw new ConfigError(
      parsed.error.issues.map(({ path, message }) =>
        placed({ path: path.filter((part) => typeof part !== 'symbol'), message }, source),
      ),
    )
  }
  const { config, cases } = parsed.data
  return {
    config: config && resolve(dirname(file), config),
    cases: cases.map(({ name, given: { route, at, user, ...rest }, expect }, index) => ({
      name,
      place: formatPlace(source.placeOf(['cases', index])),
      route,
      expect,
      given: { ...rest, ...(user && { user }), atMs: at === undefined ? undefined : Date.parse(at) },
    })),
  }
}

/** By a key that only configurations have: a misspelt file of cases is a mistake, not something to skip. */
const isConfiguration = (data: unknown): boolean =>
  isRecord(data) && !('cases' in data) && Object.keys(data).some((key) => key in documentSchema.shape)
